/**
 * Pipes of an earlier daemon are read on, into the logs of their instances. Nothing is lost or doubled by that: a byte is in a
 * pipe until it is in its sink.
 */
import * as Effect from "effect/Effect"
import { missingText } from "../../core/logTrouble.ts"
import { watchedLine } from "../../core/watchedLine.ts"
import type { Channel, Resumed, SinkFailure, StreamPlace } from "../../logs/LogPlane.ts"
import type { Instance } from "../Instance.ts"
import type { PipeName } from "../pipes.ts"
import { channelsOf, declareSinks, sinkId, sinkSpec } from "../sinks.ts"
import type { Workshop } from "../Workshop.ts"

export interface TakenPipes {
  readonly instance: Instance
  readonly pipes: ReadonlyArray<PipeName>
}

/** `ended`: the process of that spawn id has, as far as is known. */
export const readOn = Effect.fnUntraced(function* (
  shop: Workshop,
  taken: ReadonlyArray<TakenPipes>,
  ended: (spawnId: string) => boolean
) {
  const sinks: Array<TakenSink> = []
  for (const { instance, pipes } of taken) {
    if (pipes.length > 0) sinks.push(...(yield* sinksOf(shop, { instance, pipes }, ended)))
    else if (!instance.removed && instance.beside === null) yield* declareSinks(shop, instance.spec)
  }
  const found = yield* shop.logs.resume(sinks)
  for (const [at, sink] of sinks.entries()) {
    const failed = found[at]
    const failures =
      failed === undefined || failed.sink !== null
        ? yield* withoutLog(shop, sink, failed?.sink ?? null)
        : failed.streams
    for (const [index, pipe] of sink.pipes.entries()) {
      yield* note(shop, sink, pipe, failures[index] ?? null)
    }
  }
})

/** One sink, and what of its instance writes there. `pipes` is in the order of `streams`. */
interface TakenSink extends Resumed {
  readonly instance: Instance
  readonly pipes: ReadonlyArray<TakenPipe>
}

interface TakenPipe extends PipeName {
  readonly path: string
  /** Nobody held it when its process ended. */
  readonly gap: boolean
}

const sinksOf = Effect.fnUntraced(function* (
  shop: Workshop,
  { instance, pipes }: TakenPipes,
  ended: (spawnId: string) => boolean
) {
  const { openAs, spec } = instance
  const channels = channelsOf(spec)
  const byChannel = new Map<Channel, Array<TakenPipe>>(channels.map((channel) => [channel, []]))
  for (const pipe of pipes) {
    const path = shop.fifo.pathOf(pipe.name)
    if (pipe.what === "stdin") {
      if (pipe.spawnId === instance.process?.spawnId) instance.stdin = path
      else yield* shop.fifo.remove(path)
      continue
    }
    if (pipe.what === "ready") {
      if (pipe.spawnId === instance.process?.spawnId) instance.readyPipe = path
      else yield* Effect.andThen(shop.fifo.remove(path), shop.keeper.drop([path]))
      continue
    }
    // What it writes to may have been told to go where stdout goes since it was started.
    const channel = channels.includes(pipe.what) ? pipe.what : "stdout"
    const gap = ended(pipe.spawnId) && !wasHeld(shop) && (yield* shop.fifo.isOver(path))
    byChannel.get(channel)?.push({ ...pipe, path, gap })
  }
  const sinks: Array<TakenSink> = []
  for (const [channel, own] of byChannel) {
    const sink = yield* sinkSpec(shop, spec, channel, openAs)
    const streams = own.map((pipe) => placeOf(shop, instance, pipe))
    sinks.push({ instance, id: sinkId(spec, channel), spec: sink, pipes: own, streams })
  }
  return sinks
})

const placeOf = (
  { keeper }: Workshop,
  { machine, ready, started }: Instance,
  { name, path, what }: TakenPipe
): StreamPlace => ({
  streamId: name,
  fifo: path,
  otherwise: keeper.met.held.get(path),
  // What it writes while no daemon lives waits in the pipe: the line may be there.
  watch:
    started === null || machine.proven || ready?.ok === true || what === "stdin" || what === "ready"
      ? null
      : watchedLine(started.definition, what)
})

/** A log that cannot be opened any more must not stop the program: what it writes is then dropped, and that is said. */
const withoutLog = Effect.fnUntraced(function* (
  shop: Workshop,
  { id, instance, spec, streams }: TakenSink,
  failure: SinkFailure | null
) {
  const { address } = instance.spec
  const why = `${failure?.path ?? spec.path} cannot be opened again: ${failure?.errno ?? "EIO"}`
  yield* Effect.logError(`${address}: its log ${why}`)
  yield* Effect.ignore(shop.logs.configure(id, { ...spec, path: null }))
  return yield* Effect.forEach(streams, ({ fifo, otherwise, streamId, watch }) =>
    shop.logs.attach(streamId, fifo, id, otherwise, watch).pipe(
      Effect.as(null),
      Effect.catchTag("SinkFailure", (failed) => Effect.succeed(failed))
    )
  )
})

const note = Effect.fnUntraced(function* (
  shop: Workshop,
  { id, instance }: TakenSink,
  { gap, name, path, spawnId, what }: TakenPipe,
  failure: SinkFailure | null
) {
  if (failure !== null) {
    const { address } = instance.spec
    yield* Effect.logError(`${address}: its ${what} cannot be read on: ${failure.errno}`)
    return
  }
  if (gap) yield* shop.logs.remark(id, missingText)
  shop.pipes.set(name, { instance, path })
  if (spawnId === instance.process?.spawnId) instance.streams = [...instance.streams, name]
  else yield* shop.logs.release(name)
})

/** A keeper that is new has held nothing: what waited in the pipe of a process that ended before went with it. */
export const wasHeld = ({ keeper }: Workshop): boolean => keeper.met.run > 1
