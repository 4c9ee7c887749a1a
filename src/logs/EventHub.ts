/**
 * What the log plane says, to each who listens. Output of programs is bounded: a protocol by its acknowledgements, which come
 * when all listeners have taken a piece; other output by dropping, with a count, what a listener does not take in time.
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { LogEvent } from "./LogPlane.ts"

export type OutputEvent = LogEvent & { readonly kind: "output" | "communication" }

/** A listener that is so far behind loses output that is no protocol. */
export const MAX_WAITING_BYTES = 8 * 1024 * 1024

interface Entry {
  readonly event: LogEvent
  /** To be called once, when the listener has it. */
  readonly taken: () => void
}

interface Listener {
  readonly queue: Queue.Queue<Entry>
  readonly open: Set<Entry>
  waiting: number
  /** Bytes lost since the last event, by stream and kind. */
  readonly lost: Map<string, number>
}

export class EventHub {
  private readonly listeners = new Set<Listener>()

  publish(event: LogEvent): void {
    for (const listener of this.listeners) {
      if (event.kind === "ended") forget(listener, event.streamId)
      offer(listener, event, () => undefined)
    }
  }

  /** Output that may be lost. */
  publishOutput(event: OutputEvent): void {
    for (const listener of this.listeners) offerBounded(listener, event)
  }

  /** Output that may not; `taken` is called when every listener has it, at once where there is none. */
  publishProtocol(event: OutputEvent, taken: () => void): void {
    let left = this.listeners.size
    if (left === 0) taken()
    for (const listener of this.listeners)
      offer(listener, event, () => {
        if (--left === 0) taken()
      })
  }

  readonly events: Effect.Effect<Stream.Stream<LogEvent>, never, Scope.Scope> = Effect.suspend(() =>
    Effect.acquireRelease(
      Effect.map(Queue.unbounded<Entry>(), (queue): Listener => {
        const listener = { queue, open: new Set<Entry>(), waiting: 0, lost: new Map() }
        this.listeners.add(listener)
        return listener
      }),
      (listener) => this.leave(listener)
    )
  ).pipe(
    Effect.map(({ queue }) =>
      Stream.map(Stream.fromQueue(queue), ({ event, taken }) => {
        taken()
        return event
      })
    )
  )

  /** What it did not take counts as taken: nobody waits for one who is gone. */
  private leave(listener: Listener): Effect.Effect<unknown> {
    return Effect.suspend(() => {
      this.listeners.delete(listener)
      for (const { taken } of [...listener.open]) taken()
      return Queue.shutdown(listener.queue)
    })
  }
}

const offer = (listener: Listener, event: LogEvent, taken: () => void): void => {
  const entry: Entry = {
    event,
    taken: () => {
      if (listener.open.delete(entry)) taken()
    }
  }
  listener.open.add(entry)
  Queue.offerUnsafe(listener.queue, entry)
}

const offerBounded = (listener: Listener, event: OutputEvent): void => {
  const key = `${event.kind} ${event.streamId}`
  const lost = event.lost + (listener.lost.get(key) ?? 0)
  const { length } = event.bytes
  // One that is larger than the bound comes through when nothing else waits.
  if (listener.waiting > 0 && listener.waiting + length > MAX_WAITING_BYTES) {
    listener.lost.set(key, lost + length)
    return
  }
  listener.lost.delete(key)
  listener.waiting += length
  offer(listener, lost === event.lost ? event : { ...event, lost }, () => {
    listener.waiting -= length
  })
}

const forget = (listener: Listener, stream: string): void => {
  for (const kind of ["output", "communication"]) listener.lost.delete(`${kind} ${stream}`)
}
