import * as Effect from "effect/Effect"
import type { InstanceKey } from "../../../src/domain/Instance.ts"
import { deferredBy } from "./openActions.ts"
import type { Stage } from "./simulate.ts"

export interface StatedReasons {
  /** The files were tried and failed: what is left of them waits. */
  readonly isFailed: boolean
  /** They were tried, failed, and something older runs again. */
  readonly isUndone: boolean
  /** Instances whose restart waits for something. */
  readonly waiting: ReadonlySet<InstanceKey>
}

/** From now on: that an apply fails must be the programs' doing, never reeve's. */
export const watchApplies = ({
  observer,
  supervisor,
  world
}: Pick<Stage, "observer" | "supervisor" | "world">): void => {
  const before = observer.heard
  observer.heard = (body) => {
    before(body)
    if (body.kind !== "generation" || world.closing) return
    // Nothing can be done about a process that cannot be signalled.
    if (supervisor.peek().some(({ state }) => state === "UNKNOWN")) return
    if (/still due|does not exist|reeve failed/.test(body.detail ?? "")) {
      world.wrong(`generation ${body.number} failed by itself: ${body.detail}`)
    }
  }
}

/** Why what runs may not be what the files say. */
export const statedReasons = ({
  reconciler,
  supervisor
}: Pick<Stage, "reconciler" | "supervisor">): Effect.Effect<StatedReasons> =>
  Effect.gen(function* () {
    const { desired, plan } = yield* reconciler.plan
    const { drift, held } = plan
    const kinds = new Set(held.map(({ kind }) => kind))
    const drifted = drift.flatMap(({ instance, kind }) =>
      kind === "waiting" || kind === "lacking" ? [instance] : []
    )
    const deferred = yield* deferredBy(supervisor, plan, desired)
    const waiting = [...drifted, ...[...deferred].map(({ instance }) => instance)]
    return {
      isFailed: kinds.has("failedBefore"),
      isUndone: kinds.has("undone"),
      waiting: new Set(waiting)
    }
  }).pipe(
    Effect.catch(() =>
      Effect.succeed({ isFailed: false, isUndone: false, waiting: new Set<InstanceKey>() })
    )
  )
