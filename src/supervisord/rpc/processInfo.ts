/**
 * What clients are told of a process (supervisord.md 4.5, 2.7), from the supervisor's snapshot and the clock. Times are whole
 * seconds since the epoch, 0: never; a life in an earlier run of reeve is none, as in supervisord.
 */
import { uptimeText } from "../../core/uptimeText.ts"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import type { ExitStatus, State } from "../../domain/State.ts"
import { localTime } from "../../os/localTime.ts"

export interface ProcessInfo {
  readonly name: string
  readonly group: string
  readonly start: number
  readonly stop: number
  readonly now: number
  readonly state: number
  readonly statename: State
  readonly spawnerr: string
  /** 0: none; -1: ended by a signal. */
  readonly exitstatus: number
  readonly logfile: string
  readonly stdout_logfile: string
  readonly stderr_logfile: string
  /** 0: none. */
  readonly pid: number
  readonly description: string
}

export type LogPath = (spec: InstanceSpec, channel: "stdout" | "stderr") => string | null

/** supervisord.md 2.1 */
const stateCodes: Readonly<Record<State, number>> = {
  STOPPED: 0,
  STARTING: 10,
  RUNNING: 20,
  BACKOFF: 30,
  STOPPING: 40,
  EXITED: 100,
  FATAL: 200,
  UNKNOWN: 1000
}

/** `now` in whole seconds. In the order of the fields. */
export const processInfo = (
  instance: ActualInstance,
  now: number,
  logPath: LogPath
): ProcessInfo => {
  const { process, spec, state } = instance
  const stdout = logPath(spec, "stdout") ?? ""
  const start = startOf(instance)
  const stop = lived(instance) ? seconds(instance.stoppedAt) : 0
  const spawnerr = spawnErrorOf(instance)
  const facts = {
    name: spec.name,
    group: spec.group,
    start,
    stop,
    now,
    state: stateCodes[state],
    statename: state,
    spawnerr,
    exitstatus: exitStatusOf(instance),
    logfile: stdout,
    stdout_logfile: stdout,
    stderr_logfile: logPath(spec, "stderr") ?? "",
    pid: process?.pid ?? 0
  }
  return { ...facts, description: describe(facts) }
}

export const infoStruct = (info: ProcessInfo): ReadonlyMap<string, XmlRpcValue> =>
  new Map<string, XmlRpcValue>(Object.entries(info))

export const describe = (
  info: Pick<ProcessInfo, "name" | "now" | "pid" | "spawnerr" | "start" | "statename" | "stop">
): string => {
  switch (info.statename) {
    case "RUNNING":
      return `pid ${info.pid}, uptime ${uptimeText(info.now - info.start)}`
    case "BACKOFF":
    case "FATAL":
      return info.spawnerr === "" ? `unknown error (try "tail ${info.name}")` : info.spawnerr
    case "STOPPED":
    case "EXITED":
      return info.start === 0 || info.stop === 0 ? "Not started" : localTime(info.stop * 1000)
    case "STARTING":
    case "STOPPING":
    case "UNKNOWN":
      return ""
  }
}

const seconds = (ms: number | null): number => (ms === null ? 0 : Math.floor(ms / 1000))

/** In this run of reeve. */
const lived = ({ starts }: ActualInstance): boolean => starts > 0

/** An attempt without a process counts as a start, too. */
const startOf = (instance: ActualInstance): number => {
  if (lived(instance)) return seconds(instance.startedAt)
  const { since, state } = instance
  return state === "BACKOFF" || state === "FATAL" || state === "STARTING" ? seconds(since) : 0
}

const spawnErrorOf = (instance: ActualInstance): string => {
  const { reason, spawnError, state } = instance
  if (state !== "EXITED" || reason?.kind !== "exited" || reason.expected) return spawnError
  return `Bad exit code ${codeOf(reason.status)}`
}

/** Of the latest life; none while one runs, or where the latest start failed, were it by too quick an end. */
const exitStatusOf = (instance: ActualInstance): number => {
  const { exit, process, spawnError, state } = instance
  if (exit === null || process !== null || !lived(instance)) return 0
  if (state === "STARTING" || state === "RUNNING") return 0
  return spawnError === "" ? codeOf(exit) : 0
}

const codeOf = (status: ExitStatus): number => (status.kind === "code" ? status.code : -1)
