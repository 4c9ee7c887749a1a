import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { ExplainedField } from "../../src/core/explainedFields.ts"

/** Which interface documents the fields below which path. */
export const interfaces: ReadonlyArray<readonly [file: string, name: string, path: string]> = [
  ["ProgramInput", "ProgramInput", ""],
  ["DependencyInput", "DependencyInput", "dependsOn.*."],
  ["ProgramInput", "StartInput", "start."],
  ["ProgramInput", "RestartInput", "restart."],
  ["ProgramInput", "StopInput", "stop."],
  ["HooksInput", "HooksInput", "hooks."],
  ["BackoffInput", "SizeOptions", "restart.backoff."],
  ["ReloadInput", "ReloadInput", "reload."],
  ["SocketsInput", "SocketInput", "sockets.*."],
  ["UpdateInput", "UpdateInput", "update."],
  ["BackoffInput", "BackoffOptions", "restart.backoff."],
  ["BackoffInput", "ExponentialBackoff", "restart.backoff."],
  ["BackoffInput", "LinearBackoff", "restart.backoff."],
  ["BackoffInput", "FixedBackoff", "restart.backoff."],
  ["BackoffInput", "SequenceBackoff", "restart.backoff."],
  ...["ready.", "liveness."].flatMap((path) =>
    ["ProbeOptions", "HttpOptions", "HttpProbe", "TcpProbe", "ExecProbe"].map(
      (name) => ["ProbeInput", name, path] as const
    )
  ),
  ["ProbeInput", "ReadyOptions", "ready."],
  ["ProbeInput", "WithinOption", "ready."],
  ["ProbeInput", "LogLineProbe", "ready."],
  ["ProbeInput", "NotifyProbe", "ready."],
  ["ProbeInput", "WatchdogProbe", "liveness."],
  ["LogsInput", "LogsInput", "logs."],
  ["LogsInput", "LogSinkInput", "logs.stdout."],
  ["LogsInput", "LogSinkInput", "logs.stderr."],
  ["LimitsInput", "LimitsInput", "limits."],
  ["TaskInput", "TaskInput", "task."],
  ["BackoffInput", "SizeOptions", "task.backoff."],
  ["BackoffInput", "ExponentialBackoff", "task.backoff."],
  ["BackoffInput", "LinearBackoff", "task.backoff."],
  ["BackoffInput", "FixedBackoff", "task.backoff."],
  ["BackoffInput", "SequenceBackoff", "task.backoff."],
  ["ListenerInput", "ListenerInput", "listener."],
  ["FastCgiInput", "FastCgiInput", "fastCgi."],
  ["FastCgiInput", "UnixSocketInput", "fastCgi.socket."],
  ["FastCgiInput", "TcpSocketInput", "fastCgi.socket."],
  ["GroupInput", "GroupInput", "group."],
  ["SupervisorInput", "SupervisorInput", "supervisor."],
  ["SupervisorInput", "SupervisorLogInput", "supervisor.log."]
]

/** The comment that a field's type carries: what the schema says of it, in one paragraph and one line of facts. */
export const commentOf = (field: ExplainedField): string => {
  const keys = field.supervisord.map((key) => key.replace(/^std(out|err)_/, "std…_"))
  const facts = [
    keys.length === 0 ? "" : `supervisord: ${keys.join(", ")}.`,
    field.default === null ? "Required." : `Default: ${field.default}.`,
    `Change class: ${field.class}.`
  ]
  return `${field.doc} ${facts.filter((fact) => fact !== "").join(" ")}`
}

/** The comments of an interface's members by name, as plain text. */
export const commentsOf = (file: string, name: string): ReadonlyMap<string, string> => {
  const path = fileURLToPath(new URL(`../../src/domain/authoring/${file}.ts`, import.meta.url))
  const text = readFileSync(path, "utf8")
  const start = text.indexOf(`export interface ${name} `)
  const body = text.slice(start, text.indexOf("\n}", start))
  const found = new Map<string, string>()
  for (const [, comment = "", member = ""] of body.matchAll(
    /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^ {2}readonly (\w+)\??:/gm
  )) {
    found.set(member, comment.replace(/\s*\n\s*\*?\s*/g, " ").trim())
  }
  return found
}
