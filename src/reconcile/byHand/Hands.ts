/** What commands by hand work with, and the record of what they leave behind. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { endText } from "../../core/termText.ts"
import type { ActualInstance, Override } from "../../domain/Actual.ts"
import { noTerms, sameTerms, type Terms } from "../../domain/Terms.ts"
import type { Events } from "../../events/Events.ts"
import { localDateTime } from "../../os/localTime.ts"
import type { Store } from "../../store/Store.ts"
import type { Supervisor } from "../../supervise/Supervisor.ts"
import type { Row } from "../Operator.ts"
import type { Reconciler } from "../Reconciler.ts"
import { releasedEvent } from "../releasedEvent.ts"

export interface Hands {
  readonly supervisor: Supervisor["Service"]
  readonly store: Store["Service"]
  readonly events: Events["Service"]
  readonly reconciler: Reconciler["Service"]
}

/** Does something to an instance in its turn: under the name that it has by then, and not where a later command named it. */
export const inItsTurn = (
  { supervisor }: Hands,
  command: number,
  instance: ActualInstance,
  act: (instance: ActualInstance) => Effect.Effect<Row>
): Effect.Effect<Row> =>
  Effect.suspend(() => {
    const { key } = instance.spec
    const now = supervisor.turnOf(key, command)
    if (now === null) return Effect.succeed(row(instance, "failed", "left to a later command"))
    if (now === key) return act(instance)
    const spec = supervisor.peek().find((it) => it.spec.key === now)?.spec
    return act(spec === undefined ? instance : { ...instance, spec })
  })

export const row = ({ spec }: ActualInstance, outcome: Row["outcome"], text: string): Row => ({
  address: spec.address,
  outcome,
  text
})

/** What is to hold, and on what terms. */
export interface Wanted {
  readonly kind: Override["kind"]
  readonly terms: Terms
}

/** On no terms: until it is released. */
export const wanted = (kind: Override["kind"], { reason, until }: Terms = noTerms): Wanted => ({
  kind,
  terms: { reason, until }
})

/** Sets or ends (null) an override; says so as an event only when that changes something. Other terms replace those before. */
export const override = (
  hands: Hands,
  instance: ActualInstance,
  wanted: Wanted | null,
  who: string
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { events, supervisor } = hands
    const { address, key } = instance.spec
    const before = instance.override
    // An instance that went away meanwhile has nothing to hold.
    const set = (next: Override | null) => Effect.ignore(supervisor.setOverride(key, next))
    if (wanted === null) {
      if (before === null) return
      yield* set(null)
      return yield* events.emit(releasedEvent(instance.spec, who))
    }
    const { kind, terms } = wanted
    if (before?.kind === kind && sameTerms(before, terms)) return
    const at = yield* Clock.currentTimeMillis
    yield* set({ key, kind, who, at, ...terms })
    const text = terms.until === null ? `${kind}; held until released` : kind
    yield* events.emit({ kind: "override", instance: key, address, text, who, ...terms })
  })

/** Sees to the end, where there is one. */
export const endThen = ({ reconciler }: Hands, { until }: Terms): Effect.Effect<void> =>
  until === null ? Effect.void : reconciler.endAt(until)

/** `; until 14:30`; nothing where it holds until it is released. */
export const untilText = (terms: Terms): Effect.Effect<string> =>
  Effect.map(Clock.currentTimeMillis, (now) =>
    terms.until === null ? "" : `; ${endText(terms, { now, dateTime: localDateTime })}`
  )
