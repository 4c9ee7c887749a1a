/** Trouble with the output of an instance becomes part of its snapshot, and an event. It never stops anything. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { InstanceKey } from "../domain/Instance.ts"
import type { LogEvent } from "../logs/LogPlane.ts"
import type { Instance } from "./Instance.ts"
import type { Workshop } from "./Workshop.ts"

export const hearLogs = (shop: Workshop, instances: ReadonlyMap<InstanceKey, Instance>) =>
  Effect.gen(function* () {
    const events = yield* shop.logs.events
    // Output comes this way too, and must cost nothing here.
    yield* Stream.runForEach(Stream.filter(events, isTrouble), (event) =>
      hear(shop, instances, event)
    )
  }).pipe(Effect.scoped)

type Trouble = LogEvent & { readonly kind: "trouble" | "recovered" }

const isTrouble = (event: LogEvent): event is Trouble =>
  event.kind === "trouble" || event.kind === "recovered"

const hear = (
  shop: Workshop,
  instances: ReadonlyMap<InstanceKey, Instance>,
  event: Trouble
): Effect.Effect<void> =>
  Effect.suspend(() => {
    switch (event.kind) {
      case "recovered": {
        const instance = instances.get(event.sink.instance)
        if (instance?.logTrouble.delete(event.sink.channel) !== true) return Effect.void
        return tell(shop, instance, `${event.sink.channel} is written again`)
      }
      case "trouble": {
        const instance = instances.get(event.sink.instance)
        if (instance === undefined) return Effect.void
        const known = instance.logTrouble.get(event.sink.channel)
        instance.logTrouble.set(event.sink.channel, event.text)
        return known === event.text
          ? Effect.void
          : tell(shop, instance, `${event.sink.channel}: ${event.text}`)
      }
    }
  })

const tell = (shop: Workshop, instance: Instance, text: string): Effect.Effect<void> =>
  Effect.andThen(
    Effect.logWarning(`${instance.spec.address}: ${text}`),
    shop.events.emit({ kind: "daemon", text: `${instance.spec.address}: ${text}` })
  )
