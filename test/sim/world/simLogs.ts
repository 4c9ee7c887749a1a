/** A log plane without files: it knows which streams are open, and can refuse, be in trouble, or break. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import {
  type LogEvent,
  LogPlane,
  SinkFailure,
  type SinkId,
  type SinkSpec
} from "../../../src/logs/LogPlane.ts"
import { resumeByParts } from "./resumeByParts.ts"
import type { World } from "./World.ts"

export const simLogs = (world: World) =>
  Layer.effect(
    LogPlane,
    Effect.gen(function* () {
      const events = yield* PubSub.unbounded<LogEvent>()
      const sinks = new Map<string, SinkSpec>()
      const keyOf = ({ channel, instance }: SinkId): string => `${instance} ${channel}`
      const trouble = (sink: SinkId): void => {
        world.fired.add("logTrouble")
        PubSub.publishUnsafe(events, { kind: "trouble", sink, text: "/logs/x: ENOSPC" })
        world.plan(world.now() + world.dice.between(1, 9_000), () => {
          PubSub.publishUnsafe(events, { kind: "recovered", sink })
        })
      }
      const parts: Pick<LogPlane["Service"], "attach" | "configure"> = {
        configure: (id, spec) =>
          Effect.suspend(() => {
            if (world.troubled && world.dice.chance(0.03)) {
              world.fired.add("sinkRefused")
              return Effect.fail(new SinkFailure({ path: spec.path ?? "", errno: "EISDIR" }))
            }
            sinks.set(keyOf(id), spec)
            return Effect.void
          }),
        attach: (streamId, fifo, sink) =>
          Effect.suspend(() => {
            if (!sinks.has(keyOf(sink))) world.wrong(`stream ${streamId} has no sink`)
            if (world.troubled && world.dice.chance(0.018)) {
              world.fired.add("defect")
              world.lastDefectAt = world.now()
              return Effect.die(new Error("the log plane broke"))
            }
            world.streams.set(streamId, fifo)
            if (world.troubled && world.dice.chance(0.05)) trouble(sink)
            return Effect.void
          })
      }
      return {
        ...parts,
        attachSoon: (streamId, fifo, sink) => parts.attach(streamId, fifo, sink),
        resume: resumeByParts(parts),
        rename: (from, to) =>
          Effect.sync(() => {
            const spec = sinks.get(keyOf(from))
            sinks.delete(keyOf(from))
            if (spec !== undefined) sinks.set(keyOf(to), spec)
          }),
        drop: (id) =>
          Effect.sync(() => {
            sinks.delete(keyOf(id))
          }),
        release: (streamId) =>
          Effect.sync(() => {
            world.fifos.delete(world.streams.get(streamId) ?? "")
            world.streams.delete(streamId)
          }),
        warm: Effect.void,
        remark: () => Effect.void,
        settle: Effect.void,
        leave: Effect.void,
        reopen: Effect.void,
        clear: () => Effect.void,
        declare: () => Effect.void,
        lookFor: () => Effect.void,
        follow: () => Effect.succeed(Stream.empty),
        events: Effect.map(PubSub.subscribe(events), (subscription) =>
          Stream.fromSubscription(subscription)
        ),
        pathOf: (id) => Effect.sync(() => sinks.get(keyOf(id))?.path ?? null)
      }
    })
  )
