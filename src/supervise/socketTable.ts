/**
 * The open sockets of FastCGI programs by address, and who holds each. The keeper has a copy of each under a name that tells all
 * of it, so that the next daemon has the same table. It binds nothing.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Keeper } from "../os/Keeper.ts"
import type { ListenOn, ListenSocket, ListenSockets } from "../os/ListenSockets.ts"

export interface SocketEntry {
  readonly url: string
  readonly program: string
  on: ListenOn
  readonly opened: ListenSocket
  readonly holders: Set<string>
}

type Parts = Omit<SocketEntry, "holders">

export const socketTable = (keeper: Keeper["Service"], sockets: ListenSockets["Service"]) => {
  const byUrl = keptEntries(keeper.met.sockets)
  const byHolder = new Map<string, SocketEntry>()

  const hold = (entry: SocketEntry, holder: string): number => {
    entry.holders.add(holder)
    byHolder.set(holder, entry)
    return entry.opened.fd
  }

  const keep = Effect.fnUntraced(function* (entry: SocketEntry) {
    const errno = yield* keeper.listen(nameOf(entry), entry.opened.fd)
    if (errno === null) return
    yield* Effect.logWarning(`the keeper cannot hold the socket ${entry.url}: ${errno}`)
  })

  const close = Effect.fnUntraced(function* (entry: SocketEntry) {
    if (byUrl.get(entry.url) === entry) byUrl.delete(entry.url)
    yield* Effect.logInfo(`Closing socket ${entry.url}`)
    yield* keeper.unlisten(nameOf(entry))
    sockets.close(entry.opened, entry.on.kind === "unix" ? entry.on.path : null)
  })

  return {
    byUrl,
    byHolder,
    hold,
    close,
    /** A new socket, instead of the one that had its address. */
    enter: Effect.fnUntraced(function* (parts: Parts, holder: string) {
      const entry: SocketEntry = { ...parts, holders: new Set<string>() }
      byUrl.set(entry.url, entry)
      yield* keep(entry)
      return hold(entry, holder)
    }),
    /** The same socket with other settings. */
    change: Effect.fnUntraced(function* (entry: SocketEntry, on: ListenOn) {
      yield* keeper.unlisten(nameOf(entry))
      entry.on = on
      yield* keep(entry)
    }),
    release: Effect.fnUntraced(function* (holder: string) {
      const entry = byHolder.get(holder)
      if (entry === undefined) return
      byHolder.delete(holder)
      entry.holders.delete(holder)
      if (entry.holders.size === 0) yield* close(entry)
    })
  } as const
}

/** What the keeper knows a socket by: enough for the next daemon to know it again. */
const nameOf = ({ on, opened, program, url }: Parts): string =>
  JSON.stringify({ url, program, on, inode: opened.inode })

const keptEntries = (kept: ReadonlyMap<string, number>): Map<string, SocketEntry> => {
  const entries = new Map<string, SocketEntry>()
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
