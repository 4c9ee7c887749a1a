/** What the log plane tells: the answers of listeners, and output that is an event itself. */
import * as Effect from "effect/Effect"
import { communicationEvent, logEvent, namesOf } from "../core/listener/payloads.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import type { EventType, ListenerEvent } from "../domain/ListenerEvent.ts"
import type { LogEvent } from "../logs/LogPlane.ts"
import type { Hearing } from "./hearHappenings.ts"

type Output = LogEvent & { readonly kind: "output" | "communication" }

export const hearOutput = ({ board, supervisor }: Hearing, pidOf: (key: InstanceKey) => number) => {
  const pids = new Map<string, number>()

  const announce = Effect.fnUntraced(function* (event: Output) {
    const { bytes, sink, streamId } = event
    const instance = yield* Effect.orElseSucceed(supervisor.get(sink.instance), () => null)
    if (instance === null) return
    const { process, spec } = instance
    if (event.kind === "output" && sink.channel === "stdout" && spec.definition.listener !== null) {
      board.join(spec)
      board.heard(sink.instance, streamId, bytes)
      return
    }
    if (!board.wants(typeOf(event))) return
    if (process !== null && streamId.startsWith(`${process.spawnId}.`)) {
      pids.set(streamId, process.pid)
    }
    const pid = pids.get(streamId) ?? pidOf(sink.instance)
    const make = event.kind === "output" ? logEvent : communicationEvent
    const told: ListenerEvent = make(namesOf(spec.address), sink.channel, pid, bytes)
    board.notify(told)
  })

  return (event: LogEvent): Effect.Effect<void> => {
    switch (event.kind) {
      case "trouble":
      case "recovered":
      case "matched":
        return Effect.void
      case "ended":
        return Effect.sync(() => {
          pids.delete(event.streamId)
          board.endedStream(event.streamId)
        })
      case "output":
      case "communication": {
        const { bytes, sink, streamId } = event
        if (
          event.kind === "output" &&
          sink.channel === "stdout" &&
          board.isListener(sink.instance)
        ) {
          return Effect.sync(() => board.heard(sink.instance, streamId, bytes))
        }
        return announce(event)
      }
    }
  }
}

const typeOf = ({ kind, sink }: Output): EventType => {
  const stdout = sink.channel === "stdout"
  if (kind === "output") return stdout ? "PROCESS_LOG_STDOUT" : "PROCESS_LOG_STDERR"
  return stdout ? "PROCESS_COMMUNICATION_STDOUT" : "PROCESS_COMMUNICATION_STDERR"
}
