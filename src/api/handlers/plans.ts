/** Plans, applies and the history of generations. */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import type { LoadFailure } from "../../config/Loader.ts"
import { pinText } from "../../core/pinText.ts"
import {
  type Held,
  type Pinned,
  Reconciler,
  type RollbackRefusal,
  type StalePlan
} from "../../reconcile/Reconciler.ts"
import { Store, type StoreFailure } from "../../store/Store.ts"
import { concealDesired } from "../conceal.ts"
import { ReeveApi } from "../contract.ts"
import {
  LoadRejected,
  NoRevision,
  PlanIsHeld,
  PlanIsStale,
  Refused,
  UnknownGeneration
} from "../errors.ts"
import { generationDiff } from "../generationDiff.ts"
import { storeTrouble } from "./instances.ts"

export const PlansLive = HttpApiBuilder.group(ReeveApi, "plans", (handlers) =>
  handlers
    .handle("plan", ({ query }) =>
      Reconciler.use((reconciler) =>
        query.rev === undefined ? reconciler.plan : reconciler.planRevision(query.rev)
      ).pipe(
        Effect.map(({ plan, desired, warnings }) => ({
          plan,
          desired: query.content === "true" ? desired : null,
          warnings
        })),
        Effect.mapError((failure) =>
          failure._tag === "RevisionFailure"
            ? new NoRevision({ text: failure.text })
            : rejected(failure)
        )
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
    .handle("rollbackPlan", ({ query }) =>
      Reconciler.use((reconciler) =>
        reconciler.planRollback(query.to ?? null, query.protected === "true")
      ).pipe(Effect.mapError(noRollback))
    )
    .handle("rollback", ({ payload: { reason = null, ...request } }) =>
      Reconciler.use((reconciler) => reconciler.rollback({ ...request, reason })).pipe(
        Effect.mapError((failure) =>
          failure._tag === "Held" ? held(failure) : noRollback(failure)
        )
      )
    )
    .handle("resume", ({ payload }) =>
      Reconciler.use((reconciler) => reconciler.resume(payload.who)).pipe(
        Effect.mapError(storeTrouble)
      )
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

const held = ({ holds, plan }: Held) => new PlanIsHeld({ holds, plan })

const noRollback = (failure: RollbackRefusal) => {
  switch (failure._tag) {
    case "NoSuchGeneration":
      return new UnknownGeneration({ number: failure.number })
    case "NoRollback":
      return new Refused({ text: failure.text })
    case "StoreFailure":
      return storeTrouble(failure)
  }
}

const refused = (failure: LoadFailure | StalePlan | Held | Pinned | StoreFailure) => {
  switch (failure._tag) {
    case "LoadFailure":
      return rejected(failure)
    case "StalePlan":
      return new PlanIsStale({ moved: failure.moved })
    case "Held":
      return held(failure)
    case "Pinned":
      return new Refused({
        text: `${pinText(failure.pin)}; nothing else is applied before reeve resume lets the files decide again.`
      })
    case "StoreFailure":
      return storeTrouble(failure)
  }
}
