/**
 * From single file events to one burst that is over (design 6.4): a short quiet after one changed file, a longer one
 * after several, and where more is to be expected: a file that vanished comes back when an editor replaces it, an empty
 * one gets its content, a checkout goes on while git holds its lock. It never waits for ever.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import {
  gitLockWaitMs,
  quietEmptyMs,
  quietLongestMs,
  quietManyMs,
  quietOneMs
} from "../domain/limits.ts"
import type { FileEvent } from "../os/FileWatch.ts"

export interface SettleFacts {
  /** Git is at work on the files. */
  readonly locked: Effect.Effect<boolean>
  readonly isEmpty: (path: string) => Effect.Effect<boolean>
  /** Run at the first event. */
  readonly begin: Effect.Effect<void>
}

/** Waits for a first event, then until it is quiet. Gives the paths of the burst. */
export const settle = Effect.fnUntraced(function* (
  events: Queue.Dequeue<FileEvent>,
  facts: SettleFacts
) {
  const first = yield* Queue.take(events)
  yield* facts.begin
  const start = yield* Clock.currentTimeMillis
  const burst = new Map([[first.path, first.kind]])
  for (;;) {
    const next = yield* Queue.take(events).pipe(Effect.timeoutOption(quietAfter(burst)))
    if (Option.isSome(next)) burst.set(next.value.path, next.value.kind)
    const age = (yield* Clock.currentTimeMillis) - start
    if (yield* mustWait(Option.isNone(next), age, burst, facts)) continue
    return [...burst.keys()]
  }
})

type Burst = ReadonlyMap<string, FileEvent["kind"]>

const quietAfter = (burst: Burst): number => {
  const [only] = burst.values()
  return burst.size === 1 && (only === "change" || only === "add") ? quietOneMs : quietManyMs
}

const mustWait = Effect.fnUntraced(function* (
  quiet: boolean,
  age: number,
  burst: Burst,
  facts: SettleFacts
) {
  if (age < gitLockWaitMs && (yield* facts.locked)) return true
  if (!quiet) return age < quietLongestMs
  if (age >= quietEmptyMs) return false
  for (const [path, kind] of burst) {
    if ((kind === "add" || kind === "change") && (yield* facts.isEmpty(path))) return true
  }
  return false
})
