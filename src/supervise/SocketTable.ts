/**
 * The open sockets of programs by address, and who holds or claims each. The keeper has a copy of each under a name that tells
 * all of it, so that the next daemon has the same table. It binds nothing.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Keeper } from "../os/Keeper.ts"
import type { ListenOn, ListenSocket, ListenSockets } from "../os/ListenSockets.ts"

export interface SocketEntry {
  readonly url: string
  program: string
  on: ListenOn
  readonly opened: ListenSocket
  /** Processes. */
  readonly holders: Set<string>
  /** Of instances. */
  readonly claims: Set<string>
}

type Parts = Omit<SocketEntry, "holders" | "claims">

/** As whom a socket is taken. */
interface Taker {
  readonly holder: string | null
  readonly claim: string | null
}

export class SocketTable {
  readonly byUrl: Map<string, SocketEntry>
  /** Also those whose address another has by now. By holder or claim. */
  readonly #byId = new Map<string, Set<SocketEntry>>()
  readonly #outdated: Array<{ readonly name: string; readonly fd: number }>
  readonly #keeper: Keeper["Service"]
  readonly #sockets: ListenSockets["Service"]

  constructor(keeper: Keeper["Service"], sockets: ListenSockets["Service"]) {
    const { byUrl, outdated } = keptEntries(keeper.met.sockets)
    this.byUrl = byUrl
    this.#outdated = outdated
    this.#keeper = keeper
    this.#sockets = sockets
  }

  has(id: string): boolean {
    return this.#byId.has(id)
  }

  entries(): ReadonlyArray<SocketEntry> {
    const held = [...this.#byId.values()].flatMap((found) => [...found])
    return [...new Set([...this.byUrl.values(), ...held])]
  }

  hold(entry: SocketEntry, { claim, holder }: Taker): number {
    if (holder !== null) entry.holders.add(holder)
    if (claim !== null) entry.claims.add(claim)
    for (const id of [holder, claim]) {
      if (id !== null) this.#byId.set(id, (this.#byId.get(id) ?? new Set()).add(entry))
    }
    return entry.opened.fd
  }

  /** A new socket, instead of the one that had its address. */
  enter(parts: Parts, taker: Taker): Effect.Effect<number> {
    const entry: SocketEntry = { ...parts, holders: new Set(), claims: new Set() }
    this.byUrl.set(entry.url, entry)
    return Effect.map(this.#keep(entry), () => this.hold(entry, taker))
  }

  /** The same socket with other settings. The keeper has it under both names for a moment, rather than under none. */
  change(
    entry: SocketEntry,
    now: Partial<Pick<SocketEntry, "on" | "program">>
  ): Effect.Effect<void> {
    return Effect.suspend(() => {
      const before = nameOf(entry)
      entry.on = now.on ?? entry.on
      entry.program = now.program ?? entry.program
      if (nameOf(entry) === before) return Effect.void
      return Effect.andThen(this.#keep(entry), this.#keeper.unlisten(before))
    })
  }

  rename(ids: ReadonlyArray<string>, program: string): Effect.Effect<void> {
    return Effect.suspend(() => {
      const found = new Set(ids.flatMap((id) => [...(this.#byId.get(id) ?? [])]))
      return Effect.forEach(found, (entry) => this.change(entry, { program }), { discard: true })
    })
  }

  release(id: string): Effect.Effect<void> {
    return Effect.suspend(() => {
      const found = [...(this.#byId.get(id) ?? [])]
      this.#byId.delete(id)
      for (const entry of found) {
        entry.holders.delete(id)
        entry.claims.delete(id)
      }
      return this.#closeEach(found.filter(isFree))
    })
  }

  close(entry: SocketEntry): Effect.Effect<void> {
    return Effect.suspend(() => {
      if (this.byUrl.get(entry.url) === entry) this.byUrl.delete(entry.url)
      for (const id of [...entry.holders, ...entry.claims]) this.#byId.get(id)?.delete(entry)
      return Effect.logInfo(`Closing socket ${entry.url}`)
    }).pipe(
      Effect.andThen(this.#keeper.unlisten(nameOf(entry))),
      Effect.andThen(
        Effect.sync(() => {
          const path = entry.on.kind === "unix" ? entry.on.path : null
          this.#sockets.close(entry.opened, path)
        })
      )
    )
  }

  closeAll(which: (entry: SocketEntry) => boolean): Effect.Effect<void> {
    return Effect.suspend(() => this.#closeEach(this.entries().filter(which))).pipe(
      Effect.andThen(Effect.suspend(() => this.#closeOutdated()))
    )
  }

  #closeEach(entries: ReadonlyArray<SocketEntry>): Effect.Effect<void> {
    return Effect.forEach(entries, (entry) => this.close(entry), { discard: true })
  }

  #closeOutdated(): Effect.Effect<void> {
    const close = ({ fd, name }: { readonly name: string; readonly fd: number }) =>
      Effect.andThen(
        this.#keeper.unlisten(name),
        Effect.sync(() => this.#sockets.close({ fd, inode: null }, null))
      )
    return Effect.forEach(this.#outdated.splice(0), close, { discard: true })
  }

  #keep(entry: SocketEntry): Effect.Effect<void> {
    return Effect.flatMap(this.#keeper.listen(nameOf(entry), entry.opened.fd), (errno) =>
      errno === null
        ? Effect.void
        : Effect.logWarning(`the keeper cannot hold the socket ${entry.url}: ${errno}`)
    )
  }
}

export const isFree = ({ claims, holders }: SocketEntry): boolean =>
  holders.size + claims.size === 0

/** What the keeper knows a socket by: enough for the next daemon to know it again. */
const nameOf = ({ on, opened, program, url }: Parts): string =>
  JSON.stringify({ url, program, on, inode: opened.inode })

/** Of several at one address the newest counts; the others are held by older processes, if at all. */
const keptEntries = (kept: ReadonlyMap<string, number>) => {
  const byUrl = new Map<string, SocketEntry>()
  const outdated: Array<{ readonly name: string; readonly fd: number }> = []
  const names = new Map<string, string>()
  for (const [name, fd] of kept) {
    const found = Option.getOrNull(readName(name))
    if (found === null) continue
    const { inode, on, program, url } = found
    const before = names.get(url)
    const older = byUrl.get(url)
    if (before !== undefined && older !== undefined) {
      outdated.push({ name: before, fd: older.opened.fd })
    }
    names.set(url, name)
    const parts = { url, program, on, opened: { fd, inode } }
    byUrl.set(url, { ...parts, holders: new Set(), claims: new Set() })
  }
  return { byUrl, outdated }
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
          onlyVersion6: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
          backlog: Schema.NullOr(Schema.Finite)
        })
      ])
    })
  )
)
