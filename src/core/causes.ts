/**
 * Why an instance is what it is: from now back to what somebody did or declared, by the journal alone. Ends of its own in between
 * are one link, however many there were.
 */
import type { Event, EventBody } from "../domain/Event.ts"
import type { ExitStatus, Reason } from "../domain/State.ts"
import type { Deed } from "./byWhom.ts"

export type Cause =
  /** It ended by itself: `count` times between `since` and `at`; the rest is of the latest. */
  | {
      readonly kind: "ended"
      readonly at: number
      readonly since: number
      readonly count: number
      readonly pid: number
      readonly status: ExitStatus
      readonly expected: boolean
    }
  | {
      readonly kind: "stopped"
      readonly at: number
      readonly reason: Reason
      /** A start followed. */
      readonly started: boolean
    }
  | (Deed & { readonly kind: "byHand"; readonly at: number })
  | { readonly kind: "added"; readonly at: number }
  /** A watched file changed, and it was started anew. */
  | { readonly kind: "fileChanged"; readonly at: number; readonly path: string }
  /** The generation that it was last started or stopped for, whose files say what it runs. */
  | { readonly kind: "generation"; readonly number: number }

/** `events`: those of one instance, the oldest first. Gives the nearest cause first. */
export const causesOf = (events: ReadonlyArray<Event>): ReadonlyArray<Cause> => {
  const ends: Array<Event & { readonly body: Exit }> = []
  let generation: number | null = null
  let stopping = false
  let deed: Cause | null = null
  let later: EventBody | null = null
  let started = false
  for (const [back, event] of events.toReversed().entries()) {
    const { body } = event
    if (body.kind === "state") {
      generation ??= body.generation
      if (body.from === "STOPPING") stopping = true
      if (body.to === "STARTING") started = true
    }
    if (body.kind === "succession" && body.failed === null) generation ??= body.generation
    // What ends because it was stopped has its cause in that.
    if (isExit(event) && !stopping) ends.push(event)
    const before = events[events.length - back - 2]
    deed = byHandBefore(event, before) ?? deedOf(event, { later, started })
    if (deed !== null) break
    later = body
  }
  return [
    ...ended(ends),
    ...(deed === null ? [] : [deed]),
    ...(generation === null ? [] : [{ kind: "generation", number: generation } as const])
  ]
}

/** When the next process of it was started; null: none was yet. `events`: as above. */
export const startedAfter = (events: ReadonlyArray<Event>, after: number): number | null =>
  events.find(({ at, body }) => at >= after && body.kind === "state" && body.to === "STARTING")
    ?.at ?? null

type Exit = EventBody & { readonly kind: "exit" }

const isExit = (event: Event): event is Event & { readonly body: Exit } =>
  event.body.kind === "exit"

const ended = (
  ends: ReadonlyArray<Event & { readonly body: Exit }>
): ReadonlyArray<Cause & { readonly kind: "ended" }> => {
  const [latest] = ends
  const first = ends.at(-1)
  if (latest === undefined || first === undefined) return []
  const { expected, pid, status } = latest.body
  const { length: count } = ends
  return [{ kind: "ended", at: latest.at, since: first.at, count, pid, status, expected }]
}

/** A stop by hand is told by what was said of it, with its reason and its end. */
const byHandBefore = (event: Event, before: Event | undefined): Cause | null => {
  const { body } = event
  const isByHand = body.kind === "state" && isStop(body) && body.reason?.kind === "operator"
  return isByHand && before?.body.kind === "override" ? byHand(before.at, before.body) : null
}

interface Afterwards {
  /** What happened next. */
  readonly later: EventBody | null
  /** A start followed, at once or later. */
  readonly started: boolean
}

/** What somebody or something did to the instance; null: it is a consequence, or moved nothing (another number of instances). */
const deedOf = ({ at, body }: Event, { later, started }: Afterwards): Cause | null => {
  switch (body.kind) {
    case "state":
      return isStop(body) && body.reason !== null
        ? { kind: "stopped", at, reason: body.reason, started }
        : null
    case "override":
      return later?.kind === "state" && (later.to === "STARTING" || isStop(later))
        ? byHand(at, body)
        : null
    case "added":
      return { kind: "added", at }
    case "fileChanged":
      return later?.kind === "state" && (later.to === "STARTING" || isStop(later))
        ? { kind: "fileChanged", at, path: body.path }
        : null
    case "succession":
      return body.failed === null
        ? { kind: "stopped", at, reason: { kind: "plan", text: "fields" }, started: true }
        : null
    case "renamed":
    case "exit":
    case "removed":
    case "signalled":
    case "log":
    case "leftovers":
    case "hook":
    case "ready":
    case "generation":
    case "rejected":
    case "group":
    case "supervisor":
    case "daemon":
      return null
  }
}

const byHand = (at: number, { reason, text, until, who }: Deed): Cause => ({
  kind: "byHand",
  at,
  text,
  who,
  reason,
  until
})

/** From a backoff it comes to rest at once. A start that waits for something is none. */
const isStop = ({ from, reason, to }: EventBody & { readonly kind: "state" }): boolean =>
  to === "STOPPING" || (to === "STOPPED" && from !== "STOPPING" && reason?.kind !== "waiting")
