/** Logs and events: what was, and what comes. Every stream is bounded: a client that does not read loses, nobody else. */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Stream from "effect/Stream"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { Event } from "../../domain/Event.ts"
import type { InstanceKey } from "../../domain/Instance.ts"
import { Events } from "../../events/Events.ts"
import { type Channel, type Chunk, LogPlane, type SinkId } from "../../logs/LogPlane.ts"
import { Store } from "../../store/Store.ts"
import { chosenInstances } from "../chosenInstances.ts"
import { ReeveApi } from "../contract.ts"
import { DaemonControl } from "../DaemonControl.ts"
import { logTails } from "../logTails.ts"
import type { LogText } from "../messages.ts"
import { storeTrouble } from "./instances.ts"

const defaultLines = 20
const defaultEvents = 100

export const OutputLive = HttpApiBuilder.group(ReeveApi, "output", (handlers) =>
  handlers
    .handle("tail", ({ query }) =>
      Effect.flatMap(chosenInstances(query.name ?? []), (chosen) =>
        logTails(chosen, query.lines ?? defaultLines)
      )
    )
    .handle("follow", ({ query }) =>
      Effect.gen(function* () {
        const chosen = yield* chosenInstances(query.name ?? [])
        const sinks = query.name === undefined ? ("all" as const) : sinksOf(chosen)
        const context = yield* Effect.context<LogPlane | DaemonControl>()
        return followLogs(chosen, sinks, query.lines ?? defaultLines).pipe(
          Stream.provideContext(context)
        )
      })
    )
    .handle("events", ({ query }) =>
      Effect.gen(function* () {
        const instance = yield* instanceNamed(query.name)
        const limit = query.limit ?? defaultEvents
        const { journal } = yield* Store
        return yield* Effect.mapError(
          query.after === undefined
            ? journal.tail({ instance, limit })
            : journal.list({ instance, after: query.after, limit }),
          storeTrouble
        )
      })
    )
    .handle("followEvents", ({ query }) =>
      Effect.gen(function* () {
        const instance = yield* instanceNamed(query.name)
        const context = yield* Effect.context<Events | Store | DaemonControl>()
        return followEvents(instance, query.after ?? null).pipe(Stream.provideContext(context))
      })
    )
)

/** One instance; an address only, because the journal knows no groups. */
const instanceNamed = Effect.fnUntraced(function* (name: string | undefined) {
  if (name === undefined) return null
  const [first] = yield* chosenInstances([name])
  return first?.spec.key ?? null
})

const sinksOf = (chosen: ReadonlyArray<ActualInstance>): ReadonlyArray<SinkId> =>
  chosen.flatMap(({ spec }) =>
    (["stdout", "stderr"] as const).map((channel: Channel) => ({ instance: spec.key, channel }))
  )

/** Subscribes before it reads the past, so that nothing falls between; a line may then come twice, never not at all. */
const followLogs = (
  chosen: ReadonlyArray<ActualInstance>,
  sinks: ReadonlyArray<SinkId> | "all",
  lines: number
) =>
  Stream.unwrap(
    Effect.gen(function* () {
      const plane = yield* LogPlane
      const control = yield* DaemonControl
      const live = yield* plane.follow(sinks)
      const past = lines === 0 ? [] : yield* logTails(chosen, lines)
      const decode = makeChunkDecoder()
      return Stream.fromIterable(past.filter((tail) => tail.text !== "")).pipe(
        Stream.map(({ address, channel, text }): LogText => ({ address, channel, text })),
        Stream.concat(Stream.map(live, decode)),
        Stream.interruptWhen(control.ended)
      )
    })
  )

/** A character may be cut between two chunks of one stream. */
const makeChunkDecoder = () => {
  const decoders = new Map<string, TextDecoder>()
  return (chunk: Chunk): LogText => {
    const { instance, channel } = chunk.sink
    const id = `${channel} ${instance}`
    const decoder = decoders.get(id) ?? new TextDecoder()
    decoders.set(id, decoder)
    return { address: chunk.label, channel, text: decoder.decode(chunk.bytes, { stream: true }) }
  }
}

/** With `after`, what the journal has since then comes first; each event comes once. */
const followEvents = (instance: InstanceKey | null, after: number | null) =>
  Stream.unwrap(
    Effect.gen(function* () {
      const events = yield* Events
      const control = yield* DaemonControl
      const { journal } = yield* Store
      const live = yield* events.subscribe
      const past =
        after === null
          ? []
          : yield* Effect.orElseSucceed(
              journal.list({ instance, after, limit: pastEvents }),
              (): ReadonlyArray<Event> => []
            )
      const last = past.at(-1)?.id ?? after ?? 0
      return Stream.fromIterable(past).pipe(
        Stream.concat(Stream.filter(live, (event) => event.id > last && concerns(event, instance))),
        Stream.interruptWhen(control.ended)
      )
    })
  )

const pastEvents = 100_000

const concerns = (event: Event, instance: InstanceKey | null): boolean =>
  instance === null || ("instance" in event.body && event.body.instance === instance)
