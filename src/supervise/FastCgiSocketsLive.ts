/**
 * FastCgiSockets over the sockets of this machine: a table by address. The keeper has a copy of each, so that it outlives a daemon. One address is opened or closed at a time. A program
 * whose socket has changed gets a new one at the same path, while its older processes keep theirs until they end.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import { canonicalJson } from "../core/canonicalJson.ts"
import { socketUrl } from "../core/socketUrl.ts"
import type { FastCgiSocket } from "../domain/Definition.ts"
import { Keeper } from "../os/Keeper.ts"
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
    const keeper = yield* Keeper
    const byUrl = keptEntries(keeper.met.sockets)
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
        Effect.flatMap((opened) => enter({ url, program, on, opened }, holder)),
        Effect.uninterruptible
      )
    })

    const enter = Effect.fnUntraced(function* (parts: Omit<Entry, "holders">, holder: string) {
      const entry: Entry = { ...parts, holders: new Set<string>() }
      const before = byUrl.get(entry.url)
      byUrl.set(entry.url, entry)
      if (before !== undefined) yield* keeper.unlisten(nameOf(before))
      const errno = yield* keeper.listen(nameOf(entry), entry.opened.fd)
      if (errno !== null) {
        yield* Effect.logWarning(`the keeper cannot hold the socket ${entry.url}: ${errno}`)
      }
      return hold(entry, holder)
    })

    const resume = Effect.fnUntraced(function* (request: SocketRequest & { readonly pid: number }) {
      const { holder, pid, program, socket } = request
      const url = socketUrl(socket)
      const known = byUrl.get(url)
      if (known !== undefined) {
        hold(known, holder)
        return true
      }
      const owner = yield* ownerOf(socket, request.user).pipe(
        Effect.provideService(Users, users),
        Effect.orElseSucceed(() => null)
      )
      const on = listenOn(socket, owner)
      const opened = sockets.copy(pid, 0, on)
      if (opened !== null) yield* enter({ url, program, on, opened }, holder)
      return opened !== null
    })

    const close = Effect.fnUntraced(function* (entry: Entry) {
      if (byUrl.get(entry.url) === entry) byUrl.delete(entry.url)
      yield* Effect.logInfo(`Closing socket ${entry.url}`)
      yield* keeper.unlisten(nameOf(entry))
      sockets.close(entry.opened, entry.on.kind === "unix" ? entry.on.path : null)
    })

    const release = Effect.fnUntraced(function* (holder: string) {
      const entry = byHolder.get(holder)
      if (entry === undefined) return
      byHolder.delete(holder)
      entry.holders.delete(holder)
      if (entry.holders.size === 0) yield* close(entry)
    })

    const inTurn = Semaphore.withPermits(oneAtATime, 1)
    return {
      acquire: (request: SocketRequest) => inTurn(acquire(request)),
      resume: (request) => inTurn(resume(request)),
      closeUnheld: Effect.suspend(() =>
        Effect.forEach(
          [...byUrl.values()].filter(({ holders }) => holders.size === 0),
          close,
          { discard: true }
        )
      ),
      // Most instances hold none: they wait for nobody.
      release: (holder: string) =>
        Effect.suspend(() => (byHolder.has(holder) ? inTurn(release(holder)) : Effect.void)),
      held: Effect.sync(() =>
        [...new Set(byHolder.values())].map(({ url, opened }) => ({ url, fd: opened.fd }))
      )
    }
  })
)

/** What the keeper knows a socket by: enough for the next daemon to know it again. */
const nameOf = ({ on, opened, program, url }: Omit<Entry, "holders">): string =>
  JSON.stringify({ url, program, on, inode: opened.inode })

const keptEntries = (kept: ReadonlyMap<string, number>): Map<string, Entry> => {
  const entries = new Map<string, Entry>()
  for (const [name, fd] of kept) {
    const found = Option.getOrNull(readName(name))
    if (found === null) continue
    const { inode, on, program, url } = found
    entries.set(url, { url, program, on, opened: { fd, inode }, holders: new Set() })
  }
  return entries
}

const readName = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.Struct({
      url: Schema.String,
      program: Schema.String,
      inode: Schema.NullOr(Schema.Finite),
      on: Schema.Union([
        Schema.Struct({
          kind: Schema.Literal("unix"),
          path: Schema.String,
          mode: Schema.Finite,
          owner: Schema.NullOr(Schema.Struct({ uid: Schema.Finite, gid: Schema.Finite })),
          backlog: Schema.NullOr(Schema.Finite)
        }),
        Schema.Struct({
          kind: Schema.Literal("tcp"),
          host: Schema.String,
          port: Schema.Finite,
          backlog: Schema.NullOr(Schema.Finite)
        })
      ])
    })
  )
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
