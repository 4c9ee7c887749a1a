/**
 * What a keeper knows, as plain data: one that follows it by execve (same pid, same children, same descriptors) goes on with it.
 * It is written by one version of reeve and read by another, so what is missing has the value of a fresh one.
 */
import type { Before, KeeperOptions } from "../core/keeperProtocol.ts"
import { becomeWith, textOf } from "../os/becomeWith.ts"
import { holdAll } from "../os/heldDescriptors.ts"
import { children, identity } from "../os/stopInherited.ts"

/** One daemon, from its start until what it said last was read. */
export interface Life {
  /** Null: it has ended and is reaped. */
  pid: number | null
  /** The keeper's end of the socket pair. */
  readonly fd: number
  /** A stop had been asked for when it began. */
  readonly forStop: boolean
  /** Listening sockets that it was given: name, and descriptor there. */
  readonly sockets: Readonly<Record<string, number>>
  /** 1 until it says `hello`. */
  protocol: number
  hears: boolean
  /** Words that it said of itself, `ready` and `failed` among them. */
  readonly said: Array<string>
  replacing: Pick<KeeperOptions, "daemon" | "daemonArgs"> | null
  /** It was told that no exit waits; the one that it was shown and has not taken. */
  caughtUp: boolean
  shown: number | null
  /** The beginning of a line, in base64. */
  rest: string
}

export interface Knowledge {
  options: KeeperOptions
  /** Where the lines of the boot go; null after the last one. */
  ready: number | null
  run: number
  before: Before
  /** A daemon that survives its own death was up, and nothing was stopped in order since: programs may run. */
  proven: boolean
  /** Deaths in a row. */
  deaths: number
  /** Stop signals that came; others that wait until a daemon hears. */
  asked: Array<NodeJS.Signals>
  waiting: Array<NodeJS.Signals>
  /** Children that were there before the first daemon. */
  spared: ReadonlyArray<string>
  readonly facts: Map<string, string>
  readonly held: Map<string, number>
  readonly sockets: Map<string, number>
  life: Life | null
}

export const freshKnowledge = (
  options: KeeperOptions,
  spared: ReadonlyArray<string>
): Knowledge => ({
  options,
  ready: options.ready ?? null,
  run: 0,
  before: { kind: "none" },
  proven: false,
  deaths: 0,
  asked: [],
  waiting: [],
  spared,
  facts: new Map(),
  held: new Map(),
  sockets: new Map(),
  life: null
})

/** Before the first daemon. */
export const begin = (options: KeeperOptions): Knowledge => {
  // `exec reeve` in a shell leaves the shell's background jobs to the keeper: they are not the daemon's.
  const known = freshKnowledge(options, children().map(identity))
  if (options.fifos !== undefined) holdAll(known.held, options.fifos)
  return known
}

/** From the descriptor that the keeper before left. */
export const recall = (options: KeeperOptions, fd: number): Knowledge => {
  const told = JSON.parse(textOf(fd))
  const maps = Object.fromEntries(
    ["facts", "held", "sockets"].map((name) => [name, new Map(told[name])])
  )
  return { ...freshKnowledge(options, []), ...told, ...maps }
}

/** Comes back only when that failed, with the errno's name; then everything is as before. */
export const becomeKeeper = (entry: string, known: Knowledge): string => {
  const { held, life, options, ready, sockets } = known
  const text = JSON.stringify(known, (_, value) => (value instanceof Map ? [...value] : value))
  const single = [life?.fd, options.lock, ready].filter((fd) => typeof fd === "number")
  const carried = [...single, ...held.values(), ...sockets.values()]
  return becomeWith(entry, text, carried, (fd) => [JSON.stringify({ ...options, known: fd })])
}
