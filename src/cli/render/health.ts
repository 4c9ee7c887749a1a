/** What probes say of an instance, in words: in a line of `status`, and in rows of `describe`. */
import { ageText } from "../../core/ageText.ts"
import { isReady } from "../../core/isReady.ts"
import { printable } from "../../core/printable.ts"
import { formatDuration } from "../../domain/Duration.ts"
import type { Liveness, ProbeResult, Ready, Standing, TextPattern } from "../../domain/Probe.ts"
import type { InstanceStatus, StatusLine } from "../../domain/Status.ts"

/** `ready`, or why it is not; what fails although it counts as alive; what the program says of itself. */
export const healthNotes = (instance: StatusLine, now: number): ReadonlyArray<string> => {
  const { liveness, ready, spec, state, told } = instance
  const notes: Array<string> = []
  if (state === "RUNNING" && spec.definition.ready !== null) {
    notes.push(isReady(instance) ? readyText(ready, now) : `not ready${lastText(ready, now)}`)
  }
  if (liveness !== null && liveness.failures > 0) notes.push(`not alive?${lastText(liveness, now)}`)
  if (told?.phase != null) notes.push(`says that it is ${told.phase}`)
  if (told?.status != null) notes.push(`"${printable(told.status)}"`)
  const coming = successorText(instance.successor)
  return coming === "" ? notes : [...notes, coming]
}

/** Of a new process beside the one that runs. */
const successorText = (successor: StatusLine["successor"]): string => {
  if (successor === null) return ""
  if (successor.failed !== null) return `its new process failed: ${printable(successor.failed)}`
  return `a new process${successor.pid === null ? "" : `, pid ${successor.pid},`} is coming up`
}

/** Failures that do not count so far are told. */
const readyText = (standing: Standing | null, now: number): string =>
  standing !== null && standing.failures > 0 ? `ready, but${lastText(standing, now)}` : "ready"

/** `: 503 from http://… 2 s ago (3 in a row)` */
const lastText = (standing: Standing | null, now: number): string => {
  const last = standing?.last ?? null
  if (standing === null || last === null) return ""
  const row = standing.failures > 1 ? ` (${standing.failures} in a row)` : ""
  return `: ${seenText(last, now)}${row}`
}

const seenText = ({ at, text }: ProbeResult, now: number): string =>
  `${printable(text)} ${ageText(now - at)} ago`

export const healthRows = (
  { liveness, ready, spec, told }: InstanceStatus,
  now: number
): ReadonlyArray<readonly [string, string]> => [
  ["ready", spec.definition.ready === null ? "" : standingText(ready, now, "ready")],
  ["alive", spec.definition.liveness === null ? "" : standingText(liveness, now, "alive")],
  ["says", told === null ? "" : [told.phase ?? "", printable(told.status ?? "")].join(" ").trim()],
  ["ready by", spec.definition.ready === null ? "" : probeText(spec.definition.ready)],
  ["alive by", spec.definition.liveness === null ? "" : probeText(spec.definition.liveness)]
]

const standingText = (standing: Standing | null, now: number, word: string): string => {
  if (standing === null) return `not ${word}: nothing runs`
  const { failures, last, ok, since, successes } = standing
  const row = failures > 0 ? `${failures} failed in a row` : `${successes} succeeded in a row`
  const seen =
    last === null
      ? "nothing seen so far"
      : `${row}, the latest ${seenText(last, now)}, which took ${formatDuration(last.tookMs)}`
  return `${ok ? "yes" : "no"}, since ${ageText(now - since)}; ${seen}`
}

const probeText = (probe: Ready | Liveness): string => {
  switch (probe.kind) {
    case "http": {
      const { method, socket, status, url } = probe
      const by = socket === null ? "" : ` by ${socket}`
      return `${method} ${url}${by} (${status.join(", ")}), ${paceText(probe)}`
    }
    case "tcp":
      return `a connection to ${probe.address}, ${paceText(probe)}`
    case "exec": {
      const { command } = probe
      return `${typeof command === "string" ? command : command.join(" ")}, ${paceText(probe)}`
    }
    case "logLine":
      return `the line ${patternText(probe.line)} in ${probe.stream === "both" ? "its output" : probe.stream}${withinText(probe)}`
    case "notify":
      if ("watchdogMs" in probe) return `WATCHDOG=1 every ${formatDuration(probe.watchdogMs)}`
      return probe.fd === null
        ? `READY=1${withinText(probe)}`
        : `a newline to descriptor ${probe.fd}${withinText(probe)}`
  }
}

const paceText = (
  probe: Exclude<Ready | Liveness, { readonly kind: "logLine" | "notify" }>
): string => {
  const pace = `every ${formatDuration(probe.everyMs)}, timeout ${formatDuration(probe.timeoutMs)}`
  return `${pace}, ${probe.failures} failures${withinText(probe)}`
}

const withinText = (probe: object): string =>
  "withinMs" in probe && typeof probe.withinMs === "number"
    ? `, within ${formatDuration(probe.withinMs)}`
    : ""

const patternText = (pattern: TextPattern): string =>
  "contains" in pattern ? JSON.stringify(pattern.contains) : `/${pattern.matches}/${pattern.flags}`
