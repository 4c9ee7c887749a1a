/** One load at a time, its outcome kept: good content becomes the candidate, errors leave everything as it is. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import type { Loaded, LoadFailure } from "../config/Loader.ts"
import { programKey } from "../core/programKey.ts"
import type { Problem } from "../domain/Problem.ts"
import type { Memory } from "./Memory.ts"
import type { Workplace } from "./Workplace.ts"

export const makeLoad = (place: Workplace, memory: Memory) => {
  const oneAtATime = Semaphore.makeUnsafe(1)
  const load = Effect.gen(function* () {
    const scales = yield* Effect.orElseSucceed(place.store.overrides.scales, () => [])
    memory.loads++
    const result = yield* place.loader.load(place.options.entries, scales).pipe(
      Effect.result,
      Effect.ensuring(
        Effect.sync(() => {
          memory.loads--
        })
      )
    )
    if (Result.isFailure(result)) {
      yield* place.watcher.watchAlso(result.failure.inputs)
      yield* rejected(place, memory, result.failure.problems)
      return yield* Effect.fail(result.failure)
    }
    const { inputs, warnings } = result.success
    yield* place.watcher.watchAlso(inputs)
    memory.problems = []
    memory.candidate = result.success
    memory.unpredictable = stillUnpredictable(memory, result.success)
    const told = memory.warnings
    memory.warnings = warnings
    if (warnings.length > 0 && !alike(told, warnings)) {
      yield* place.report({ kind: "warnings", problems: warnings })
    }
    return result.success
  })
  return Semaphore.withPermits(oneAtATime, 1)(load) satisfies Effect.Effect<Loaded, LoadFailure>
}

const rejected = (place: Workplace, memory: Memory, problems: ReadonlyArray<Problem>) =>
  Effect.gen(function* () {
    const told = memory.problems
    memory.problems = problems
    if (alike(told, problems)) return
    const errors = problems.filter(({ severity }) => severity === "error")
    yield* place.report({ kind: "rejected", problems })
    const text = errors[0] === undefined ? "the files have errors" : problemLine(errors[0])
    yield* place.events.emit({ kind: "rejected", problems: errors.length, text })
  })

/** Until its sources change: the same content again, which the loader does not report, is no reason to trust it. */
const stillUnpredictable = (
  { unpredictable }: Memory,
  loaded: Loaded
): ReadonlyMap<string, string> => {
  const reported = new Set(loaded.unpredictable ?? [])
  return new Map(
    loaded.desired.programs.flatMap(({ group, instances, name }) => {
      const key = programKey({ group, program: name })
      const revisions = instances.map(({ revision }) => revision).join(" ")
      return reported.has(name) || unpredictable.get(key) === revisions
        ? [[key, revisions] as const]
        : []
    })
  )
}

/** `file:line:column: message` */
const problemLine = ({ column, file, line, message }: Problem): string =>
  [file, line, column, ` ${message}`].filter((part) => part !== null).join(":")

/** The same findings again are not told again. */
const alike = (a: ReadonlyArray<Problem>, b: ReadonlyArray<Problem>): boolean =>
  JSON.stringify(a) === JSON.stringify(b)
