/**
 * What a listener says on stdout (supervisord.md 6.3), as a total function over bytes; how they are cut into pieces makes no
 * difference. What is kept of a listener is bounded whatever it writes: of a result only what decides is remembered.
 *
 *     ACKNOWLEDGED  READY LF            → READY
 *                   six other bytes     → UNKNOWN
 *     READY         event sent          → BUSY
 *                   any bytes           → UNKNOWN
 *     BUSY          RESULT n LF, n bytes: OK      → ACKNOWLEDGED, processed
 *                   RESULT n LF, n other bytes    → ACKNOWLEDGED, rejected
 *                   another line                  → UNKNOWN, rejected
 *     UNKNOWN       any bytes           → UNKNOWN (until the process is another)
 */
import { bytesRepr } from "./bytesRepr.ts"
import { utf8Text } from "./utf8Text.ts"

export type Phase = "ACKNOWLEDGED" | "READY" | "BUSY" | "UNKNOWN"

export interface ListenerState {
  readonly phase: Phase
  /** Bytes that decide nothing yet: the begin of a line, at most `lineBytes`. */
  readonly pending: Uint8Array
  /** The body of a result that is coming in; null: none. */
  readonly body: Body | null
}

interface Body {
  /** Bytes still to come. */
  readonly missing: number
  /** Whether it is `OK` so far. */
  readonly accepts: boolean
  readonly seen: number
}

export type Outcome =
  | { readonly kind: "changed"; readonly from: Phase; readonly to: Phase }
  /** The event that was sent is done with. */
  | { readonly kind: "processed" }
  /** The event is to be sent again. */
  | { readonly kind: "rejected" }
  /** The event is to be sent again, to another process; `line` is what came, as supervisord shows it. */
  | { readonly kind: "badResult"; readonly line: string }

/** A result line that is longer is none. */
export const lineBytes = 1024

const nothing = new Uint8Array(0)
const ready = new TextEncoder().encode("READY\n")
const ok = new TextEncoder().encode("OK")
const lineFeed = 10

export const newListener: ListenerState = { phase: "ACKNOWLEDGED", pending: nothing, body: null }

/** An event is sent to a listener that is READY. */
export const sent = (state: ListenerState): ListenerState =>
  state.phase === "READY" ? { ...state, phase: "BUSY" } : state

/** The event could not be written after all: the listener waits as before. */
export const unsent = (state: ListenerState): ListenerState =>
  state.phase === "BUSY" ? { ...state, phase: "READY" } : state

export const hear = (
  state: ListenerState,
  bytes: Uint8Array
): readonly [ListenerState, ReadonlyArray<Outcome>] => {
  const outcomes: Array<Outcome> = []
  let now = state
  let rest = bytes
  // Every turn takes bytes or ends it.
  for (;;) {
    const [next, left, said] = step(now, rest)
    outcomes.push(...said)
    now = next
    if (left.length === 0) return [now, outcomes]
    rest = left
  }
}

type Step = readonly [ListenerState, Uint8Array, ReadonlyArray<Outcome>]

const step = (state: ListenerState, bytes: Uint8Array): Step => {
  if (bytes.length === 0) return [state, nothing, []]
  switch (state.phase) {
    case "ACKNOWLEDGED":
      return awaitReady(state, bytes)
    case "READY":
      return broken(state, [])
    case "BUSY":
      return state.body === null ? awaitLine(state, bytes) : awaitBody(state, state.body, bytes)
    case "UNKNOWN":
      return [state, nothing, []]
  }
}

const awaitReady = (state: ListenerState, bytes: Uint8Array): Step => {
  const wanted = ready.length - state.pending.length
  const seen = joined(state.pending, bytes.subarray(0, wanted))
  if (seen.length < ready.length) return [{ ...state, pending: seen }, nothing, []]
  if (!ready.every((byte, at) => seen[at] === byte)) return broken(state, [])
  const [next, outcomes] = enter(state, "READY")
  return [next, bytes.subarray(wanted), outcomes]
}

const awaitLine = (state: ListenerState, bytes: Uint8Array): Step => {
  const end = bytes.indexOf(lineFeed)
  const piece = end === -1 ? bytes : bytes.subarray(0, end)
  const room = lineBytes - state.pending.length
  const line = joined(state.pending, piece.subarray(0, room))
  if (piece.length > room) return badLine(state, line)
  if (end === -1) return [{ ...state, pending: line }, nothing, []]
  const length = resultLength(line)
  if (length === null) return badLine(state, line)
  const rest = bytes.subarray(end + 1)
  if (length === 0) return answered(state, false, rest)
  return [
    { ...state, pending: nothing, body: { missing: length, accepts: true, seen: 0 } },
    rest,
    []
  ]
}

const badLine = (state: ListenerState, line: Uint8Array): Step =>
  broken(state, [{ kind: "badResult", line: utf8Text(line) ?? `Undecodable: ${bytesRepr(line)}` }])

const awaitBody = (state: ListenerState, body: Body, bytes: Uint8Array): Step => {
  const piece = bytes.subarray(0, body.missing)
  const missing = body.missing - piece.length
  const seen = body.seen + piece.length
  const accepts =
    body.accepts && seen <= ok.length && piece.every((byte, at) => ok[body.seen + at] === byte)
  if (missing > 0) return [{ ...state, body: { missing, accepts, seen } }, nothing, []]
  return answered(state, accepts && seen === ok.length, bytes.subarray(piece.length))
}

const answered = (state: ListenerState, accepted: boolean, rest: Uint8Array): Step => {
  const [next, outcomes] = enter(state, "ACKNOWLEDGED")
  return [next, rest, [{ kind: accepted ? "processed" : "rejected" }, ...outcomes]]
}

/** Everything that came with it is dropped. */
const broken = (state: ListenerState, before: ReadonlyArray<Outcome>): Step => {
  const [next, outcomes] = enter(state, "UNKNOWN")
  return [next, nothing, [...before, ...outcomes]]
}

const enter = (
  { phase }: ListenerState,
  to: Phase
): readonly [ListenerState, ReadonlyArray<Outcome>] => [
  { phase: to, pending: nothing, body: null },
  [{ kind: "changed", from: phase, to }]
]

/**
 * supervisord looks at what stands behind the first seven bytes only (G31): here the word has to be there, in any case and
 * with any one sign behind it, and a length is never negative.
 */
const resultLength = (line: Uint8Array): number | null => {
  const match = /^result[^0-9]\s*\+?(\d+)\s*$/i.exec(utf8Text(line) ?? "")
  return match === null ? null : Number(match[1])
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  if (a.length === 0) return b.slice()
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
