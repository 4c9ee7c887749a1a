/**
 * The log plane of one daemon: moves what is in the pipes that it reads, piece by piece, to the files of their sinks. It dies
 * with its daemon at any move, before it or after it.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { type LogEvent, LogPlane, SinkFailure, type SinkId } from "../../../../src/logs/LogPlane.ts"
import { resumeByParts } from "../../world/resumeByParts.ts"
import { wrap } from "../../world/simOs.ts"
import type { CrashPlant } from "./CrashPlant.ts"
import type { Life } from "./Life.ts"
import type { Machine } from "./Machine.ts"
import { type Pipe, Pipes, textOf } from "./Pipes.ts"

interface Sink {
  path: string
}

interface Reading {
  readonly streamId: string
  readonly path: string
  readonly pipe: Pipe
  readonly sink: Sink
  released: boolean
}

export const crashLogs = (machine: Machine, life: Life, plant: CrashPlant) =>
  Layer.effect(
    LogPlane,
    Effect.gen(function* () {
      const plane = new Plane(machine, life)
      const events = yield* PubSub.unbounded<LogEvent>()
      yield* Effect.forkScoped(pump(machine, life, plane, events))
      return wrap(serviceOf(machine, life, plane, events), plant.logs, machine.world)
    })
  )

class Plane {
  readonly sinks = new Map<string, Sink>()
  readonly streams = new Map<string, Reading>()
  /** Asked for, and not done so far. */
  readonly awaited: Array<() => void> = []
  readonly holder: string
  private readonly machine: Machine

  constructor(machine: Machine, { pid }: Life) {
    this.machine = machine
    this.holder = `daemon ${pid}`
  }

  attach(streamId: string, path: string, id: SinkId, otherwise: string | undefined): boolean {
    const { keeper, pipes, world } = this.machine
    const sink = this.sinks.get(keyOf(id))
    const pipe =
      pipes.named.get(path) ??
      (otherwise === undefined ? undefined : keeper.pipeAt(otherwise.slice("keeper:".length)))
    if (this.streams.has(streamId)) world.wrong(`the stream ${streamId} is attached twice`)
    if (sink === undefined) world.wrong(`the stream ${streamId} has no sink`)
    if (sink === undefined || pipe === undefined) return false
    pipes.hold(pipe, this.holder)
    this.streams.set(streamId, { streamId, path, pipe, sink, released: false })
    return true
  }

  /** What is asked for is done in its order. */
  catchUp(): void {
    for (const attach of this.awaited.splice(0)) attach()
  }

  end({ path, pipe, streamId }: Reading): void {
    this.streams.delete(streamId)
    this.machine.pipes.unlink(path)
    this.machine.pipes.letGo(pipe, this.holder)
  }
}

const keyOf = ({ channel, instance }: SinkId): string => `${instance} ${channel}`

const pump = Effect.fnUntraced(function* (
  { pipes }: Machine,
  life: Life,
  plane: Plane,
  events: PubSub.PubSub<LogEvent>
) {
  const wakes = yield* Queue.sliding<void>(1)
  life.wakeLogs = () => {
    Queue.offerUnsafe(wakes, undefined)
  }
  for (;;) {
    if (plane.awaited.length > 0) {
      yield* life.gate(
        "attach what is awaited",
        Effect.sync(() => plane.catchUp())
      )
    }
    for (const reading of [...plane.streams.values()]) {
      const { pipe, sink, streamId } = reading
      for (let next = pipe.pieces[0]; next !== undefined; next = pipe.pieces[0]) {
        yield* life.gate(
          `splice ${textOf(next)}`,
          Effect.sync(() => pipes.move(pipe, sink.path))
        )
      }
      if (!reading.released || !Pipes.isQuiet(pipe)) continue
      yield* life.gate(
        `end of ${streamId}`,
        Effect.sync(() => plane.end(reading))
      )
      yield* PubSub.publish(events, { kind: "ended", streamId })
    }
    yield* Queue.take(wakes)
  }
})

const serviceOf = (
  machine: Machine,
  life: Life,
  plane: Plane,
  events: PubSub.PubSub<LogEvent>
): LogPlane["Service"] => {
  const { gate } = life
  const { sinks, streams } = plane
  const parts: Pick<LogPlane["Service"], "attach" | "configure"> = {
    configure: (id, spec) =>
      gate(
        `configure ${keyOf(id)}`,
        Effect.sync(() => {
          const path = spec.path ?? "nowhere"
          const known = sinks.get(keyOf(id))
          if (known === undefined) sinks.set(keyOf(id), { path })
          else known.path = path
        })
      ),
    attach: (streamId, path, sink, otherwise) =>
      gate(
        `attach ${streamId}`,
        Effect.suspend(() => {
          const failed = !plane.attach(streamId, path, sink, otherwise)
          life.wakeLogs()
          return failed ? Effect.fail(new SinkFailure({ path, errno: "ENOENT" })) : Effect.void
        })
      )
  }
  return {
    ...parts,
    attachSoon: (streamId, path, sink) =>
      Effect.sync(() => {
        plane.awaited.push(() => {
          if (!plane.attach(streamId, path, sink, undefined))
            machine.world.wrong(`the stream ${streamId} cannot be attached`)
        })
        life.wakeLogs()
      }),
    resume: resumeByParts(parts),
    rename: (from, to) =>
      Effect.sync(() => {
        const sink = sinks.get(keyOf(from))
        sinks.delete(keyOf(from))
        if (sink !== undefined) sinks.set(keyOf(to), sink)
      }),
    drop: (id) =>
      Effect.sync(() => {
        sinks.delete(keyOf(id))
      }),
    release: (streamId) =>
      gate(
        `release ${streamId}`,
        Effect.sync(() => {
          plane.catchUp()
          const reading = streams.get(streamId)
          if (reading !== undefined) reading.released = true
          life.wakeLogs()
        })
      ),
    remark: (id) =>
      gate(
        `remark ${keyOf(id)}`,
        Effect.sync(() => {
          machine.remarks.push(sinks.get(keyOf(id))?.path ?? "nowhere")
        })
      ),
    declare: () => Effect.void,
    lookFor: () => Effect.void,
    warm: Effect.void,
    leave: Effect.void,
    settle: Effect.void,
    reopen: Effect.void,
    clear: () => Effect.void,
    follow: () => Effect.succeed(Stream.empty),
    events: Effect.map(PubSub.subscribe(events), (subscription) =>
      Stream.fromSubscription(subscription)
    ),
    pathOf: (id) => Effect.sync(() => sinks.get(keyOf(id))?.path ?? null)
  }
}
