/** A successor that is not wanted any more is taken away; the process that runs serves on. */
import * as Effect from "effect/Effect"
import { canonicalJson } from "../../core/canonicalJson.ts"
import type { Instance } from "../Instance.ts"
import { tellWaiters } from "../Instance.ts"
import { configureSinks } from "../sinks.ts"
import type { Workshop } from "../Workshop.ts"
import { leaveBeside } from "./leaveBeside.ts"

/** Runs in the actor of the instance; does not wait for the end of what is taken away. */
export const withdraw = (shop: Workshop, instance: Instance): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { successor } = instance
    if (successor === null && instance.failedSuccession === null) return Effect.void
    instance.successor = null
    instance.failedSuccession = null
    tellWaiters(instance)
    if (successor === null) return Effect.void
    const reason = { kind: "plan", text: "its place is not to be taken any more" } as const
    const task = leaveBeside(shop, successor, reason)
    const tell = successor.mailbox.offer({ kind: "run", task })
    return Effect.andThen(Effect.forkIn(tell, shop.scope), logsAsBefore(shop, instance, successor))
  })

/** The logs are those of the successor from its start on. */
export const logsAsBefore = (
  shop: Workshop,
  { openAs, process, spec }: Instance,
  successor: Instance
): Effect.Effect<void> => {
  const [own, others] = [spec, successor.spec].map(({ definition }) =>
    canonicalJson(definition.logs)
  )
  return process === null || own === others
    ? Effect.void
    : Effect.ignore(configureSinks(shop, spec, openAs))
}
