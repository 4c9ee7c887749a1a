import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { ActualInstance } from "../domain/Actual.ts"
import type { InstanceStatus } from "../domain/Status.ts"
import { LogPlane } from "../logs/LogPlane.ts"

/** What `status` and `describe` show of an instance. Environment values that look secret are replaced. */
export const instanceStatus = Effect.fnUntraced(function* (actual: ActualInstance) {
  const plane = yield* LogPlane
  const now = yield* Clock.currentTimeMillis
  const { key, definition } = actual.spec
  const running = actual.process !== null && actual.startedAt !== null
  const status: InstanceStatus = {
    ...actual,
    description: "",
    uptimeMs: running ? Math.max(0, now - (actual.startedAt ?? now)) : null,
    stdoutLog: yield* plane.pathOf({ instance: key, channel: "stdout" }),
    stderrLog:
      definition.logs.stderr === "stdout"
        ? null
        : yield* plane.pathOf({ instance: key, channel: "stderr" })
  }
  return status
})
