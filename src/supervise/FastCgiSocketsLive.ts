/**
 * FastCgiSockets over the sockets of this machine. One address is opened or closed at a time. A program whose socket has changed
 * gets a new one at the same path, while its older processes keep theirs until they end.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import { canonicalJson } from "../core/canonicalJson.ts"
import { socketUrl } from "../core/socketUrl.ts"
import type { FastCgiSocket } from "../domain/Definition.ts"
import { Keeper } from "../os/Keeper.ts"
import { type ListenOn, ListenSockets } from "../os/ListenSockets.ts"
import { Users } from "../os/Users.ts"
import { FastCgiSockets, SocketRefused, type SocketRequest } from "./FastCgiSockets.ts"
import { socketTable } from "./socketTable.ts"

export const FastCgiSocketsLive = Layer.effect(
  FastCgiSockets,
  Effect.gen(function* () {
    const sockets = yield* ListenSockets
    const table = socketTable(yield* Keeper, sockets)
    const place: Place = { sockets, users: yield* Users, table }
    const { byHolder, byUrl, close, release } = table
    const inTurn = Semaphore.withPermits(Semaphore.makeUnsafe(1), 1)
    return {
      acquire: (request) => inTurn(acquire(place, request)),
      resume: (request) => inTurn(resume(place, request)),
      closeUnheld: Effect.suspend(() => {
        const unheld = [...byUrl.values()].filter(({ holders }) => holders.size === 0)
        return Effect.forEach(unheld, close, { discard: true })
      }),
      // Most instances hold none: they wait for nobody.
      release: (holder) =>
        Effect.suspend(() => (byHolder.has(holder) ? inTurn(release(holder)) : Effect.void)),
      held: Effect.sync(() =>
        [...new Set(byHolder.values())].map(({ url, opened }) => ({ url, fd: opened.fd }))
      )
    }
  })
)

interface Place {
  readonly sockets: ListenSockets["Service"]
  readonly users: Users["Service"]
  readonly table: ReturnType<typeof socketTable>
}

const acquire = Effect.fnUntraced(function* (
  { sockets, table, users }: Place,
  request: SocketRequest
) {
  const { holder, program, socket } = request
  const url = socketUrl(socket)
  const refuse = (text: string) =>
    new SocketRefused({ text: `Could not create FastCGI socket ${url}: ${text}` })
  const owner = yield* ownerOf(socket, request.user).pipe(
    Effect.provideService(Users, users),
    Effect.mapError(refuse)
  )
  const on = listenOn(socket, owner)
  const known = table.byUrl.get(url)
  // A program that was renamed finds its socket under the old name.
  if (known !== undefined && canonicalJson(known.on) === canonicalJson(on)) {
    return table.hold(known, holder)
  }
  if (known !== undefined && known.program !== program) {
    return yield* refuse(`the program ${known.program} listens there`)
  }
  if (known !== undefined && on.kind === "tcp") {
    sockets.relisten(known.opened.fd, on.backlog)
    yield* table.change(known, on)
    return table.hold(known, holder)
  }
  yield* Effect.logInfo(`Creating socket ${url}`)
  return yield* sockets.open(on, { replace: known !== undefined }).pipe(
    Effect.mapError(({ text }) => refuse(text)),
    Effect.flatMap((opened) => table.enter({ url, program, on, opened }, holder)),
    Effect.uninterruptible
  )
})

const resume = Effect.fnUntraced(function* (
  { sockets, table, users }: Place,
  request: SocketRequest & { readonly pid: number }
) {
  const { holder, pid, program, socket } = request
  const url = socketUrl(socket)
  const known = table.byUrl.get(url)
  if (known !== undefined) {
    table.hold(known, holder)
    return true
  }
  const owner = yield* ownerOf(socket, request.user).pipe(
    Effect.provideService(Users, users),
    Effect.orElseSucceed(() => null)
  )
  const on = listenOn(socket, owner)
  const opened = sockets.copy(pid, 0, on)
  if (opened !== null) yield* table.enter({ url, program, on, opened }, holder)
  return opened !== null
})

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
