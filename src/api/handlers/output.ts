/** Logs and events: what was, and what comes. Every stream is bounded: a client that does not read loses, nobody else. */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Stream from "effect/Stream"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { Event } from "../../domain/Event.ts"
import type { InstanceKey } from "../../domain/Instance.ts"
import { Events } from "../../events/Events.ts"
import { LogPlane } from "../../logs/LogPlane.ts"
import {
  type LogSource,
  logLines,
  mirrorLines,
  type LogLine as TailedLine
} from "../../logs/logLines.ts"
import { Store } from "../../store/Store.ts"
import { chosenInstances } from "../chosenInstances.ts"
import { ReeveApi } from "../contract.ts"
import { DaemonControl } from "../DaemonControl.ts"
import type { LogLine } from "../messages.ts"
import { storeTrouble } from "./instances.ts"

const defaultLines = 20
const defaultEvents = 100

export const OutputLive = HttpApiBuilder.group(ReeveApi, "output", (handlers) =>
  handlers
    .handle("tail", ({ query }) =>
      Effect.flatMap(chosenInstances(query.name ?? []), (chosen) =>
        tailLogs(chosen, query.lines ?? defaultLines)
      )
    )
    .handle("follow", ({ query }) =>
      Effect.gen(function* () {
        const chosen = yield* chosenInstances(query.name ?? [])
        const context = yield* Effect.context<LogPlane | DaemonControl>()
        const everything = query.name === undefined
        return followLogs(chosen, everything, query.lines ?? defaultLines).pipe(
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

/** Also for a while after its end: an instance that is gone has no sink. */
const sourcesOf = Effect.fnUntraced(function* (chosen: ReadonlyArray<ActualInstance>) {
  const plane = yield* LogPlane
  const sources: Array<LogSource> = []
  for (const { spec } of chosen) {
    const { stderr, stdout } = spec.definition.logs
    const sinks = [
      ["stdout", stdout],
      ["stderr", stderr]
    ] as const
    for (const [channel, sink] of sinks) {
      if (sink === "stdout") continue
      const id = { instance: spec.key, channel }
      const path = yield* plane.pathOf(id)
      sources.push({ id, label: spec.address, path, backups: sink.backups })
    }
  }
  return sources
})

const tailLogs = Effect.fnUntraced(function* (
  chosen: ReadonlyArray<ActualInstance>,
  count: number
) {
  const sources = yield* sourcesOf(chosen)
  const lines = yield* logLines(sources, { count, follow: false })
  return yield* Stream.runCollect(Stream.map(lines, toLine))
}, Effect.scoped)

/** All instances: also those that come later. */
const followLogs = (chosen: ReadonlyArray<ActualInstance>, everything: boolean, count: number) =>
  Stream.unwrap(
    Effect.gen(function* () {
      const control = yield* DaemonControl
      const later = everything ? yield* mirrorLines : Stream.empty
      const sources = yield* sourcesOf(chosen)
      const lines = yield* logLines(sources, { count, follow: !everything })
      return Stream.concat(lines, later).pipe(
        Stream.map(toLine),
        Stream.interruptWhen(control.ended)
      )
    })
  )

const toLine = ({ label, sink, text }: TailedLine): LogLine => ({
  address: label,
  channel: sink.channel,
  text
})

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
