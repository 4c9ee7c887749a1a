/**
 * The first load and apply. Files with errors do not keep programs down: the last accepted generation is started instead,
 * and said so. In manual mode too what is declared at boot is applied: `up` is an operator's command. A daemon that goes on for
 * one that died is not: it keeps what that had accepted, and newer files are a save like any other. What was done by hand until a
 * moment that has passed meanwhile is over before the first plan.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { pinText } from "../core/pinText.ts"
import type { Generation } from "../domain/Generation.ts"
import { storedGenerations } from "../domain/limits.ts"
import { badOf, declared } from "./bad.ts"
import { type Desk, forKeeping, inBackground, inTurn } from "./Desk.ts"
import { followSources } from "./followSources.ts"
import { endWhatIsOver, hasEnded, look } from "./look.ts"
import type { Applied } from "./Reconciler.ts"
import { settle } from "./settle.ts"
import { tellPin } from "./tellPin.ts"
import type { Workplace } from "./Workplace.ts"

export const boot = (desk: Desk): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { overrides } = desk.place.store
    desk.memory.pin = yield* Effect.orElseSucceed(overrides.pin, () => null)
    yield* desk.place.supervisor.adoption.resumed ? goOn(desk) : begin(desk)
  })

const goOn = (desk: Desk): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { memory, place } = desk
    const last = yield* Effect.orElseSucceed(place.store.generations.latest, () => null)
    if (last === null) return yield* begin(desk)
    yield* followSources(place, last.content)
    memory.accepted = { number: last.number, desired: last.content }
    yield* recallBad(desk)
    yield* goOnWith(desk, last)
    yield* tellKept(desk)
    // Where no instance is on record, what runs has to be found and declared again.
    const known = yield* place.supervisor.snapshot
    if (last.outcome === "failed" && known.length > 0) memory.failed = last.content.hash
    yield* Effect.ignore(desk.load)
    const isAsSaved = memory.candidate?.desired.hash === last.content.hash
    const ended = yield* endWhatIsOver(desk)
    const { scales } = ended
    // As after a release: what failed before is tried again.
    if (hasEnded(ended)) memory.failed = null
    if (scales > 0) yield* Effect.ignore(desk.load)
    // A number of instances whose time is over returns in manual mode too, but never together with a save that waits.
    yield* inTurn(desk, look(desk, scales > 0 && isAsSaved))
    yield* concludeCutApply(desk, last.number)
  })

/** An apply that died with its daemon, and of which this look found nothing left to do, is over. */
const concludeCutApply = ({ memory, place }: Desk, number: number): Effect.Effect<void> =>
  Effect.gen(function* () {
    if (memory.rollout !== null) return
    const { generations } = place.store
    const [now] = yield* Effect.orElseSucceed(generations.list(1), () => [])
    if (now?.number !== number || now.outcome !== "applying") return
    yield* Effect.ignore(generations.setOutcome(number, "applied", null))
  })

/** An apply that died with its daemon is open again, as it was when it began, and whether its programs come up is looked at. */
const goOnWith = (
  desk: Desk,
  { content, number, outcome, plan, rollbackOf }: Generation
): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (outcome !== "applying" || plan === null) return Effect.void
    const { memory, place } = desk
    const options = forKeeping({ memory })
    const conclusion = Deferred.makeUnsafe<Applied>()
    memory.unproven = rollbackOf === null && memory.pin === null ? number : null
    memory.rollout = {
      number,
      plan,
      options,
      conclusion,
      progress: null,
      undoes: null,
      lookInMs: null
    }
    const order = { desired: content, plan, number, options }
    const settled = Effect.flatMap(Deferred.await(conclusion), (one) => settle(place, order, one))
    return inBackground(desk, Effect.asVoid(settled))
  })

/** What an earlier daemon undid is not tried again either, also where numbers of instances were set by hand since. */
const recallBad = ({ memory, place }: Desk): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { generations } = place.store
    const list = yield* Effect.orElseSucceed(generations.list(storedGenerations), () => [])
    const last = list.findIndex(({ outcome }) => outcome === "rolledBack")
    for (const [at, { number, rollbackOf }] of list.slice(0, Math.max(0, last)).entries()) {
      if (rollbackOf !== null) continue
      const before = list[at + 1]?.number
      if (before === undefined || !(yield* isSameButNumbers(place, number, before))) return
    }
    const undone = list[last]?.number
    const found =
      undone === undefined ? null : yield* Effect.orElseSucceed(generations.get(undone), () => null)
    if (found === null) return
    const { content, detail, number } = found
    memory.bad = { number, content, text: detail ?? "it failed" }
  })

const isSameButNumbers = ({ store }: Workplace, one: number, other: number) =>
  Effect.gen(function* () {
    const { generations } = store
    const found = yield* Effect.forEach([one, other], (number) =>
      Effect.orElseSucceed(generations.get(number), () => null)
    )
    const [first, second] = found.map((it) => (it === null ? null : declared(it.content)))
    return first !== null && first === second
  })

const begin = (desk: Desk): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { memory, place } = desk
    yield* endWhatIsOver(desk)
    if (memory.pin !== null && (yield* keepPinned(desk))) {
      yield* Effect.ignore(desk.load)
      memory.pinnedOver = memory.candidate?.desired.hash ?? null
      return yield* inTurn(desk, look(desk, true))
    }
    const [last] = yield* Effect.orElseSucceed(place.store.generations.list(1), () => [])
    yield* recallBad(desk)
    yield* desk.load.pipe(
      Effect.tap(({ desired }) =>
        badOf(memory, desired) !== null
          ? keepLast(desk)
          : last?.hash === desired.hash
            ? Effect.andThen(
                followSources(place, desired),
                Effect.sync(() => {
                  memory.accepted = { number: last.number, desired }
                })
              )
            : Effect.void
      ),
      Effect.catchTag("LoadFailure", () => fallBack(desk))
    )
    yield* inTurn(desk, look(desk, true))
  })

/**
 * What is pinned is started whatever the files say. Where it cannot be read any more (another version of reeve) the files decide:
 * programs that do not run help nobody.
 */
const keepPinned = (desk: Desk): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const { memory, place } = desk
    if ((yield* keepLast(desk)) !== null) {
      yield* tellKept(desk)
      return true
    }
    memory.pin = null
    yield* Effect.ignore(place.store.overrides.removePin)
    yield* tellPin(desk, "what is pinned cannot be read any more: the files decide again")
    return false
  })

const tellKept = (desk: Desk): Effect.Effect<void> => {
  const { pin } = desk.memory
  if (pin === null) return Effect.void
  const text = `${pinText(pin)}: saves wait for \`reeve resume\``
  return desk.place.report({ kind: "pin", text })
}

/** What was accepted last is started, whatever the files say. Its number; null: it cannot be read. */
const keepLast = ({ memory, place }: Desk): Effect.Effect<number | null> =>
  Effect.gen(function* () {
    const last = yield* Effect.orElseSucceed(place.store.generations.latest, () => null)
    if (last === null) return null
    yield* followSources(place, last.content)
    memory.accepted = { number: last.number, desired: last.content }
    return last.number
  })

const fallBack = (desk: Desk): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { place } = desk
    const number = yield* keepLast(desk)
    yield* place.report({ kind: "fallback", generation: number })
    const text =
      number === null
        ? "the files have errors, and nothing was accepted before: waiting for a save"
        : `the files have errors: generation ${number}, the last one accepted, is started`
    yield* place.events.emit({ kind: "daemon", text })
  })
