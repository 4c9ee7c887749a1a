/**
 * The answer to `reeve status`, which people and scripts ask for again and again: what is told of an instance is written once for
 * each of its snapshots, and only the time is new in each answer.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import { describe } from "../core/describe.ts"
import { isOutdated } from "../core/isOutdated.ts"
import type { ActualInstance } from "../domain/Actual.ts"
import type { StatusLine } from "../domain/Status.ts"
import { Listeners } from "../events/Listeners.ts"
import { localTime } from "../os/localTime.ts"
import { Reconciler } from "../reconcile/Reconciler.ts"
import { chosenInstances } from "./chosenInstances.ts"
import { DaemonControl } from "./DaemonControl.ts"
import type { StatusAnswer } from "./messages.ts"

/** As JSON; no names: of every instance. */
export const statusAnswer = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
  const chosen = yield* chosenInstances(names)
  const { generation, pending, phase, pin, problems } = yield* (yield* Reconciler).status
  const { adopted, before, daemon, keeper } = yield* (yield* DaemonControl).info
  const listeners = yield* Effect.serviceOption(Listeners)
  const now = yield* Clock.currentTimeMillis
  const phaseOf = Option.isSome(listeners) ? listeners.value.phaseOf : () => null
  const rest: Omit<StatusAnswer, "instances"> = {
    format: 1,
    standing: {
      generation,
      phase,
      pin,
      problems,
      pending: pending === null ? null : { holds: pending.holds }
    },
    supervision: { adopted, before, daemon, keeper }
  }
  const lines = chosen.map((actual) => statusLine(actual, phaseOf(actual.spec.key), now))
  return HttpServerResponse.text(
    `${JSON.stringify(rest).slice(0, -1)},"instances":[${lines.join(",")}]}`,
    { contentType: "application/json" }
  )
})

type ListenerPhase = NonNullable<StatusLine["listener"]>

/** A StatusLine as JSON. */
export const statusLine = (
  actual: ActualInstance,
  phase: ListenerPhase | null,
  now: number
): string => {
  const moving: Pick<StatusLine, "description" | "listener"> = {
    description: describe(actual, now, localTime),
    ...(phase === null ? {} : { listener: phase })
  }
  return lasting(actual) + JSON.stringify(moving).slice(1)
}

type Lasting = Omit<StatusLine, "description" | "listener">

const written = new WeakMap<ActualInstance, string>()

/** What holds as long as the snapshot does, up to the comma behind it. */
const lasting = (actual: ActualInstance): string => {
  const before = written.get(actual)
  if (before !== undefined) return before
  const { address, definition } = actual.spec
  const line: Lasting = {
    spec: {
      address,
      definition: {
        ready: definition.ready === null ? null : { kind: definition.ready.kind },
        task: definition.task
      }
    },
    state: actual.state,
    reason: actual.reason,
    since: actual.since,
    nextAttemptAt: actual.nextAttemptAt,
    stoppedAt: actual.stoppedAt,
    failures: actual.failures,
    leftovers: actual.leftovers,
    logTrouble: actual.logTrouble,
    override: actual.override,
    changedFile: actual.changedFile,
    unreadFile: actual.unreadFile,
    hook: actual.hook,
    ready: actual.ready,
    liveness: actual.liveness,
    told: actual.told,
    successor: actual.successor,
    outdated: isOutdated(actual)
  }
  const text = `${JSON.stringify(line).slice(0, -1)},`
  written.set(actual, text)
  return text
}
