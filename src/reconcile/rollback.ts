/**
 * `reeve rollback`: the stored content of an accepted generation becomes what is kept running, through the ordinary plan and
 * apply, and is pinned. The files play no part; they may be gone. Of several rollbacks the one that was asked for last counts.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { rescale } from "../config/rescale.ts"
import { pinText } from "../core/pinText.ts"
import { plan as makePlan } from "../core/plan.ts"
import { type PlanOptions, unattended } from "../core/planFacts.ts"
import type { Desired } from "../domain/Desired.ts"
import type { Generation, GenerationSummary } from "../domain/Generation.ts"
import { storedGenerations } from "../domain/limits.ts"
import type { StoreFailure } from "../store/Store.ts"
import { acceptPinned, workOff } from "./accept.ts"
import { type Desk, inTurn, seeMore, supersede } from "./Desk.ts"
import { type Begun, forClient } from "./forClient.ts"
import { lookLater } from "./look.ts"
import {
  type Applied,
  Held,
  NoRollback,
  NoSuchGeneration,
  type Reconciler,
  type RollbackPlan,
  type RollbackRefusal
} from "./Reconciler.ts"
import { tellPin } from "./tellPin.ts"

type Request = Parameters<Reconciler["Service"]["rollback"]>[0]
type Refusal = RollbackRefusal | Held

export const rollback = (desk: Desk, request: Request): Effect.Effect<Applied, Refusal> =>
  forClient(desk, request.wait, (begun) => roll(desk, request, begun))

export const planRollback = (
  desk: Desk,
  to: number | null,
  protectedToo: boolean
): Effect.Effect<RollbackPlan, RollbackRefusal> =>
  Effect.gen(function* () {
    const { content, number } = yield* target(desk, to)
    const desired = yield* scaled(desk, content)
    return { to: number, plan: makePlan(desired, yield* seeMore(desk), optionsOf(protectedToo)) }
  })

const roll = (
  desk: Desk,
  request: Request,
  begun: Begun<Refusal>
): Effect.Effect<Applied, Refusal> =>
  Effect.gen(function* () {
    const { memory } = desk
    const generation = yield* target(desk, request.to)
    memory.rollbacksWaiting++
    yield* supersede(desk, generation.content.hash)
    const { settled } = yield* inTurn(
      desk,
      Effect.gen(function* () {
        memory.rollbacksWaiting--
        if (memory.rollbacksWaiting > 0) return yield* overtaken(generation.number)
        return yield* carry(desk, request, generation, begun)
      })
    ).pipe(Effect.ensuring(lookLater(desk)))
    return yield* settled
  })

const carry = (
  desk: Desk,
  request: Request,
  { content, number: to }: Generation,
  begun: Begun<Refusal>
) =>
  Effect.gen(function* () {
    const desired = yield* scaled(desk, content)
    const options = optionsOf(request.protectedToo)
    const plan = makePlan(desired, yield* desk.see, options)
    if (plan.actions.length === 0 && plan.held.length > 0) {
      return yield* new Held({ holds: plan.held, plan })
    }
    const { reason, who } = request
    const { number, pin } = yield* acceptPinned(desk, desired, plan, {
      rollbackOf: to,
      who,
      reason
    })
    yield* tellPin(desk, `${pinText(pin)}: saves wait for \`reeve resume\``)
    yield* Deferred.succeed(begun, { generation: number, outcome: "applying", plan, failures: [] })
    return yield* workOff(desk, { desired, plan, number, options })
  })

const optionsOf = (protectedToo: boolean): PlanOptions => ({
  ...unattended,
  confirmed: true,
  protectedToo
})

/** What was set by hand since outranks an old generation, too. */
const scaled = ({ place }: Desk, content: Desired): Effect.Effect<Desired> =>
  Effect.map(
    Effect.orElseSucceed(place.store.overrides.scales, () => []),
    (scales) => rescale(content, scales)
  )

const target = (desk: Desk, to: number | null): Effect.Effect<Generation, RollbackRefusal> =>
  to === null ? before(desk) : stored(desk, to)

const stored = (desk: Desk, number: number): Effect.Effect<Generation, RollbackRefusal> =>
  Effect.gen(function* () {
    const found = yield* Effect.catchIf(
      desk.place.store.generations.get(number),
      ({ kind }) => kind === "damaged",
      () => Effect.fail(unreadable(number))
    )
    return found ?? (yield* new NoSuchGeneration({ number }))
  })

/**
 * The newest older one of other content that was applied: going back twice goes back two steps, never to what failed. One that
 * differs only by a number of instances that is set by hand is no other content.
 */
const before = (desk: Desk): Effect.Effect<Generation, NoRollback | StoreFailure> =>
  Effect.gen(function* () {
    const list = yield* desk.place.store.generations.list(storedGenerations)
    for (const { number } of olderThanPresent(desk, list)) {
      const found = yield* Effect.orElseSucceed(stored(desk, number), () => null)
      if (found === null) continue
      if ((yield* scaled(desk, found.content)).hash !== list[0]?.hash) return found
    }
    return yield* new NoRollback({ text: noOlder })
  })

const olderThanPresent = (
  { memory }: Desk,
  list: ReadonlyArray<GenerationSummary>
): ReadonlyArray<GenerationSummary> => {
  const [present] = list
  if (present === undefined) return []
  const from = memory.pin?.generation ?? present.rollbackOf ?? present.number
  return list.filter(({ good, hash, number }) => number < from && hash !== present.hash && good)
}

const noOlder =
  "No earlier generation was applied to its end; `reeve history` lists all, and `reeve rollback N` takes any of them."

const unreadable = (number: number) =>
  new NoRollback({
    text: `What is stored of generation ${number} cannot be read by this version of reeve; nothing was changed.`
  })

const overtaken = (number: number) =>
  new NoRollback({
    text: `A rollback that was asked for later comes first; nothing was done for the one to generation ${number}.`
  })
