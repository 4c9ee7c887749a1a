/** Everything about one instance, as `reeve describe` prints it: what it does now, why, and what happens next. */

import { commandText } from "../../core/actionText.ts"
import { awaitedText } from "../../core/dependency/waitingText.ts"
import { exitText } from "../../core/exitText.ts"
import { listenAddressText } from "../../core/listenAddressText.ts"
import { taskText } from "../../core/taskText.ts"
import { formatByteSize } from "../../domain/ByteSize.ts"
import type { Definition, LogSink, TaskSettings } from "../../domain/Definition.ts"
import { formatDuration } from "../../domain/Duration.ts"
import type { Reason } from "../../domain/State.ts"
import type { InstanceStatus } from "../../domain/Status.ts"
import { type Cell, columns } from "./columns.ts"
import { healthRows } from "./health.ts"
import { statusNotes, untilText } from "./status.ts"
import type { Style } from "./style.ts"

export interface DescribeOptions {
  readonly style: Style
  /** Wall clock, milliseconds. */
  readonly now: number
  readonly dateTime: (ms: number) => string
}

export const renderDescribe = (instance: InstanceStatus, options: DescribeOptions): string => {
  const { style } = options
  const rows: ReadonlyArray<readonly [string, string]> = [
    ...stateRows(instance, options),
    ...definitionRows(instance)
  ].filter(([, text]) => text !== "")
  const cells = rows.map(
    ([head, text]): ReadonlyArray<Cell> => [{ text: `  ${head}`, paint: style.dim }, { text }]
  )
  return [style.bold(instance.spec.address), ...columns(cells)].join("\n")
}

const stateRows = (
  instance: InstanceStatus,
  { now, dateTime }: DescribeOptions
): ReadonlyArray<readonly [string, string]> => {
  const moment = (ms: number | null) => (ms === null ? "" : dateTime(ms))
  const { process, nextAttemptAt } = instance
  return [
    ["state", [instance.state, shownText(instance, now)].filter((text) => text !== "").join(", ")],
    ["why", instance.reason === null ? "" : reasonText(instance.reason)],
    ["next try", nextAttemptAt === null ? "" : untilText(nextAttemptAt - now)],
    ["since", moment(instance.since)],
    ...healthRows(instance, now),
    ["notes", statusNotes(instance, { now, dateTime }).join("; ")],
    ["pid", process === null ? "" : String(process.pid)],
    ["started", moment(instance.startedAt)],
    ["stopped", moment(instance.stoppedAt)],
    ["last exit", instance.exit === null ? "" : exitText(instance.exit)],
    ["starts", startsText(instance)],
    ["stdout log", instance.stdoutLog ?? "none"],
    [
      "stderr log",
      instance.spec.definition.logs.stderr === "stdout"
        ? "same as stdout"
        : (instance.stderrLog ?? "none")
    ]
  ]
}

const shownText = (instance: InstanceStatus, now: number): string =>
  taskText(instance, now) ?? instance.description

const startsText = ({ failures, starts }: InstanceStatus): string =>
  failures === 0 ? String(starts) : `${starts}, the latest ${failures} of them failed`

const definitionRows = ({ spec }: InstanceStatus): ReadonlyArray<readonly [string, string]> => {
  const { definition: own } = spec
  return [
    ["program", `${spec.program}, instance ${spec.index}, group ${spec.group}`],
    ["declared", `${spec.source.file}:${spec.source.line}`],
    ["revision", spec.revision],
    ["description", own.description ?? ""],
    ["command", commandText(own.command)],
    ["directory", own.directory ?? ""],
    ["user", own.user ?? ""],
    ["environment", environmentText(own)],
    ["sockets", socketsText(own)],
    ...(own.task === null
      ? ([
          ["start", startText(own)],
          ["restart", restartText(own)]
        ] as const)
      : ([["task", taskRow(own, own.task)]] as const)),
    ["stop", stopRow(own)],
    ["hooks", hooksText(own)],
    ["watch", own.watch.join(" ")],
    ["reload", reloadText(own)],
    ["stdout", sinkText(own.logs.stdout)],
    ["stderr", own.logs.stderr === "stdout" ? "" : sinkText(own.logs.stderr)],
    ["priority", String(own.priority)]
  ]
}

const taskRow = ({ restart, start }: Definition, { once }: TaskSettings): string =>
  [
    start.auto ? `runs with reeve${once ? ", once" : ""}` : "runs by hand only",
    `completed with exit status ${restart.expectedExitCodes.join(" or ")}`,
    `retries: ${start.retries}`
  ].join(", ")

const stopRow = ({ stop }: Definition): string => {
  const first = stop.command === null ? stop.signal : commandText(stop.command)
  return `${first}, KILL after ${formatDuration(stop.timeoutMs)}, group: ${stop.group}`
}

const reloadText = ({ reload }: Definition): string => {
  if (reload === null) return ""
  return reload.on.length === 0
    ? `${reload.signal}, by hand`
    : `${reload.signal}, when ${reload.on.join(" ")} changes`
}

const hooksText = ({ hooks }: Definition): string =>
  Object.entries(hooks)
    .flatMap(([name, hook]) =>
      hook === null
        ? []
        : [`${name}: ${commandText(hook.command)} (${formatDuration(hook.timeoutMs)} at most)`]
    )
    .join("; ")

export const reasonText = (reason: Reason): string => {
  switch (reason.kind) {
    case "neverStarted":
      return "never started"
    case "exited":
      return `${exitText(reason.status)}, ${reason.expected ? "expected" : "not expected"}`
    case "startFailed":
      return reason.text
    case "gaveUp":
      return `gave up after ${reason.attempts} ${reason.attempts === 1 ? "attempt" : "attempts"}: ${reason.text}`
    case "operator":
      return `by hand (${reason.who})`
    case "plan":
      return planReasons.get(reason.text) ?? reason.text
    case "shutdown":
      return "reeve was stopped"
    case "recycled":
      return `ran as long as it may (${formatDuration(reason.maxLifetimeMs)})`
    case "followed":
      return `${reason.on} got a new process`
    case "waiting":
      return `waits for ${awaitedText(reason.on)}`
    case "unhealthy":
      return reason.during === "run" ? `not alive any more: ${reason.text}` : reason.text
    case "fileChanged":
      return `${reason.path} changed`
    case "signalFailed":
      return reason.text
  }
}

/** Kinds of causes, as people say them. */
const planReasons: ReadonlyMap<string, string> = new Map([
  ["fields", "its definition changed"],
  ["removed", "no longer declared"],
  ["scaled", "another number of instances"],
  ["firstStart", "first start"]
])

const environmentText = ({ environment }: Definition): string =>
  Object.entries(environment)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : "(secret)"}`)
    .join(" ")

const socketsText = ({ sockets }: Definition): string =>
  sockets.map(({ at, name }) => `${name} ${listenAddressText(at)}`).join(", ")

const startText = ({ start }: Definition): string =>
  [
    start.auto ? "with reeve" : "by hand only",
    `RUNNING after ${formatDuration(start.stableAfterMs)}`,
    `retries: ${start.retries}`
  ].join(", ")

const restartText = ({ restart }: Definition): string => {
  const when =
    restart.when === "unexpected"
      ? `unless it exits with ${restart.expectedExitCodes.join(", ")}`
      : restart.when
  const { backoff, maxLifetimeMs } = restart
  const lifetime =
    maxLifetimeMs === null ? "" : `; a new process after ${formatDuration(maxLifetimeMs)}`
  return `${when}; ${backoff.kind} backoff${lifetime}`
}

const sinkText = (sink: LogSink): string =>
  sink.file === "none"
    ? "kept in no file"
    : `${sink.maxBytes === 0 ? "never rotated" : `rotated at ${formatByteSize(sink.maxBytes)}, ${sink.backups} kept`}`
