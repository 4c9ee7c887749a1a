/** `reeve apply`: what waited for a person is confirmed, protection and staleness still count. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { LoadFailure } from "../config/Loader.ts"
import { asKnown } from "../core/asKnown.ts"
import { pinText } from "../core/pinText.ts"
import { plan as makePlan } from "../core/plan.ts"
import { type PlanOptions, unattended } from "../core/planFacts.ts"
import { movedSince } from "../core/stale.ts"
import type { Desired } from "../domain/Desired.ts"
import type { Plan } from "../domain/Plan.ts"
import type { StoreFailure } from "../store/Store.ts"
import { accept, acceptPinned, workOff } from "./accept.ts"
import { applyAgain, isDone } from "./applyAgain.ts"
import { type Desk, inTurn, supersede } from "./Desk.ts"
import { type Begun, forClient } from "./forClient.ts"
import { lookLater } from "./look.ts"
import { byKey } from "./observe.ts"
import { type Applied, Held, Pinned, type Reconciler, StalePlan } from "./Reconciler.ts"
import { tellPin } from "./tellPin.ts"
import { tryAgain } from "./tryAgain.ts"

type Request = Parameters<Reconciler["Service"]["apply"]>[0]
type Refusal = LoadFailure | StalePlan | Held | Pinned | StoreFailure

export const applyByHand = (desk: Desk, request: Request): Effect.Effect<Applied, Refusal> =>
  forClient(desk, request.wait, (begun) => apply(desk, request, begun))

const apply = (
  desk: Desk,
  request: Request,
  begun: Begun<Refusal>
): Effect.Effect<Applied, Refusal> =>
  Effect.gen(function* () {
    // Before anything else: what is at work must not be superseded by what is refused then.
    yield* refusePinned(desk)
    const desired =
      request.desired === undefined
        ? (yield* desk.load).desired
        : asKnown(request.desired, knownTo(desk))
    yield* supersede(desk, desired.hash)
    const { settled } = yield* inTurn(desk, carry(desk, request, desired, begun))
    yield* lookLater(desk)
    return yield* settled
  })

/** What is kept running is what is on record. */
const knownTo = ({ memory: { accepted, candidate } }: Desk): ReadonlyArray<Desired> =>
  [accepted, candidate].flatMap((one) => one?.desired ?? [])

const carry = (desk: Desk, request: Request, desired: Desired, begun: Begun<Refusal>) =>
  Effect.gen(function* () {
    yield* refusePinned(desk)
    const basis = request.basis ?? null
    const moved = basis === null ? [] : movedSince(basis, byKey(yield* desk.see))
    if (moved.length > 0) return yield* new StalePlan({ moved })
    const only = basis === null ? null : new Set(basis.map(({ instance }) => instance))
    yield* tryAgain(desk.place, (key) => only === null || only.has(key))
    const actual = yield* desk.see
    const options: PlanOptions = {
      ...unattended,
      confirmed: true,
      protectedToo: request.protectedToo,
      only
    }
    const plan = makePlan(desired, actual, options)
    if (plan.actions.length === 0 && plan.held.length > 0) {
      return yield* new Held({ holds: plan.held, plan })
    }
    const done = isDone(desk.memory, desired.hash, plan)
    const number = yield* accepted(desk, request, desired, plan)
    yield* Deferred.succeed(begun, { generation: number, outcome: "applying", plan, failures: [] })
    const order = { desired, plan, number, options }
    return yield* done ? applyAgain(desk, order) : workOff(desk, order)
  })

/** What is of a git revision is not what the files say: without a pin the next look would undo it. */
const accepted = (
  desk: Desk,
  { revision, who }: Request,
  desired: Desired,
  plan: Plan
): Effect.Effect<number, StoreFailure> =>
  Effect.gen(function* () {
    const files = desk.memory.candidate?.desired.hash
    if (revision === undefined || files === desired.hash) {
      return yield* accept(desk, desired, plan, who)
    }
    const reason = `revision ${revision}`
    const { number, pin } = yield* acceptPinned(desk, desired, plan, {
      rollbackOf: null,
      who,
      reason
    })
    yield* tellPin(desk, `${pinText(pin)}: saves wait for \`reeve resume\``)
    return number
  })

const refusePinned = ({ memory }: Desk): Effect.Effect<void, Pinned> =>
  Effect.suspend(() =>
    memory.pin === null ? Effect.void : Effect.fail(new Pinned({ pin: memory.pin }))
  )
