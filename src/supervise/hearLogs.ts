/**
 * What the log plane tells: trouble with the output of an instance becomes part of its snapshot, and an event; a pipe that has
 * ended is nobody's any more. It never stops anything.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { InstanceKey } from "../domain/Instance.ts"
import type { LogEvent } from "../logs/LogPlane.ts"
import type { Instance } from "./Instance.ts"
import { forgetRecord, hasPipes } from "./pipes.ts"
import type { Workshop } from "./Workshop.ts"

export const hearLogs = (shop: Workshop, instances: ReadonlyMap<InstanceKey, Instance>) =>
  Effect.gen(function* () {
    const events = yield* shop.logs.events
    // Output comes this way too, and must cost nothing here.
    yield* Stream.runForEach(Stream.filter(events, isNews), (event) => hear(shop, instances, event))
  }).pipe(Effect.scoped)

type News = LogEvent & { readonly kind: "trouble" | "recovered" | "ended" | "matched" }

const isNews = (event: LogEvent): event is News =>
  event.kind === "trouble" ||
  event.kind === "recovered" ||
  event.kind === "ended" ||
  event.kind === "matched"

const hear = (
  shop: Workshop,
  instances: ReadonlyMap<InstanceKey, Instance>,
  event: News
): Effect.Effect<void> =>
  Effect.suspend(() => {
    switch (event.kind) {
      case "ended":
        return pipeEnded(shop, instances, event.streamId)
      case "matched": {
        const { streamId, tooLong } = event
        const instance = writerOf(shop, streamId)
        if (instance === null) return Effect.void
        // One whose actor is busy must not keep the others from being heard.
        const tell = instance.mailbox.offer({ kind: "line", streamId, tooLong })
        return Effect.asVoid(Effect.forkIn(tell, shop.scope))
      }
      case "recovered": {
        const instance = instances.get(event.sink.instance)
        if (instance?.logTrouble.has(event.sink.channel) !== true) return Effect.void
        const others = [...instance.logTrouble].filter(
          ([channel]) => channel !== event.sink.channel
        )
        instance.logTrouble = new Map(others)
        return tell(shop, instance, `${event.sink.channel} is written again`)
      }
      case "trouble": {
        const instance = instances.get(event.sink.instance)
        if (instance === undefined) return Effect.void
        const known = instance.logTrouble.get(event.sink.channel)
        instance.logTrouble = new Map([...instance.logTrouble, [event.sink.channel, event.text]])
        return known === event.text
          ? Effect.void
          : tell(shop, instance, `${event.sink.channel}: ${event.text}`)
      }
    }
  })

/** A pipe that is taken over may tell something while it is being taken. */
const writerOf = (shop: Workshop, streamId: string): Instance | null =>
  shop.pipes.get(streamId)?.instance ??
  shop.lives.ofSpawn(streamId.slice(0, streamId.lastIndexOf(".")))?.instance ??
  null

/** Of an instance that is no longer declared the last one takes its record along. */
const pipeEnded = (
  shop: Workshop,
  instances: ReadonlyMap<InstanceKey, Instance>,
  streamId: string
): Effect.Effect<void> =>
  Effect.suspend(() => {
    const pipe = shop.pipes.get(streamId)
    if (pipe === undefined) return Effect.void
    shop.pipes.delete(streamId)
    const { instance, path } = pipe
    const last = instance.removed && !hasPipes(shop, instance)
    return Effect.andThen(
      shop.keeper.drop([path]),
      last ? forgetRecord(shop, instances, instance) : Effect.void
    )
  })

const tell = (shop: Workshop, instance: Instance, text: string): Effect.Effect<void> =>
  Effect.andThen(
    Effect.logWarning(`${instance.spec.address}: ${text}`),
    shop.events.emit({ kind: "daemon", text: `${instance.spec.address}: ${text}` })
  )
