/** What commands by hand work with, and the record of what they leave behind. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { ActualInstance, Override } from "../../domain/Actual.ts"
import type { Events } from "../../events/Events.ts"
import type { Store } from "../../store/Store.ts"
import type { Supervisor } from "../../supervise/Supervisor.ts"
import type { Row } from "../Operator.ts"
import type { Reconciler } from "../Reconciler.ts"

export interface Hands {
  readonly supervisor: Supervisor["Service"]
  readonly store: Store["Service"]
  readonly events: Events["Service"]
  readonly reconciler: Reconciler["Service"]
}

export const row = ({ spec }: ActualInstance, outcome: Row["outcome"], text: string): Row => ({
  address: spec.address,
  outcome,
  text
})

/** Sets or ends (null) an override; says so as an event only when that changes something. */
export const override = (
  { events, supervisor }: Hands,
  instance: ActualInstance,
  kind: Override["kind"] | null,
  who: string
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { address, key } = instance.spec
    if ((instance.override?.kind ?? null) === kind) return
    const at = yield* Clock.currentTimeMillis
    // An instance that went away meanwhile has nothing to hold.
    yield* Effect.ignore(supervisor.setOverride(key, kind === null ? null : { key, kind, who, at }))
    const text = kind === null ? "released" : `${kind}; held until released`
    yield* events.emit({ kind: "override", instance: key, address, text, who })
  })
