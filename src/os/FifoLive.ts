/**
 * Fifo on this machine, in one private directory (0700) that it makes. A FIFO is made under a hidden name, given to its
 * owner and then renamed, so that nobody ever finds one with the wrong owner.
 */
import * as fs from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { currentUmask } from "./currentUmask.ts"
import { errnoOf } from "./errnoOf.ts"
import { Fifo, FifoFailure } from "./Fifo.ts"
import * as libc from "./libc.ts"
import { makeDirectories } from "./makeDirectories.ts"

/**
 * `directory`: in the runtime directory. Programs of other users reopen `/dev/stdout` through /proc, which asks for rights
 * on the FIFO alone, so that nobody else needs to enter the directory.
 */
export const FifoLive = (options: { readonly directory: string }) =>
  Layer.effect(
    Fifo,
    Effect.sync(() => {
      makeDirectories(options.directory, 0o700)
      const isMasked = (currentUmask() & 0o600) !== 0
      return {
        make: (name: string, owner: { readonly uid: number; readonly gid: number } | null) =>
          attempt(join(options.directory, name), (path) => {
            if (owner === null && !isMasked && makeAtOnce(path)) return path
            // Somebody may have tidied up.
            makeDirectories(options.directory, 0o700)
            make(path, owner)
            return path
          }),
        give: (path: string, owner: { readonly uid: number; readonly gid: number }) =>
          attempt(path, () => fs.lchownSync(path, owner.uid, owner.gid)),
        isThere: (path: string) => Effect.sync(() => fs.existsSync(path)),
        pathOf: (name: string) => join(options.directory, name),
        list: Effect.sync(() => namesIn(options.directory)),
        isOver: (path: string) => Effect.sync(() => isOver(path)),
        remove: (path: string) => Effect.sync(() => remove(path)),
        write: (path: string, bytes: Uint8Array) => attempt(path, () => write(path, bytes))
      }
    })
  )

/** A half-made one (`make`) goes. */
const namesIn = (directory: string): ReadonlyArray<string> =>
  fs.readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFIFO()) return []
    if (!entry.name.endsWith(".new")) return entry.name
    fs.rmSync(join(directory, entry.name), { force: true })
    return []
  })

/** tee(2) shows the end of file as read(2) does, and takes nothing. */
const isOver = (path: string): boolean => {
  const fd = libc.open(path, libc.O.RDONLY | libc.O.NONBLOCK | libc.O.CLOEXEC | libc.O.NOFOLLOW)
  if (fd < 0) return false
  const ends = libc.pipe2(libc.O.CLOEXEC | libc.O.NONBLOCK)
  try {
    return typeof ends !== "number" && libc.tee(fd, ends[1], 1, libc.SPLICE_F_NONBLOCK) === 0
  } finally {
    libc.close(fd)
    if (typeof ends !== "number") for (const end of ends) libc.close(end)
  }
}

const attempt = <A>(path: string, act: (path: string) => A): Effect.Effect<A, FifoFailure> =>
  Effect.try({
    try: () => act(path),
    catch: (error) => new FifoFailure({ path, errno: errnoOf(error) })
  })

/** One that is reeve's own needs no owner to be given, and so no hidden name. False: something is in the way. */
const makeAtOnce = (path: string): boolean => libc.mkfifo(path, 0o600) === 0

const make = (path: string, owner: { readonly uid: number; readonly gid: number } | null) => {
  const fresh = `${path}.new`
  fs.rmSync(fresh, { force: true })
  check(libc.mkfifo(fresh, 0o600))
  try {
    // The umask may have taken bits away.
    fs.chmodSync(fresh, 0o600)
    if (owner !== null) fs.lchownSync(fresh, owner.uid, owner.gid)
    fs.renameSync(fresh, path)
  } catch (error) {
    fs.rmSync(fresh, { force: true })
    throw error
  }
}

const remove = (path: string): void => {
  try {
    fs.unlinkSync(path)
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error
  }
}

/** The child holds the FIFO read-write, so there is a reader as long as it lives; without one this fails with ENXIO. */
const write = (path: string, bytes: Uint8Array): number => {
  const flags = libc.O.WRONLY | libc.O.NONBLOCK | libc.O.CLOEXEC | libc.O.NOFOLLOW
  const fd = check(libc.open(path, flags))
  try {
    const taken = libc.writeFrom(fd, bytes, bytes.length)
    return libc.errnoName(taken) === "EAGAIN" && taken < 0 ? 0 : check(taken)
  } finally {
    libc.close(fd)
  }
}

const check = (result: number): number => {
  if (result < 0) throw Object.assign(new Error(), { code: libc.errnoName(result) })
  return result
}
