/**
 * FastCgiSockets over the sockets of this machine: a table by address. One address is opened or closed at a time. A program
 * whose socket has changed gets a new one at the same path, while its older processes keep theirs until they end.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import { canonicalJson } from "../core/canonicalJson.ts"
import { socketUrl } from "../core/socketUrl.ts"
import type { FastCgiSocket } from "../domain/Definition.ts"
import { type ListenOn, type ListenSocket, ListenSockets } from "../os/ListenSockets.ts"
import { Users } from "../os/Users.ts"
import { FastCgiSockets, SocketRefused, type SocketRequest } from "./FastCgiSockets.ts"

interface Entry {
  readonly url: string
  readonly program: string
  on: ListenOn
  readonly opened: ListenSocket
  readonly holders: Set<string>
}

export const FastCgiSocketsLive = Layer.effect(
  FastCgiSockets,
  Effect.gen(function* () {
    const sockets = yield* ListenSockets
    const users = yield* Users
    const byUrl = new Map<string, Entry>()
    const byHolder = new Map<string, Entry>()
    const oneAtATime = Semaphore.makeUnsafe(1)

    const hold = (entry: Entry, holder: string): number => {
      entry.holders.add(holder)
      byHolder.set(holder, entry)
      return entry.opened.fd
    }

    const acquire = Effect.fnUntraced(function* (request: SocketRequest) {
      const { holder, program, socket } = request
      const url = socketUrl(socket)
      const refuse = (text: string) =>
        new SocketRefused({ text: `Could not create FastCGI socket ${url}: ${text}` })
      const owner = yield* ownerOf(socket, request.user).pipe(
        Effect.provideService(Users, users),
        Effect.mapError(refuse)
      )
      const on = listenOn(socket, owner)
      const known = byUrl.get(url)
      // A program that was renamed finds its socket under the old name.
      if (known !== undefined && canonicalJson(known.on) === canonicalJson(on)) {
        return hold(known, holder)
      }
      if (known !== undefined && known.program !== program) {
        return yield* refuse(`the program ${known.program} listens there`)
      }
      if (known !== undefined && on.kind === "tcp") {
        sockets.relisten(known.opened.fd, on.backlog)
        known.on = on
        return hold(known, holder)
      }
      yield* Effect.logInfo(`Creating socket ${url}`)
      return yield* sockets.open(on, { replace: known !== undefined }).pipe(
        Effect.mapError(({ text }) => refuse(text)),
        Effect.map((opened) => {
          const entry = { url, program, on, opened, holders: new Set<string>() }
          byUrl.set(url, entry)
          return hold(entry, holder)
        }),
        Effect.uninterruptible
      )
    })

    const release = Effect.fnUntraced(function* (holder: string) {
      const entry = byHolder.get(holder)
      if (entry === undefined) return
      byHolder.delete(holder)
      entry.holders.delete(holder)
      if (entry.holders.size > 0) return
      if (byUrl.get(entry.url) === entry) byUrl.delete(entry.url)
      yield* Effect.logInfo(`Closing socket ${entry.url}`)
      sockets.close(entry.opened, entry.on.kind === "unix" ? entry.on.path : null)
    })

    const inTurn = Semaphore.withPermits(oneAtATime, 1)
    return {
      acquire: (request: SocketRequest) => inTurn(acquire(request)),
      // Most instances hold none: they wait for nobody.
      release: (holder: string) =>
        Effect.suspend(() => (byHolder.has(holder) ? inTurn(release(holder)) : Effect.void)),
      held: Effect.sync(() =>
        [...new Set(byHolder.values())].map(({ url, opened }) => ({ url, fd: opened.fd }))
      )
    }
  })
)

type Owner = { readonly uid: number; readonly gid: number } | null

const listenOn = (socket: FastCgiSocket, owner: Owner): ListenOn =>
  socket.kind === "tcp"
    ? { kind: "tcp", host: socket.host, port: socket.port, backlog: socket.backlog }
    : {
        kind: "unix",
        path: socket.path,
        mode: socket.mode,
        owner,
        backlog: socket.backlog
      }

/** `user[:group]`, where a user alone leaves the group as it is; without one the program's user and its primary group. */
const ownerOf = Effect.fnUntraced(function* (socket: FastCgiSocket, user: Owner) {
  if (socket.kind === "tcp" || socket.owner === null) return user
  const users = yield* Users
  const invalid = Effect.fail(`Invalid socket_owner value ${socket.owner}`)
  const [name = "", ...group] = socket.owner.split(":")
  const found = yield* users.find(name)
  if (found === null) return yield* invalid
  if (group.length === 0) return { uid: found.uid, gid: -1 }
  const gid = yield* users.groupId(group.join(":"))
  return gid === null ? yield* invalid : { uid: found.uid, gid }
})
