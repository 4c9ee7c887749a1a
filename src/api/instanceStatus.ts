import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { describe } from "../core/describe.ts"
import { isOutdated } from "../core/isOutdated.ts"
import type { ActualInstance } from "../domain/Actual.ts"
import type { InstanceStatus } from "../domain/Status.ts"
import { Listeners } from "../events/Listeners.ts"
import { LogPlane } from "../logs/LogPlane.ts"
import { localTime } from "../os/localTime.ts"
import { concealSpec } from "./conceal.ts"

/** What `status` and `describe` show of an instance. Environment values that look secret are replaced. */
export const instanceStatus = Effect.fnUntraced(function* (actual: ActualInstance) {
  const plane = yield* LogPlane
  const listeners = yield* Effect.serviceOption(Listeners)
  const now = yield* Clock.currentTimeMillis
  const { key, definition } = actual.spec
  const running = actual.process !== null && actual.startedAt !== null
  const phase = Option.isSome(listeners) ? listeners.value.phaseOf(key) : null
  const status: InstanceStatus = {
    ...actual,
    spec: concealSpec(actual.spec),
    started: actual.started === null ? null : concealSpec(actual.started),
    description: describe(actual, now, localTime),
    outdated: isOutdated(actual),
    ...(phase === null ? {} : { listener: phase }),
    uptimeMs: running ? Math.max(0, now - (actual.startedAt ?? now)) : null,
    stdoutLog: yield* plane.pathOf({ instance: key, channel: "stdout" }),
    stderrLog:
      definition.logs.stderr === "stdout"
        ? null
        : yield* plane.pathOf({ instance: key, channel: "stderr" })
  }
  return status
})
