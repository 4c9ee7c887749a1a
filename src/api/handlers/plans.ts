/** Plans, applies and the history of generations. */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import type { LoadFailure } from "../../config/Loader.ts"
import { type Held, Reconciler, type StalePlan } from "../../reconcile/Reconciler.ts"
import { Store } from "../../store/Store.ts"
import { concealDesired } from "../conceal.ts"
import { ReeveApi } from "../contract.ts"
import { LoadRejected, PlanIsHeld, PlanIsStale, UnknownGeneration } from "../errors.ts"
import { generationDiff } from "../generationDiff.ts"
import { storeTrouble } from "./instances.ts"

export const PlansLive = HttpApiBuilder.group(ReeveApi, "plans", (handlers) =>
  handlers
    .handle("plan", ({ query }) =>
      Reconciler.use((reconciler) => reconciler.plan).pipe(
        Effect.map(({ plan, desired, warnings }) => ({
          plan,
          desired: query.content === "true" ? desired : null,
          warnings
        })),
        Effect.mapError(rejected)
      )
    )
    .handle("apply", ({ payload }) =>
      Reconciler.use((reconciler) =>
        reconciler.apply({
          who: payload.who,
          protectedToo: payload.protectedToo,
          wait: payload.wait,
          ...(payload.saved ?? {})
        })
      ).pipe(Effect.mapError(refused))
    )
    .handle("reconciler", () => Reconciler.use((reconciler) => reconciler.status))
    .handle("generations", ({ query }) =>
      Store.use((store) => store.generations.list(query.limit ?? 50)).pipe(
        Effect.mapError(storeTrouble)
      )
    )
    .handle("generation", ({ params }) =>
      Effect.map(generation(params.number), (found) => ({
        ...found,
        content: concealDesired(found.content)
      }))
    )
    .handle("diff", ({ params }) =>
      Effect.gen(function* () {
        const from = yield* generation(params.from)
        const to = yield* generation(params.to)
        return { from: from.number, to: to.number, plan: generationDiff(from.content, to.content) }
      })
    )
)

const generation = Effect.fnUntraced(function* (number: number) {
  const store = yield* Store
  const found = yield* Effect.mapError(store.generations.get(number), storeTrouble)
  return found === null ? yield* new UnknownGeneration({ number }) : found
})

const rejected = (failure: LoadFailure) => new LoadRejected({ problems: failure.problems })

const refused = (failure: LoadFailure | StalePlan | Held) => {
  switch (failure._tag) {
    case "LoadFailure":
      return rejected(failure)
    case "StalePlan":
      return new PlanIsStale({ moved: failure.moved })
    case "Held":
      return new PlanIsHeld({ holds: failure.holds, plan: failure.plan })
  }
}
