/**
 * A place for a unix socket to listen on. A socket is reachable from the moment it is bound, with a mode that the umask
 * decides; so it is bound inside a fresh directory that nobody else can enter, closed down, and then renamed into place.
 * What lies in its place is removed only when it is a socket that nobody answers on.
 */
import * as fs from "node:fs"
import { createConnection } from "node:net"
import { dirname, join } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { errnoOf } from "./errnoOf.ts"
import { makeDirectories } from "./makeDirectories.ts"
import { MAX_SOCKET_PATH_BYTES } from "./socketPathLimit.ts"

/** `reason`: "inUse": somebody answers there; "notASocket": something else lies there; else an errno's name. */
export class SocketFailure extends Data.TaggedError("SocketFailure")<{
  readonly path: string
  readonly reason: string
}> {
  override get message() {
    if (this.reason === "inUse") return `another process is listening on ${this.path}`
    if (this.reason === "notASocket") return `${this.path} exists and is not a socket; remove it`
    return `cannot listen on ${this.path}: ${this.reason}`
  }
}

export interface PreparedSocket {
  /** Listen here. */
  readonly listenOn: string
  /** To be called when the server listens: sets mode (and owner) and moves it to the path asked for. */
  readonly publish: (options: {
    readonly mode: number
    readonly owner: { readonly uid: number; readonly gid: number } | null
  }) => Effect.Effect<void, SocketFailure>
  /** Removes the socket, if it is still the one that was published here; and the directory, if publishing never came. */
  readonly remove: Effect.Effect<void>
}

export const prepareSocket = (path: string): Effect.Effect<PreparedSocket, SocketFailure> =>
  Effect.gen(function* () {
    if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
      return yield* new SocketFailure({ path, reason: "ENAMETOOLONG" })
    }
    const state = yield* probeSocket(path)
    if (state === "answers") return yield* new SocketFailure({ path, reason: "inUse" })
    if (state === "notASocket") return yield* new SocketFailure({ path, reason: "notASocket" })
    const folder = yield* attempt(path, () => {
      makeDirectories(dirname(path), 0o700)
      return fs.mkdtempSync(join(dirname(path), ".s"))
    })
    const listenOn = join(folder, "s")
    if (Buffer.byteLength(listenOn) > MAX_SOCKET_PATH_BYTES) {
      fs.rmSync(folder, { recursive: true, force: true })
      return yield* new SocketFailure({ path, reason: "ENAMETOOLONG" })
    }
    let inode: number | null = null
    return {
      listenOn,
      publish: ({ mode, owner }) =>
        attempt(path, () => {
          fs.chmodSync(listenOn, mode)
          if (owner !== null) fs.chownSync(listenOn, owner.uid, owner.gid)
          inode = fs.lstatSync(listenOn).ino
          fs.renameSync(listenOn, path)
          fs.rmSync(folder, { recursive: true, force: true })
        }),
      remove: Effect.sync(() => {
        fs.rmSync(folder, { recursive: true, force: true })
        if (inode !== null && inode === inodeOf(path)) fs.rmSync(path, { force: true })
      })
    }
  })

/** "stale": a socket without a listener; `prepareSocket` replaces it. */
export const probeSocket = (
  path: string
): Effect.Effect<"free" | "stale" | "answers" | "notASocket", SocketFailure> =>
  Effect.callback((resume) => {
    try {
      if (!fs.lstatSync(path).isSocket()) return resume(Effect.succeed("notASocket"))
    } catch (error) {
      const reason = errnoOf(error)
      return resume(
        reason === "ENOENT"
          ? Effect.succeed("free")
          : Effect.fail(new SocketFailure({ path, reason }))
      )
    }
    const client = createConnection(path)
    client.once("connect", () => {
      client.destroy()
      resume(Effect.succeed("answers"))
    })
    client.once("error", (error) => {
      const reason = errnoOf(error)
      // EAGAIN: its queue is full, so somebody listens. EACCES: it is not ours to judge.
      if (reason === "ECONNREFUSED" || reason === "ENOENT") resume(Effect.succeed("stale"))
      else if (reason === "EAGAIN") resume(Effect.succeed("answers"))
      else resume(Effect.fail(new SocketFailure({ path, reason })))
    })
    return Effect.sync(() => client.destroy())
  })

const inodeOf = (path: string): number | null => {
  try {
    return fs.lstatSync(path).ino
  } catch {
    return null
  }
}

const attempt = <A>(path: string, act: () => A): Effect.Effect<A, SocketFailure> =>
  Effect.try({
    try: act,
    catch: (error) => new SocketFailure({ path, reason: errnoOf(error) })
  })
