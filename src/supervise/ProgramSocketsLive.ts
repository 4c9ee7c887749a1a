/**
 * ProgramSockets over the sockets of this machine. One address is opened or closed at a time. A program whose socket has changed
 * gets a new one at the same path, while its older processes keep theirs until they end.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import { canonicalJson } from "../core/canonicalJson.ts"
import { listenAddressText } from "../core/listenAddressText.ts"
import { socketsOverlap } from "../core/socketsOverlap.ts"
import { socketUrl } from "../core/socketUrl.ts"
import type { ListeningSocket } from "../domain/ListeningSocket.ts"
import { Keeper } from "../os/Keeper.ts"
import { type ListenFailure, type ListenOn, ListenSockets } from "../os/ListenSockets.ts"
import { Users } from "../os/Users.ts"
import { ProgramSockets, SocketRefused, type SocketRequest } from "./ProgramSockets.ts"
import { isFree, SocketTable } from "./SocketTable.ts"

export const ProgramSocketsLive = Layer.effect(
  ProgramSockets,
  Effect.gen(function* () {
    const sockets = yield* ListenSockets
    const table = new SocketTable(yield* Keeper, sockets)
    const place: Place = { sockets, users: yield* Users, table }
    const inTurn = Semaphore.withPermits(Semaphore.makeUnsafe(1), 1)
    return {
      acquire: (request) => inTurn(acquire(place, request)),
      resume: (request) => inTurn(resume(place, request)),
      rename: (ids, program) =>
        Effect.suspend(() =>
          ids.some((id) => table.has(id)) ? inTurn(table.rename(ids, program)) : Effect.void
        ),
      closeUnheld: inTurn(table.closeAll(isFree)),
      closeAll: inTurn(table.closeAll(() => true)),
      // Most instances hold none: they wait for nobody.
      release: (id) =>
        Effect.suspend(() => (table.has(id) ? inTurn(table.release(id)) : Effect.void)),
      held: Effect.sync(() =>
        table
          .entries()
          .flatMap(({ url, holders, opened }) =>
            holders.size === 0 ? [] : [{ url, fd: opened.fd }]
          )
      )
    }
  })
)

interface Place {
  readonly sockets: ListenSockets["Service"]
  readonly users: Users["Service"]
  readonly table: SocketTable
}

const acquire = Effect.fnUntraced(function* (place: Place, request: SocketRequest) {
  const { sockets, table, users } = place
  const { program, socket } = request
  const url = socketUrl(socket)
  const refuse = (text: string) => new SocketRefused({ text: sentence(request, text) })
  const owner = yield* ownerOf(socket, request.user).pipe(
    Effect.provideService(Users, users),
    Effect.mapError(refuse)
  )
  const on = listenOn(request, owner)
  const known = table.byUrl.get(url)
  // A program that was renamed finds its socket under the old name.
  if (known !== undefined && canonicalJson(known.on) === canonicalJson(on)) {
    if (request.name !== null) yield* table.change(known, { program })
    return table.hold(known, request)
  }
  if (known !== undefined && known.program !== program) {
    return yield* refuse(`the program ${known.program} listens there`)
  }
  if (known !== undefined && on.kind === "tcp") {
    sockets.relisten(known.opened.fd, on.backlog)
    yield* table.change(known, { on })
    return table.hold(known, request)
  }
  yield* Effect.logInfo(`Creating socket ${url}`)
  return yield* open(place, request, on, known !== undefined).pipe(
    Effect.flatMap((opened) => table.enter({ url, program, on, opened }, request)),
    Effect.uninterruptible,
    Effect.catchTag("ListenFailure", (failure) =>
      Effect.flatMap(why(place, request, on, failure), (text) => Effect.fail(refuse(text)))
    )
  )
})

/** What the program only claims by now, and where the new socket could not be beside it, makes room for that. */
const open = (
  { sockets, table }: Place,
  { program, socket }: SocketRequest,
  on: ListenOn,
  replace: boolean
) =>
  sockets.open(on, { replace }).pipe(
    Effect.catchTag(
      "ListenFailure",
      Effect.fnUntraced(function* (failure) {
        const inTheWay = table
          .entries()
          .filter(
            (entry) =>
              entry.program === program &&
              entry.holders.size === 0 &&
              socketsOverlap(placeOf(entry.on), socket)
          )
        if (failure.errno !== "EADDRINUSE" || inTheWay.length === 0) return yield* failure
        yield* Effect.forEach(inTheWay, (entry) => table.close(entry), { discard: true })
        return yield* sockets.open(on, { replace })
      })
    )
  )

const placeOf = (on: ListenOn): ListeningSocket => (on.kind === "tcp" ? on : { ...on, owner: null })

const sentence = ({ name, socket }: SocketRequest, why: string): string =>
  name === null
    ? `Could not create FastCGI socket ${socketUrl(socket)}: ${why}`
    : `cannot listen at ${listenAddressText(socket)} (socket ${JSON.stringify(name)}): ${why}`

/** supervisord's words, or those of the system with the one who is in the way. */
const why = Effect.fnUntraced(function* (
  { sockets, table }: Place,
  { name, program, socket }: SocketRequest,
  on: ListenOn,
  { errno, reason, text }: ListenFailure
) {
  if (name === null) return text
  const open = table.entries().find((entry) => socketsOverlap(placeOf(entry.on), socket))
  if (errno === "EADDRINUSE" && open !== undefined) {
    const at = listenAddressText(placeOf(open.on))
    return open.program === program
      ? `its own processes listen at ${at}, and both cannot be open at once: stop the program, run \`reeve apply\`, and start it`
      : `the program ${open.program} listens at ${at}`
  }
  if (errno === "EACCES" && on.kind === "tcp") {
    return `${reason}: this user may not listen on so low a port`
  }
  const who = errno === "EADDRINUSE" ? yield* sockets.occupant(on) : null
  return who === null ? reason : `${reason} by ${who}`
})

const resume = Effect.fnUntraced(function* (
  { sockets, table, users }: Place,
  request: SocketRequest & { readonly pid: number | null; readonly fd: number }
) {
  const { fd, pid, program, socket } = request
  const url = socketUrl(socket)
  const known = table.byUrl.get(url)
  if (known !== undefined) {
    table.hold(known, request)
    return true
  }
  if (pid === null) return false
  const owner = yield* ownerOf(socket, request.user).pipe(
    Effect.provideService(Users, users),
    Effect.orElseSucceed(() => null)
  )
  const on = listenOn(request, owner)
  const opened = sockets.copy(pid, fd, on)
  if (opened !== null) yield* table.enter({ url, program, on, opened }, request)
  return opened !== null
})

type Owner = { readonly uid: number; readonly gid: number } | null

const listenOn = ({ name, socket }: SocketRequest, owner: Owner): ListenOn =>
  socket.kind === "tcp"
    ? {
        kind: "tcp",
        host: socket.host,
        port: socket.port,
        onlyVersion6: name !== null,
        backlog: socket.backlog
      }
    : {
        kind: "unix",
        path: socket.path,
        mode: socket.mode,
        owner,
        backlog: socket.backlog
      }

/** `user[:group]`, where a user alone leaves the group as it is; without one the program's user and its primary group. */
const ownerOf = Effect.fnUntraced(function* (socket: ListeningSocket, user: Owner) {
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
