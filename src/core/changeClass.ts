/**
 * What a change of each field of a definition takes: the table behind every plan. "live": the instance takes the new value
 * without touching its process; "restart": a new process is needed. Keys are paths of the canonical Definition; `authored`
 * is how people write the field. `*` stands for one name.
 */
import type { ChangeClass } from "../domain/Plan.ts"

/** How the number of a definition is meant. "duration": milliseconds. */
export type FieldUnit = "plain" | "duration" | "seconds" | "size" | "octal"

export interface ChangeRule {
  readonly authored: string
  readonly class: ChangeClass
  readonly unit: FieldUnit
  /** What happens when it is applied; a fragment that follows the field's name. */
  readonly does: string
}

const rule = (
  authored: string,
  changeClass: ChangeClass,
  does: string,
  unit: FieldUnit = "plain"
): ChangeRule => ({ authored, class: changeClass, unit, does })

const atStart = "is fixed when a process starts, so the instance is restarted"
const shownOnly = "is taken over; nothing else happens"
const nextStart = "counts from the next start on"
const nextEnd = "counts from the next end of its process on"
const countsFromStart = "counts for what runs, from its start on"
const nextStop = "counts from the next stop on"
const nextWait = "counts from the next wait on"
const inPlace =
  "is set in its process and what that started; where the kernel refuses, from the next start on"
const nextMemoryLook = "counts for what runs, from the next look on"
const inGroup =
  "is set for its process and what that started, where the kernel holds it here; else from the next start on"
const nextWrite = "counts from the next write on; the process is not touched"

const restarts = (field: string, unit: FieldUnit = "plain"): readonly [string, ChangeRule] => [
  field,
  rule(field, "restart", atStart, unit)
]

const limits = (field: string, unit: FieldUnit = "plain"): readonly [string, ChangeRule] => [
  field,
  rule(field, "live", inPlace, unit)
]

const waits = (
  member: string,
  authored: string,
  unit: FieldUnit
): readonly [string, ChangeRule] => [
  `restart.backoff.${member}`,
  rule(`restart.backoff.${authored}`, "live", nextWait, unit)
]

const updates = (
  member: string,
  authored: string,
  unit: FieldUnit = "plain"
): readonly [string, ChangeRule] => [
  `update.${member}`,
  rule(`update.${authored}`, "live", "counts from this update on", unit)
]

const sink = (stream: "stdout" | "stderr"): ReadonlyArray<readonly [string, ChangeRule]> => {
  const path = `logs.${stream}`
  return [
    [`${path}.file`, rule(`${path}.file`, "live", nextWrite)],
    [`${path}.maxBytes`, rule(`${path}.maxSize`, "live", nextWrite, "size")],
    [`${path}.backups`, rule(`${path}.backups`, "live", "counts from the next rotation on")],
    [`${path}.syslog`, rule(`${path}.syslog`, "live", nextWrite)],
    [`${path}.stripAnsi`, rule(`${path}.stripAnsi`, "live", nextWrite)],
    [`${path}.captureMaxBytes`, rule(`${path}.capture`, "live", nextWrite, "size")],
    [`${path}.events`, rule(`${path}.events`, "live", nextWrite)]
  ]
}

const nextLook = "counts from the next look on"

/** What both kinds of probes have, and what one of them has. */
const probes = (which: "ready" | "liveness"): ReadonlyArray<readonly [string, ChangeRule]> => {
  const live = (member: string, authored = member, unit: FieldUnit = "plain") =>
    [`${which}.${member}`, rule(`${which}.${authored}`, "live", nextLook, unit)] as const
  const own =
    which === "ready"
      ? [
          live("successes"),
          live("withinMs", "within", "duration"),
          live("line"),
          live("stream"),
          restarts("ready.fd")
        ]
      : [
          [
            "liveness.watchdogMs",
            rule("liveness.watchdog", "restart", atStart, "duration")
          ] as const
        ]
  return [
    [which, rule(which, "live", nextLook)],
    [`${which}.kind`, rule(which, "live", nextLook)],
    live("url"),
    live("method"),
    live("headers.*"),
    live("socket"),
    live("status"),
    live("expectHeaders.*"),
    live("body"),
    live("address"),
    live("command"),
    live("everyMs", "every", "duration"),
    live("timeoutMs", "timeout", "duration"),
    live("jitter"),
    live("startPeriodMs", "startPeriod", "duration"),
    live("failures"),
    ...own
  ]
}

export const changeRules: ReadonlyMap<string, ChangeRule> = new Map([
  ["description", rule("description", "live", shownOnly)],
  restarts("command"),
  restarts("directory"),
  restarts("environment.*"),
  restarts("envFile"),
  restarts("inheritEnvironment"),
  ["showEnvironment", rule("showEnvironment", "live", shownOnly)],
  restarts("user"),
  restarts("userEnvironment"),
  restarts("umask", "octal"),
  ["priority", rule("priority", "live", "counts from the next apply on")],
  ["dependsOn.*", rule("dependsOn.*", "live", "counts from the next start on; what runs goes on")],
  restarts("stdin"),
  ["start.auto", rule("start.auto", "live", "decides whether it is started; what runs goes on")],
  ["start.stableAfterMs", rule("start.stableAfter", "live", nextStart, "duration")],
  ["start.retries", rule("start.retries", "live", "counts from the next failed start on")],
  ["restart.when", rule("restart.when", "live", nextEnd)],
  ["restart.expectedExitCodes", rule("restart.expectedExitCodes", "live", nextEnd)],
  ["restart.backoff.kind", rule("restart.backoff", "live", nextWait)],
  waits("initialMs", "initial", "duration"),
  waits("factor", "factor", "plain"),
  waits("stepMs", "step", "duration"),
  waits("delayMs", "delay", "duration"),
  waits("delaysMs", "delays", "duration"),
  waits("maxMs", "max", "duration"),
  waits("jitter", "jitter", "plain"),
  waits("resetAfterMs", "resetAfter", "duration"),
  waits("pace", "pace", "plain"),
  ["restart.maxLifetimeMs", rule("restart.maxLifetime", "live", countsFromStart, "duration")],
  ["restart.lifetimeVariance", rule("restart.lifetimeVariance", "live", countsFromStart)],
  ["stop.signal", rule("stop.signal", "live", nextStop)],
  ["stop.timeoutMs", rule("stop.timeout", "live", nextStop, "duration")],
  ["stop.group", rule("stop.group", "live", nextStop)],
  ...probes("ready"),
  ...probes("liveness"),
  ["stop.command", rule("stop.command", "live", nextStop)],
  ["hooks.beforeStart", rule("hooks.beforeStart", "live", nextStart)],
  ["hooks.afterStart", rule("hooks.afterStart", "live", nextStart)],
  ["hooks.beforeStop", rule("hooks.beforeStop", "live", nextStop)],
  ["hooks.afterStop", rule("hooks.afterStop", "live", nextEnd)],
  ["watch", rule("watch", "live", "counts from the next change of a file on")],
  ["reload", rule("reload", "live", "counts from the next change of a file on")],
  ["reload.signal", rule("reload.signal", "live", "counts from the next reload on")],
  ["reload.on", rule("reload.on", "live", "counts from the next change of a file on")],
  updates("strategy", "strategy"),
  updates("maxUnavailable", "maxUnavailable"),
  updates("minReadyMs", "minReady", "duration"),
  updates("deadlineMs", "deadline", "duration"),
  updates("rollback", "rollback"),
  restarts("dieWithSupervisor"),
  ...sink("stdout"),
  ["logs.stderr", rule("logs.stderr", "restart", atStart)],
  ...sink("stderr"),
  limits("limits.openFiles"),
  limits("limits.processes"),
  limits("limits.coreSize", "size"),
  limits("limits.fileSize", "size"),
  limits("limits.addressSpace", "size"),
  limits("limits.stack", "size"),
  limits("limits.lockedMemory", "size"),
  restarts("limits.cpu", "seconds"),
  limits("limits.nice"),
  limits("limits.oomScoreAdjust"),
  ["limits.memory", rule("limits.memory", "live", nextMemoryLook, "size")],
  ["limits.memoryGraceMs", rule("limits.memoryGrace", "live", nextMemoryLook, "duration")],
  ["limits.memoryMax", rule("limits.memoryMax", "live", inGroup, "size")],
  ["limits.cpus", rule("limits.cpus", "live", inGroup)],
  ["limits.tasks", rule("limits.tasks", "live", inGroup)],
  ["task", rule("task", "live", "decides what the end of its process means; what runs goes on")],
  ["task.once", rule("task.once", "live", "counts from the next end of reeve on")],
  ["listener", rule("listener", "restart", atStart)],
  ["listener.events", rule("listener.events", "live", "counts from the next event on")],
  ["listener.bufferSize", rule("listener.bufferSize", "live", "counts from the next event on")],
  ["fastCgi", rule("fastCgi.socket", "restart", atStart)],
  restarts("sockets")
])

/** What a change of a field takes, by the name that people write; null: no field of a definition. */
export const changeRuleOf = (authored: string): ChangeRule | null => {
  if (authored.startsWith("sockets.")) return changeRules.get("sockets") ?? null
  const open = /^(environment|dependsOn)(\.|$)/.exec(authored)
  const path = open === null ? authored : `${open[1]}.*`
  for (const found of changeRules.values()) if (found.authored === path) return found
  return null
}
