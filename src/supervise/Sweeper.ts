/**
 * Answers what an ended process left behind. Questions that come together share one look at the process table, so that
 * thousands of processes ending at once cost a few looks and not thousands.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import { isLive, isReused, type Leader, leftBy } from "../core/leftovers.ts"
import { Host } from "../os/Host.ts"
import { Keeper } from "../os/Keeper.ts"
import { Proc, type ProcessFacts } from "../os/Proc.ts"
import type { Lives } from "./Lives.ts"

export interface Sweeper {
  readonly left: (leader: Leader) => Effect.Effect<ReadonlyArray<ProcessFacts>>
}

interface Question {
  readonly leader: Leader
  readonly answer: Deferred.Deferred<ReadonlyArray<ProcessFacts>>
}

const nothing = Exit.succeed([])

/** A question that comes within this time after another joins those that are answered together. */
const togetherMs = 2

/** With more questions at once, orphans that left their session are not looked for: each costs a look of its own. */
const closeLooks = 16

export const makeSweeper = Effect.fnUntraced(function* (lives: Lives) {
  const proc = yield* Proc
  const host = yield* Host
  const comesAlone = yield* makeComesAlone
  const { met } = yield* Keeper
  // What a process leaves that an earlier daemon started falls to the keeper.
  const parents = new Set(met.pid === null ? [host.pid] : [host.pid, met.pid])
  const questions = yield* Queue.unbounded<Question>()

  const isOrphan = (facts: ProcessFacts, leader: Leader): boolean =>
    parents.has(facts.parent) &&
    facts.pid !== leader.pid &&
    facts.startTicks >= leader.startTicks &&
    isLive(facts) &&
    lives.of(facts.pid) === undefined

  const answer = Effect.fnUntraced(function* (
    { leader }: Question,
    all: ReadonlyArray<ProcessFacts>,
    close: boolean
  ) {
    if (isReused(leader, all)) return []
    const direct = leftBy(leader, all)
    if (direct.length === 0 && !all.some((facts) => isOrphan(facts, leader))) return []
    if (!close) return direct
    const found = yield* proc.descendants(leader.pid)
    return found.filter(({ pid }) => pid !== leader.pid && lives.of(pid) === undefined)
  })

  /**
   * Live instances are not looked at: each leads a session of its own, so that it can be in no other's. But who has a
   * leader's pid now is always looked at.
   */
  const lookAround = (batch: ReadonlyArray<Question>) => {
    if (proc.others === undefined) return proc.list
    const leaders = new Set(batch.map(({ leader }) => leader.pid))
    return proc.others((pid) => lives.of(pid) !== undefined, leaders)
  }

  const mayHaveLeft = (pids: ReadonlyArray<number>) =>
    proc.mayHaveLeft?.(pids, parents) ?? Effect.succeed(true)

  const round = Effect.gen(function* () {
    const batch = yield* Queue.takeAll(questions)
    if (!(yield* mayHaveLeft(batch.map(({ leader }) => leader.pid)))) {
      for (const question of batch) Deferred.doneUnsafe(question.answer, nothing)
      return
    }
    const all = yield* lookAround(batch).pipe(Effect.catchCause(() => Effect.succeed([])))
    for (const question of batch) {
      const exit = yield* Effect.exit(answer(question, all, batch.length <= closeLooks))
      Deferred.doneUnsafe(question.answer, exit)
    }
  })
  yield* Effect.forkScoped(Effect.forever(round))

  const ask = (leader: Leader): Effect.Effect<ReadonlyArray<ProcessFacts>> =>
    Effect.suspend(() => {
      const question = { leader, answer: Deferred.makeUnsafe<ReadonlyArray<ProcessFacts>>() }
      Queue.offerUnsafe(questions, question)
      return Deferred.await(question.answer)
    })

  /** One that comes alone has the common answer sooner than a place among the questions. */
  const left = (leader: Leader) =>
    Effect.flatMap(comesAlone() ? mayHaveLeft([leader.pid]) : Effect.succeed(true), (may) =>
      may ? ask(leader) : Effect.succeed([])
    )
  return { left } satisfies Sweeper
})

/** Whether a question comes some time after the one before. */
const makeComesAlone = Effect.map(Clock.clockWith(Effect.succeed), (clock) => {
  let askedAt = Number.NEGATIVE_INFINITY
  return (): boolean => {
    const before = askedAt
    askedAt = Number(clock.monotonicTimeNanosUnsafe()) / 1e6
    return askedAt - before > togetherMs
  }
})
