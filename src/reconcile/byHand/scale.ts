/** The number of instances of a TypeScript program by hand. Only the number is recorded; the reconciler makes it true. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { didYouMean } from "../../core/didYouMean.ts"
import { programLabel } from "../../core/programKey.ts"
import { address } from "../../domain/Instance.ts"
import { programInstances } from "../../domain/limits.ts"
import { sameTerms, type Terms } from "../../domain/Terms.ts"
import { NoSuchName, type Row } from "../Operator.ts"
import { resolveProgram } from "../resolveTargets.ts"
import { endThen, type Hands, untilText } from "./Hands.ts"

export const scale = (
  hands: Hands,
  target: string,
  request: { readonly instances: number; readonly who: string; readonly terms: Terms }
): Effect.Effect<ReadonlyArray<Row>, NoSuchName> =>
  Effect.gen(function* () {
    const { instances, terms, who } = request
    const specs = (yield* hands.supervisor.snapshot).map(({ spec }) => spec)
    const chosen = resolveProgram(target, specs)
    const [first] = chosen
    if (first === undefined) {
      const suggestions = didYouMean(target, new Set(specs.map(programLabel)))
      return yield* new NoSuchName({ name: target, suggestions })
    }
    const { group, program } = first
    const label = address(group, program)
    const answer = (outcome: Row["outcome"], text: string) => [{ address: label, outcome, text }]
    if (chosen.some((spec) => spec.group !== group)) {
      return answer("failed", `several groups have a program ${target}: name it as group:program`)
    }
    if (first.origin === "ini") {
      return answer("failed", "it comes from an ini file: set numprocs there instead")
    }
    if (first.definition.task !== null) {
      return answer("failed", "it is a task, which runs once: `reeve start` runs it again")
    }
    if (!Number.isInteger(instances) || instances < 1 || instances > programInstances) {
      return answer("failed", `${instances} is no whole number from 1 to ${programInstances}`)
    }
    const scales = yield* Effect.orElseSucceed(hands.store.overrides.scales, () => [])
    const known = scales.find((one) => one.group === group && one.program === program)
    const isSame = known?.instances === instances && sameTerms(known, terms)
    if (isSame && chosen.length === instances) {
      return answer("already", `already scaled to ${instances}`)
    }
    const at = yield* Clock.currentTimeMillis
    const { events, reconciler, store } = hands
    const end = yield* untilText(terms)
    const { address: of, key } = first
    const text = `scaled to ${instances}`
    const told = { kind: "override", instance: key, address: of, text, who, ...terms } as const
    return yield* store.overrides.putScale({ group, program, instances, who, at, ...terms }).pipe(
      Effect.andThen(events.emit(told)),
      Effect.andThen(endThen(hands, terms)),
      Effect.andThen(reconciler.look),
      Effect.andThen(outcome(hands, target, instances)),
      Effect.map(({ done, text }) => answer(done ? "done" : "failed", done ? text + end : text)),
      Effect.catchTag("StoreFailure", ({ message }) => Effect.succeed(answer("failed", message)))
    )
  })

/** What became of it: files with errors, or a plan that is held, leave the number as it was for now. */
const outcome = (
  { reconciler, supervisor }: Hands,
  target: string,
  wanted: number
): Effect.Effect<{ readonly done: boolean; readonly text: string }> =>
  Effect.gen(function* () {
    const specs = (yield* supervisor.snapshot).map(({ spec }) => spec)
    const count = resolveProgram(target, specs).length
    if (count === wanted) return { done: true, text: `scaled to ${wanted}` }
    const { pending, problems } = yield* reconciler.status
    const why =
      problems.length > 0
        ? "the files have errors; it is done once they are good"
        : pending !== null
          ? "a plan waits for `reeve apply`; it is done with it"
          : "its apply is not done yet"
    return { done: false, text: `recorded, but ${count} of ${wanted} instances exist: ${why}` }
  })
