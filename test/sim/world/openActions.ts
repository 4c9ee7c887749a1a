import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { deferrals } from "../../../src/core/rollout/deferrals.ts"
import type { Desired } from "../../../src/domain/Desired.ts"
import type { Action, Plan } from "../../../src/domain/Plan.ts"
import type { Stage } from "./simulate.ts"

/** What a plan would do now; what waits for something states its reason, and is left out. */
export const openActions = ({
  reconciler,
  supervisor
}: Pick<Stage, "reconciler" | "supervisor">): Effect.Effect<ReadonlyArray<string>> =>
  Effect.gen(function* () {
    const { desired, plan } = yield* reconciler.plan
    // What failed, or was undone, waits for somebody, and says so.
    if (waitsForSomebody(plan)) return []
    const deferred = yield* deferredBy(supervisor, plan, desired)
    return plan.actions
      .filter((action) => !deferred.has(action))
      .map(({ address, cause, kind }) => `${kind} ${address} (${cause.kind})`)
  }).pipe(Effect.catchTag("LoadFailure", () => Effect.succeed([])))

/** Actions whose time has not come. */
export const deferredBy = (
  supervisor: Stage["supervisor"],
  plan: Plan,
  desired: Desired
): Effect.Effect<ReadonlySet<Action>> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    const instances = new Map(supervisor.peek().map((it) => [it.spec.key, it]))
    const notYet = deferrals(plan, desired, () => instances)
    return new Set(plan.actions.filter((action) => notYet(action, now) !== null))
  })

/** What the files say was tried and failed: the next save tries the rest of it. */
export const hasFailed = ({ reconciler }: Pick<Stage, "reconciler">): Effect.Effect<boolean> =>
  reconciler.plan.pipe(
    Effect.map(({ plan }) => waitsForSomebody(plan)),
    Effect.orElseSucceed(() => true)
  )

const waitsForSomebody = ({ drift, held }: Plan): boolean =>
  drift.some(({ kind }) => kind === "lacking") ||
  held.some(({ kind }) => kind === "failedBefore" || kind === "undone")
