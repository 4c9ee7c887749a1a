/**
 * Column 3 of `status`, and `description` of the API (section 2.7 of the reference). Says nothing that the state does not hold.
 */
import type { ActualInstance } from "../domain/Actual.ts"
import { uptimeText } from "./uptimeText.ts"

type Described = Pick<
  ActualInstance,
  "state" | "process" | "startedAt" | "stoppedAt" | "spawnError" | "spec"
>

/** `now` is wall clock, milliseconds; `localTime` gives a moment as `Nov 22 06:48 AM`. */
export const describe = (
  instance: Described,
  now: number,
  localTime: (ms: number) => string
): string => {
  switch (instance.state) {
    case "RUNNING": {
      const uptime = uptimeText(Math.floor((now - (instance.startedAt ?? now)) / 1000))
      return `pid ${instance.process?.pid ?? 0}, uptime ${uptime}`
    }
    case "BACKOFF":
    case "FATAL":
      return instance.spawnError === ""
        ? `unknown error (try "tail ${instance.spec.name}")`
        : instance.spawnError
    case "STOPPED":
    case "EXITED":
      return instance.startedAt === null
        ? "Not started"
        : localTime(instance.stoppedAt ?? instance.startedAt)
    case "STARTING":
    case "STOPPING":
    case "UNKNOWN":
      return ""
  }
}
