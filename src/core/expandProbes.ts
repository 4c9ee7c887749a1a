/**
 * `ready` and `liveness` with their defaults: markers become values, durations milliseconds, and what is an address, a status or
 * a pattern only by its text is looked at.
 */

import * as Result from "effect/Result"
import type {
  LivenessChecked,
  PatternChecked,
  ReadyChecked
} from "../domain/authoring/ProbeSchema.ts"
import { formatDuration, parseDuration } from "../domain/Duration.ts"
import { longestUnixPath, shortestProbeMs } from "../domain/limits.ts"
import type { Liveness, Ready, TextPattern } from "../domain/Probe.ts"
import { patternFault } from "./patternFault.ts"
import { readTcpAddress } from "./readTcpAddress.ts"
import { resolvePath } from "./resolvePath.ts"
import { type Finding, finding, type Path } from "./schemaFindings.ts"
import { shellWords } from "./shellWords.ts"
import { readStatusRange } from "./statusRange.ts"

export interface ProbeExpansion {
  /** Of the defining file. */
  readonly directory: string
  readonly findings: Array<Finding>
  /** Replaces markers. */
  readonly fill: (text: string, where: Path) => string
}

export const expandReady = (given: ReadyChecked | undefined, at: ProbeExpansion): Ready | null => {
  if (given === undefined) return null
  const withinMs = given.within === undefined ? null : millis(given.within)
  switch (given.kind) {
    case "http":
    case "tcp":
    case "exec": {
      const successes = given.successes ?? 1
      return { ...look(given, "ready", at), ...pace(given, "ready", at), successes, withinMs }
    }
    case "logLine":
      return {
        kind: given.kind,
        line: pattern(given.line, ["ready", "line"], at),
        stream: given.stream ?? "both",
        withinMs
      }
    case "notify":
      return { kind: given.kind, fd: given.fd ?? null, withinMs }
  }
}

export const expandLiveness = (
  given: LivenessChecked | undefined,
  at: ProbeExpansion
): Liveness | null => {
  if (given === undefined) return null
  if (given.kind !== "notify") {
    return { ...look(given, "liveness", at), ...pace(given, "liveness", at) }
  }
  const watchdogMs = millis(given.watchdog)
  atLeast(watchdogMs, ["liveness", "watchdog"], at)
  return { kind: given.kind, watchdogMs }
}

type Which = "ready" | "liveness"
type LookChecked = Exclude<LivenessChecked, { readonly kind: "notify" }>

const millis = (text: string): number => parseDuration(text) ?? 0

const atLeast = (ms: number, where: Path, at: ProbeExpansion): void => {
  if (ms >= shortestProbeMs) return
  const least = formatDuration(shortestProbeMs)
  at.findings.push(
    finding(where, `expected a duration of at least ${least}, found "${formatDuration(ms)}"`)
  )
}

const pace = (given: LookChecked, which: Which, at: ProbeExpansion) => {
  const everyMs = millis(given.every ?? (which === "ready" ? "1s" : "10s"))
  const timeoutMs = millis(given.timeout ?? (given.kind === "exec" ? "5s" : "1s"))
  atLeast(everyMs, [which, "every"], at)
  atLeast(timeoutMs, [which, "timeout"], at)
  return {
    everyMs,
    timeoutMs,
    jitter: given.jitter ?? 0.1,
    startPeriodMs: millis(given.startPeriod ?? "0s"),
    failures: given.failures ?? 3
  }
}

const look = (given: LookChecked, which: Which, at: ProbeExpansion) => {
  switch (given.kind) {
    case "http":
      return http(given, which, at)
    case "tcp": {
      const where = [which, "address"]
      const address = at.fill(given.address, where)
      const read = readTcpAddress(address)
      if (typeof read === "string") at.findings.push(finding(where, read))
      return { kind: given.kind, address }
    }
    case "exec":
      return { kind: given.kind, command: command(given.command, which, at) }
  }
}

const http = (given: LookChecked & { readonly kind: "http" }, which: Which, at: ProbeExpansion) => {
  const url = at.fill(given.url, [which, "url"])
  const fault = urlFault(url)
  if (fault !== null) at.findings.push(finding([which, "url"], fault))
  const where = [which, "socket"]
  const socket =
    given.socket === undefined ? null : resolvePath(at.directory, at.fill(given.socket, where))
  if (socket !== null) pathFits(socket, where, at)
  return {
    kind: given.kind,
    url,
    method: given.method ?? "GET",
    headers: filled(given.headers, [which, "headers"], at),
    socket,
    status: statuses(given.status, [which, "status"], at),
    expectHeaders: filled(given.expectHeaders, [which, "expectHeaders"], at),
    body: given.body === undefined ? null : pattern(given.body, [which, "body"], at)
  }
}

const urlFault = (text: string): string | null => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    return `expected an address such as "http://127.0.0.1:8000/", found ${JSON.stringify(text)}`
  }
  return url.username === "" && url.password === ""
    ? null
    : "holds a name or a password; send them as a header (authorization)"
}

const pathFits = (path: string, where: Path, at: ProbeExpansion): void => {
  if (new TextEncoder().encode(path).length <= longestUnixPath) return
  at.findings.push(
    finding(where, `the path of a socket has at most ${longestUnixPath} bytes: ${path}`)
  )
}

const filled = (
  record: Readonly<Record<string, string>> | undefined,
  where: Path,
  at: ProbeExpansion
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(record ?? {}).map(([name, text]) => [name, at.fill(text, [...where, name])])
  )

type StatusChecked = (LookChecked & { readonly kind: "http" })["status"]

const statuses = (given: StatusChecked, where: Path, at: ProbeExpansion): ReadonlyArray<string> => {
  const all = typeof given === "object" ? given : [given ?? "200-399"]
  const texts = all.map((one) => String(one).trim())
  for (const text of texts) {
    if (readStatusRange(text) !== null) continue
    const rest = `expected a status such as 200 or a range such as "200-299", found ${JSON.stringify(text)}`
    at.findings.push(finding(where, rest))
  }
  return texts
}

const command = (
  given: string | ReadonlyArray<string>,
  which: Which,
  at: ProbeExpansion
): string | ReadonlyArray<string> => {
  const where = [which, "command"]
  if (typeof given !== "string") {
    return given.map((word, position) => at.fill(word, [...where, position]))
  }
  const text = at.fill(given, where)
  const words = shellWords(text)
  if (Result.isFailure(words)) {
    const rest = `${JSON.stringify(text)} cannot be split into words: ${words.failure}`
    at.findings.push(finding(where, rest, "write it as an array of words"))
  } else if (words.success.length === 0) {
    at.findings.push(finding(where, "names no program"))
  }
  return text
}

const pattern = (given: PatternChecked, where: Path, at: ProbeExpansion): TextPattern => {
  if (typeof given === "string") {
    if (given === "") at.findings.push(finding(where, "an empty text is in every text"))
    return { contains: at.fill(given, where) }
  }
  const { flags = "", matches } = given
  const fault = patternFault(matches, flags)
  if (fault !== null) at.findings.push(finding(where, fault))
  return { matches, flags }
}
