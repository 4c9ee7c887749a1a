/** A probe as an author would write it: plain data, without what is left to the defaults. */
import { formatDuration } from "../../domain/Duration.ts"
import type { Liveness, Look, Ready } from "../../domain/Probe.ts"
import type { JsonRecord } from "./programInput.ts"

export const probeInput = (probe: Ready | Liveness): JsonRecord => {
  switch (probe.kind) {
    case "logLine":
      return {
        kind: probe.kind,
        line: patternInput(probe.line),
        stream: probe.stream,
        ...within(probe.withinMs)
      }
    case "notify":
      if ("watchdogMs" in probe)
        return { kind: probe.kind, watchdog: formatDuration(probe.watchdogMs) }
      return {
        kind: probe.kind,
        ...(probe.fd === null ? {} : { fd: probe.fd }),
        ...within(probe.withinMs)
      }
    case "http":
      return {
        kind: probe.kind,
        url: probe.url,
        method: probe.method,
        headers: probe.headers,
        ...(probe.socket === null ? {} : { socket: probe.socket }),
        status: probe.status,
        expectHeaders: probe.expectHeaders,
        ...(probe.body === null ? {} : { body: patternInput(probe.body) }),
        ...pace(probe)
      }
    case "tcp":
      return { kind: probe.kind, address: probe.address, ...pace(probe) }
    case "exec":
      return { kind: probe.kind, command: probe.command, ...pace(probe) }
  }
}

const pace = (look: Look): JsonRecord => ({
  every: formatDuration(look.everyMs),
  timeout: formatDuration(look.timeoutMs),
  jitter: look.jitter,
  startPeriod: formatDuration(look.startPeriodMs),
  failures: look.failures,
  ...("successes" in look ? { successes: look.successes, ...within(look.withinMs) } : {})
})

const within = (withinMs: number | null): JsonRecord =>
  withinMs === null ? {} : { within: formatDuration(withinMs) }

const patternInput = (pattern: (Ready & { readonly kind: "logLine" })["line"]) =>
  "contains" in pattern ? pattern.contains : { matches: pattern.matches, flags: pattern.flags }
