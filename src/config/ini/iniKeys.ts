/** One definition as supervisord's keys with their values as they are meant, before expressions are put in. */
import { canonicalJson } from "../../core/canonicalJson.ts"
import { quoteWords } from "../../core/shellWords.ts"
import type { Definition, ListenerSettings, LogSink } from "../../domain/Definition.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import type { ListeningSocket } from "../../domain/ListeningSocket.ts"
import { signalNumber } from "../../domain/Signal.ts"
import { usualUpdate } from "../../domain/Update.ts"

export interface IniKeys {
  readonly values: ReadonlyMap<string, string>
  readonly environment: ReadonlyMap<string, string>
  /** What ini has no word for. */
  readonly lost: ReadonlyArray<string>
}

/** supervisord's defaults; a key with its default is left out. */
const defaults: ReadonlyMap<string, string> = new Map([
  ["priority", "999"],
  ["autostart", "true"],
  ["autorestart", "unexpected"],
  ["startsecs", "1"],
  ["startretries", "3"],
  ["exitcodes", "0"],
  ["stopsignal", "TERM"],
  ["stopwaitsecs", "10"]
])

export const iniKeys = ({
  definition,
  groupPriority
}: Pick<InstanceSpec, "definition" | "groupPriority">): IniKeys => {
  const lost: Array<string> = []
  const { command, directory, logs, restart, start, stop, umask, user } = definition
  const values = new Map<string, string>()
  values.set("command", typeof command === "string" ? command : quoteWords(command))
  if (directory !== null) values.set("directory", directory)
  const set = (key: string, value: string): void => {
    if (defaults.get(key) !== value) values.set(key, value)
  }
  if (definition.listener === null) set("priority", String(definition.priority))
  // The pool has its own default, so that the priority is left out only where both have theirs.
  else if (definition.priority !== 999 || groupPriority !== -1) {
    values.set("priority", String(definition.priority))
  }
  set("autostart", String(start.auto))
  set("autorestart", restartWords[restart.when])
  set("startsecs", seconds(start.stableAfterMs, "start.stableAfter", lost))
  if (start.retries === "unlimited") lost.push("start.retries (unlimited)")
  else set("startretries", String(start.retries))
  set("exitcodes", restart.expectedExitCodes.join(","))
  set("stopsignal", signalWord(stop.signal, lost))
  set("stopwaitsecs", seconds(stop.timeoutMs, "stop.timeout", lost))
  if (stop.group === "all") values.set("stopasgroup", "true")
  if (stop.group === "kill") values.set("killasgroup", "true")
  if (user !== null) values.set("user", user)
  if (umask !== null) values.set("umask", umask.toString(8).padStart(3, "0"))
  setSink(values, "stdout", logs.stdout)
  if (logs.stderr === "stdout") values.set("redirect_stderr", "true")
  else setSink(values, "stderr", logs.stderr)
  if (definition.listener !== null) setListener(values, definition.listener)
  if (definition.fastCgi !== null) setSocket(values, definition.fastCgi)
  lost.push(...beyondIni(definition))
  return { values, environment: environmentOf(definition, lost), lost }
}

const restartWords = { always: "true", unexpected: "unexpected", never: "false" } as const

const seconds = (millis: number, field: string, lost: Array<string>): string => {
  if (millis % 1000 !== 0) lost.push(`${field} (${millis} ms, written as whole seconds)`)
  return String(Math.ceil(millis / 1000))
}

/** supervisord knows no names between RTMIN and RTMAX, and no such numbers. */
const signalWord = (signal: string, lost: Array<string>): string => {
  const number = signalNumber(signal) ?? 15
  if ((number > 34 && number < 64) || number === 32 || number === 33) {
    lost.push(`stop.signal (${signal}, written as TERM)`)
    return "TERM"
  }
  return signal
}

const setSink = (values: Map<string, string>, stream: string, sink: LogSink): void => {
  const { backups, captureMaxBytes, events, file, maxBytes, syslog } = sink
  if (file === "none") values.set(`${stream}_logfile`, "NONE")
  else if (file !== "auto") values.set(`${stream}_logfile`, file.path)
  if (maxBytes !== 50 * 1024 ** 2) values.set(`${stream}_logfile_maxbytes`, size(maxBytes))
  if (backups !== 10) values.set(`${stream}_logfile_backups`, String(backups))
  if (syslog) values.set(`${stream}_syslog`, "true")
  if (captureMaxBytes !== 0) values.set(`${stream}_capture_maxbytes`, size(captureMaxBytes))
  if (events) values.set(`${stream}_events_enabled`, "true")
}

const setListener = (
  values: Map<string, string>,
  { bufferSize, events }: ListenerSettings
): void => {
  values.set("events", events.join(","))
  if (bufferSize !== 10) values.set("buffer_size", String(bufferSize))
}

const setSocket = (values: Map<string, string>, socket: ListeningSocket): void => {
  if (socket.kind === "tcp") values.set("socket", `tcp://${socket.host}:${socket.port}`)
  else {
    values.set("socket", `unix://${socket.path}`)
    if (socket.owner !== null) values.set("socket_owner", socket.owner)
    if (socket.mode !== 0o700) values.set("socket_mode", socket.mode.toString(8).padStart(4, "0"))
  }
  if (socket.backlog !== null) values.set("socket_backlog", String(socket.backlog))
}

const size = (bytes: number): string => {
  const units = [
    ["GB", 1024 ** 3],
    ["MB", 1024 ** 2],
    ["KB", 1024]
  ] as const
  const found = bytes === 0 ? undefined : units.find(([, unit]) => bytes % unit === 0)
  return found === undefined ? String(bytes) : `${bytes / found[1]}${found[0]}`
}

const environmentOf = (
  { environment }: Definition,
  lost: Array<string>
): ReadonlyMap<string, string> => {
  const values = new Map<string, string>()
  for (const [name, value] of Object.entries(environment)) {
    if (typeof value === "string") values.set(name, value)
    else lost.push(`environment.${name} (a secret)`)
  }
  return values
}

const beyondIni = (definition: Definition): ReadonlyArray<string> => {
  const { backoff } = definition.restart
  const supervisords =
    backoff.kind === "linear" &&
    backoff.stepMs === 1000 &&
    backoff.maxMs === null &&
    backoff.jitter === 0 &&
    backoff.resetAfterMs === null &&
    backoff.pace === "starts"
  const { task } = definition
  const differs: ReadonlyArray<readonly [string, boolean]> = [
    ["that it is a task (there it is a program that ends)", task !== null],
    ["task.once", task?.once === true],
    ["description", definition.description !== null],
    ["envFile", definition.envFile.length > 0],
    ["dependsOn", Object.keys(definition.dependsOn).length > 0],
    [
      "inheritEnvironment (ini programs get the whole one)",
      definition.inheritEnvironment !== "all"
    ],
    ["userEnvironment", definition.userEnvironment],
    [
      "stdin (ini programs have a pipe)",
      definition.fastCgi === null && definition.stdin !== "pipe"
    ],
    [
      "fastCgi.socket.host (with a colon or blanks in it)",
      definition.fastCgi?.kind === "tcp" && /[\s:]/.test(definition.fastCgi.host)
    ],
    [task === null ? "restart.backoff" : "task.backoff", !supervisords],
    ["restart.maxLifetime", definition.restart.maxLifetimeMs !== null],
    ["ready", definition.ready !== null],
    ["liveness", definition.liveness !== null],
    ["update", canonicalJson(definition.update) !== canonicalJson(usualUpdate)],
    ["dieWithSupervisor", definition.dieWithSupervisor],
    ["sockets", definition.sockets.length > 0],
    ["stop.command", definition.stop.command !== null],
    ...Object.entries(definition.hooks).map(
      ([name, hook]) => [`hooks.${name}`, hook !== null] as const
    ),
    ["watch", definition.watch.length > 0],
    ["reload", definition.reload !== null],
    ...Object.entries(definition.limits).map(
      ([name, limit]) => [`limits.${name}`, name !== "memoryGraceMs" && limit !== null] as const
    )
  ]
  return differs.flatMap(([field, isLost]) => (isLost ? [field] : []))
}
