/**
 * Column 3 of `status`, and `description` of the API (section 2.7 of the reference). Says nothing that the state does not hold.
 */
import type { ActualInstance } from "../domain/Actual.ts"

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
      const uptime = uptimeText(now - (instance.startedAt ?? now))
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

/** `0:00:07`, `23:59:59`, `1 day, 0:00:00`; never negative. */
export const uptimeText = (uptimeMs: number): string => {
  const seconds = Math.max(0, Math.floor(uptimeMs / 1000))
  const days = Math.floor(seconds / 86_400)
  const clock = [
    String(Math.floor((seconds % 86_400) / 3600)),
    String(Math.floor((seconds % 3600) / 60)).padStart(2, "0"),
    String(seconds % 60).padStart(2, "0")
  ].join(":")
  return days === 0 ? clock : `${days} day${days === 1 ? "" : "s"}, ${clock}`
}
