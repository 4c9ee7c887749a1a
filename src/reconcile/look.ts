/**
 * One look: is there newer content to accept, and does what runs agree with what was accepted? Every trigger leads here and
 * says no more than "look". A look that waits for its turn stands for all that come meanwhile.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { rescale } from "../config/rescale.ts"
import { holdsAll } from "../core/guards.ts"
import { plan as makePlan } from "../core/plan.ts"
import type { Actual, ActualInstance } from "../domain/Actual.ts"
import { lookAgainLongestMs, lookAgainMs } from "../domain/limits.ts"
import type { Plan } from "../domain/Plan.ts"
import { accept, acceptNumbers, workOff } from "./accept.ts"
import { badOf } from "./bad.ts"
import {
  type Desk,
  forKeeping,
  forSave,
  inBackground,
  inTurn,
  isManual,
  supersede
} from "./Desk.ts"
import { armExpiry, type Ended, endOverdue, firstEnd, retryPauseMs } from "./expiry.ts"
import { blockedIn, followedBy } from "./followed.ts"
import { followOthers } from "./followOthers.ts"
import { monotonicMs } from "./monotonicMs.ts"
import type { Applied } from "./Reconciler.ts"

/** Needs the turn. `asked`: an operator's `up`, which is leave enough in manual mode too. */
export const look = (desk: Desk, asked: boolean): Effect.Effect<void> =>
  Effect.asVoid(lookToTheEnd(desk, asked))

/** With what newer content led to, once that has come to rest; null: none was accepted. */
export const lookToTheEnd = (desk: Desk, asked: boolean): Effect.Effect<Settled | null> =>
  Effect.gen(function* () {
    // A rollback looks when it had its turn.
    if (desk.memory.rollbacksWaiting > 0) return null
    const kept = keepsOld(desk)
    const taken = yield* kept ? takeNumbers(desk) : takeCandidate(desk, asked)
    if (taken === null) yield* keepAccepted(desk)
    if (kept) yield* showWhatWaits(desk)
    const actual = yield* desk.see
    desk.memory.followed = followedBy(desk.memory)
    yield* armTimer(desk, actual)
    yield* armExpiry(desk, firstEnd(actual), ring(desk))
    return taken
  })

type Settled = Effect.Effect<Applied>

/** Something older than what the files say is kept: it is pinned, or what they say was undone. */
const keepsOld = ({ memory }: Desk): boolean =>
  memory.pin !== null ||
  (memory.candidate !== null && badOf(memory, memory.candidate.desired) !== null)

/**
 * For an operator's scale or release, which goes ahead in manual mode too, but never together with a save that waits. What
 * failed before is tried again.
 */
export const lookForOperator = (desk: Desk): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { accepted, candidate, pending } = desk.memory
    desk.memory.failed = null
    // A save that was read already, and whose look waits for its turn, waits as well.
    const isNewer = candidate !== null && candidate.desired.hash !== accepted?.desired.hash
    const clear = pending === null && !isNewer
    return Effect.andThen(reload(desk), inTurn(desk, look(desk, clear)))
  })

/** Something done by hand ends then. */
export const endAt = (desk: Desk, at: number): Effect.Effect<void> =>
  armExpiry(desk, at, ring(desk))

/** Ends what is over, and sees to what is left. The caller looks. */
export const endWhatIsOver = (desk: Desk): Effect.Effect<Ended> =>
  Effect.gen(function* () {
    const actual = yield* desk.see
    const ended = yield* endOverdue(desk, actual)
    const at = firstEnd(hasEnded(ended) ? yield* desk.see : actual)
    const now = yield* Clock.currentTimeMillis
    yield* armExpiry(desk, at, ring(desk), hasEnded(ended) ? 0 : retryPauseMs(at, now))
    return ended
  })

/** The end of something done by hand has come, or it is time to see whether the clock was set. */
const ring = (desk: Desk): Effect.Effect<void> =>
  Effect.flatMap(endWhatIsOver(desk), (ended) => {
    if (ended.scales > 0) return lookForOperator(desk)
    if (!hasEnded(ended)) return Effect.void
    // The files have not changed by that: what was accepted is enough.
    desk.memory.failed = null
    return inTurn(desk, look(desk, false))
  })

export const hasEnded = ({ overrides, scales }: Ended): boolean => overrides + scales > 0

export const lookLater = (desk: Desk): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (desk.memory.lookWaits) return Effect.void
    desk.memory.lookWaits = true
    const work = Effect.suspend(() => {
      desk.memory.lookWaits = false
      return look(desk, false)
    })
    return inBackground(desk, inTurn(desk, work))
  })

/** Reads the files. Bad ones change nothing; newer good ones supersede the apply at work. */
export const reload = (desk: Desk): Effect.Effect<void> =>
  desk.load.pipe(
    Effect.flatMap(({ desired }) =>
      isManual(desk, desired) || isRolledBack(desk) ? Effect.void : supersede(desk, desired.hash)
    ),
    Effect.ignore
  )

/** What an operator went back to outranks what the files say. */
const isRolledBack = ({ memory }: Desk): boolean =>
  memory.pin !== null || memory.rollbacksWaiting > 0

/** Null unless the last good load was accepted in this look. */
const takeCandidate = (desk: Desk, asked: boolean): Effect.Effect<Settled | null> =>
  Effect.gen(function* () {
    const { memory, place } = desk
    const desired = memory.candidate?.desired
    if (desired === undefined) return null
    if (memory.accepted?.desired.hash === desired.hash) {
      memory.accepted = { number: memory.accepted.number, desired }
      memory.pending = null
      return null
    }
    const save = forSave(desk, desired)
    const options = asked ? { ...save, mode: "auto" as const } : save
    const plan = makePlan(desired, yield* desk.see, options)
    if (holdsAll(plan.held)) {
      const told = memory.pending?.plan.desired === plan.desired
      memory.pending = { plan, holds: plan.held }
      if (!told) yield* place.report({ kind: "held", plan })
      return null
    }
    // What differs by itself would make a generation of every load.
    if (plan.actions.length === 0 && plan.drift.some(({ kind }) => kind === "unpredictable")) {
      return null
    }
    const number = yield* accept(desk, desired, plan, place.options.who)
    return (yield* workOff(desk, { desired, plan, number, options })).settled
  })

/** While something older is kept: numbers of instances set by hand count, and nothing else. */
const takeNumbers = (desk: Desk): Effect.Effect<Settled | null> =>
  Effect.gen(function* () {
    const { memory, place } = desk
    if (memory.accepted === null) return null
    const scales = yield* Effect.orElseSucceed(place.store.overrides.scales, () => [])
    const desired = rescale(memory.accepted.desired, scales)
    if (desired === memory.accepted.desired) return null
    const options = forKeeping(desk)
    const plan = makePlan(desired, yield* desk.see, options)
    const number = yield* acceptNumbers(desk, desired, plan)
    return (yield* workOff(desk, { desired, plan, number, options })).settled
  })

/** A save is evaluated and shown; whoever pinned a generation knows what the files said then. */
const showWhatWaits = (desk: Desk): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { memory, place } = desk
    const desired = memory.candidate?.desired
    if (desired === undefined || desired.hash === memory.accepted?.desired.hash) {
      memory.pending = null
      return
    }
    const plan = makePlan(desired, yield* desk.see, forSave(desk, desired))
    const told = memory.pending?.plan.desired ?? memory.pinnedOver
    memory.pending = { plan, holds: plan.held }
    if (told !== desired.hash) yield* place.report({ kind: "held", plan })
  })

/** Also while newer content waits or is wrong: an override that was released, a number of instances. */
const keepAccepted = (desk: Desk): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { accepted, failed } = desk.memory
    if (accepted === null) return
    if (failed === accepted.desired.hash) return yield* followOthers(desk, accepted)
    const { desired, number } = accepted
    const { rollout } = desk.memory
    const isOpen = rollout?.number === number
    // What was confirmed when it began is so to its end.
    const options = isOpen ? { ...rollout.options, confirmed: true } : forKeeping(desk)
    const plan = makePlan(desired, yield* desk.see, options)
    desk.memory.blocked = blockedIn(plan)
    if (!isOpen && isLeftOver(plan, desk.memory)) return yield* followOthers(desk, accepted)
    desk.memory.deferred = new Set()
    if (plan.actions.length === 0 && plan.metadata.length === 0 && !isOpen) return
    yield* workOff(desk, { desired, plan, number, options })
  })

/** Nothing but what an apply that is over has left to later turns. */
const isLeftOver = ({ actions, metadata }: Plan, { deferred }: Desk["memory"]): boolean =>
  actions.length > 0 &&
  metadata.length === 0 &&
  actions.every(({ cause, instance }) => cause.kind === "dependency" && deferred.has(instance))

/** A process that takes a place with a file that changed since its start is to be replaced, once it has the place. */
const isBetween = ({ state, successor }: ActualInstance): boolean =>
  state === "STOPPING" || successor?.outdated === true

/**
 * Only while an instance is between two states, or something waits: what it comes to may be something to act on, and the event
 * that tells it may have come while this look was made.
 */
const armTimer = (desk: Desk, { instances }: Actual): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { memory } = desk
    const waits = memory.rollout !== null || memory.blocked.size + memory.deferred.size > 0
    if (!waits && !instances.some(isBetween)) {
      memory.pauseMs = lookAgainMs
      return
    }
    const now = yield* monotonicMs
    const due = memory.rollout?.lookInMs ?? Number.POSITIVE_INFINITY
    const pause = Math.min(memory.pauseMs, due)
    const ringsAt = now + pause
    // One that rings later does no harm.
    if (memory.ringsAt !== null && memory.ringsAt <= ringsAt) return
    memory.ringsAt = ringsAt
    memory.pauseMs = Math.min(memory.pauseMs * 2, lookAgainLongestMs)
    const ring = Effect.suspend(() => {
      if (memory.ringsAt === ringsAt) memory.ringsAt = null
      return lookLater(desk)
    })
    yield* inBackground(desk, Effect.andThen(Effect.sleep(pause), ring))
  })
