/**
 * Adopted processes that are neither this process's children nor the keeper's: keeper and daemon both died, or the keeper did
 * later. Their pidfds tell that they ended and, where the kernel has it, how. What the thread tells is looked at again here,
 * and each is looked at once when it joins, so that nothing depends on when it joined and on what was told before.
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { type Adopted, adoptedOf, allAdopted, noteAdoptedEnded } from "./adopted.ts"
import { EXITS_PER_TURN, nextTurn } from "./nextTurn.ts"
import { type PidfdWatch, watchPidfds } from "./PidfdWatch.ts"
import { endOf } from "./pidfd.ts"
import type { HandOn } from "./ReaperLive.ts"

/** How long a process may stay unreaped by an init that is slow before the end counts as one of an unknown kind. */
const SETTLE_MS = 500
const SETTLE_STEP_MS = 2
/** How often those are looked at that cannot be waited for: the kernel has no pidfds, or no descriptors were left. */
const BLIND_MS = 1000

export interface Outsiders {
  /** From now on its pidfd tells its end. */
  readonly join: (adopted: Adopted) => void
  readonly run: (handOn: HandOn) => Effect.Effect<never>
}

interface Round {
  readonly watch: PidfdWatch
  /** Pids to look at. */
  readonly hints: Queue.Queue<number>
  /** Those that nothing is told of. */
  readonly blind: Set<number>
  /** Since when an end settles. */
  readonly settling: Map<number, number>
}

export const makeOutsiders = (): Outsiders => {
  let round: Round | null = null
  const join = (adopted: Adopted): void => {
    adopted.watchedBy = "pidfd"
    if (round !== null) enter(round, adopted)
  }
  return {
    join,
    run: (handOn) =>
      Effect.scoped(
        Effect.gen(function* () {
          const now = yield* Effect.acquireRelease(beginRound, ({ watch }) =>
            Effect.sync(() => {
              round = null
              watch.close()
            })
          )
          round = now
          for (const adopted of outsidersNow()) enter(now, adopted)
          for (;;) yield* lookAt(now, yield* awaitHints(now), handOn)
        })
      )
  }
}

const outsidersNow = (): ReadonlyArray<Adopted> =>
  allAdopted().filter(({ watchedBy }) => watchedBy === "pidfd")

const beginRound = Effect.gen(function* () {
  const hints = yield* Queue.unbounded<number>()
  const blind = new Set<number>()
  const tell = (pids: ReadonlyArray<number>) => {
    Queue.offerAllUnsafe(hints, pids)
  }
  const watch = watchPidfds({
    onEnded: tell,
    onFailed: () => {
      const pids = outsidersNow().map(({ pid }) => pid)
      for (const pid of pids) blind.add(pid)
      tell(pids)
    }
  })
  const round: Round = { watch, hints, blind, settling: new Map() }
  return round
})

const enter = ({ blind, hints, watch }: Round, { pid, pidfd }: Adopted): void => {
  if (pidfd === null || !watch.add(pid, pidfd)) blind.add(pid)
  else blind.delete(pid)
  Queue.offerUnsafe(hints, pid)
}

/** Ends settle and the blind are looked at by the clock; else nothing is done while nothing happens. */
const awaitHints = ({ blind, hints, settling }: Round): Effect.Effect<ReadonlyArray<number>> => {
  const wait = settling.size > 0 ? SETTLE_STEP_MS : blind.size > 0 ? BLIND_MS : null
  const told = Queue.takeAll(hints)
  if (wait === null) return told
  return Effect.timeoutOrElse(told, {
    duration: wait,
    orElse: () => Effect.succeed([...settling.keys(), ...blind])
  })
}

const lookAt = Effect.fnUntraced(function* (
  round: Round,
  pids: ReadonlyArray<number>,
  handOn: HandOn
) {
  let handled = 0
  for (const pid of new Set(pids)) {
    const adopted = adoptedOf(pid)
    if (adopted === null || adopted.watchedBy !== "pidfd") {
      forget(round, pid)
      continue
    }
    const status = settledEnd(round, adopted)
    if (status === null) continue
    yield* handOn(
      // The keeper may have been first, or a new process have come under the number.
      () =>
        adoptedOf(pid) === adopted ? { pid, status, known: true, spawnId: adopted.spawnId } : null,
      () => noteAdoptedEnded(adopted)
    )
    forget(round, pid)
    handled += 1
    if (handled % EXITS_PER_TURN === 0) yield* nextTurn
  }
})

const settledEnd = ({ settling }: Round, adopted: Adopted) => {
  const end = endOf(adopted)
  if (end === "lives") return null
  if (end !== "settling") return end
  const since = settling.get(adopted.pid) ?? performance.now()
  settling.set(adopted.pid, since)
  return performance.now() - since < SETTLE_MS ? null : { kind: "unknown" as const }
}

const forget = ({ blind, settling }: Round, pid: number): void => {
  blind.delete(pid)
  settling.delete(pid)
}
