/**
 * From a checked program to the canonical definition of one of its instances: defaults are filled in, markers become values,
 * relative paths start at the directory of the defining file, durations become milliseconds and sizes bytes.
 */
import * as Result from "effect/Result"
import { variableFault } from "../domain/authoring/FieldValue.ts"
import type { Runnable } from "../domain/authoring/Runnable.ts"
import { parseByteSize } from "../domain/ByteSize.ts"
import type { Definition, EnvironmentValue, Limits, LogSink } from "../domain/Definition.ts"
import { parseDuration } from "../domain/Duration.ts"
import type { CommandWords } from "../domain/Hooks.ts"
import { signalName, signalNumber } from "../domain/Signal.ts"
import { expandBackoff } from "./expandBackoff.ts"
import { expandDependencies } from "./expandDependencies.ts"
import { expandHooks } from "./expandHooks.ts"
import { expandLiveness, expandReady, type ProbeExpansion } from "./expandProbes.ts"
import { expandSocket } from "./expandSocket.ts"
import { expandSockets } from "./expandSockets.ts"
import { expandTask } from "./expandTask.ts"
import { expandUpdate } from "./expandUpdate.ts"
import { fillMarkers, mayHoldMarker } from "./fillMarkers.ts"
import { literalGlob } from "./literalGlob.ts"
import { resolvePath } from "./resolvePath.ts"
import { type Finding, finding, type Path } from "./schemaFindings.ts"
import { shellWords } from "./shellWords.ts"

/** One instance in the making: what it needs to know, and what it found. */
export interface Expansion {
  /** Of the defining file. */
  readonly directory: string
  readonly index: number
  readonly findings: Array<Finding>
  /** Whether any text held a marker: without one, all instances have the same definition. */
  varies: boolean
}

export const expandDefinition = (program: Runnable, at: Expansion): Definition => ({
  description:
    program.description === undefined ? null : fill(at, program.description, ["description"]),
  command: command(at, program.command, ["command"]),
  directory: program.directory === undefined ? null : path(at, program.directory, ["directory"]),
  environment: environment(program, at),
  envFile: envFiles(program, at),
  inheritEnvironment: program.inheritEnvironment ?? [],
  showEnvironment: program.showEnvironment ?? [],
  user: program.user === undefined ? null : String(program.user),
  userEnvironment: program.userEnvironment ?? program.user !== undefined,
  umask: program.umask === undefined ? null : Number.parseInt(program.umask, 8),
  priority: program.priority ?? 999,
  dependsOn: expandDependencies(program.dependsOn),
  stdin: program.events === undefined ? stdin(program, at) : "pipe",
  ...(program.task === undefined ? ongoing(program, at) : expandTask(program, program.task)),
  stop: stop(program, at),
  ready: expandReady(program.ready, probing(at)),
  liveness: expandLiveness(program.liveness, probing(at)),
  hooks: expandHooks(program.hooks, (words, where) => command(at, words, where)),
  watch: (program.watch ?? []).map((pattern, position) =>
    watched(at, pattern, ["watch", position])
  ),
  reload: reload(program, at),
  update: expandUpdate(program.update),
  dieWithSupervisor: program.dieWithSupervisor ?? false,
  logs: {
    stdout: sink(at, program.logs?.stdout, "stdout"),
    stderr: program.logs?.stderr === "stdout" ? "stdout" : sink(at, program.logs?.stderr, "stderr")
  },
  limits: { ...limits(program), ...memory(program, at) },
  listener:
    program.events === undefined
      ? null
      : { events: [...new Set(program.events)], bufferSize: program.bufferSize ?? 10 },
  fastCgi:
    program.socket === undefined
      ? null
      : expandSocket(program.socket, (text, where) => path(at, text, where), at.findings),
  sockets: expandSockets(program.sockets, {
    resolve: (text) => resolvePath(at.directory, text),
    findings: at.findings,
    environment: Object.keys(program.environment ?? {}),
    readyFd: program.ready?.kind === "notify" ? (program.ready.fd ?? null) : null
  })
})

const probing = (at: Expansion): ProbeExpansion => ({
  directory: at.directory,
  findings: at.findings,
  fill: (text, where) => fill(at, text, where)
})

/** Replaces markers; the path is where the text stands. */
export const fill = (at: Expansion, text: string, where: Path): string => {
  if (!mayHoldMarker(text)) return text
  const filled = fillMarkers(text, at.index)
  if (filled.kind === "fault") {
    at.findings.push(finding(where, filled.message))
    at.varies = true
    return text
  }
  if (filled.text !== text) at.varies = true
  return filled.text
}

const path = (at: Expansion, text: string, where: Path): string =>
  resolvePath(at.directory, fill(at, text, where))

const command = (at: Expansion, given: Runnable["command"], where: Path): CommandWords => {
  if (typeof given === "string") {
    const text = fill(at, given, where)
    const words = shellWords(text)
    if (Result.isFailure(words)) {
      const rest = `${JSON.stringify(text)} cannot be split into words: ${words.failure}`
      at.findings.push(finding(where, rest, "write it as an array of words"))
    } else if (words.success.length === 0 || words.success[0] === "") emptyCommand(at, where)
    return text
  }
  if (given[0] === "") emptyCommand(at, where)
  return given.map((word, position) => fill(at, word, [...where, position]))
}

const emptyCommand = (at: Expansion, where: Path): void => {
  at.findings.push(finding(where, "names no program; its first word is empty"))
}

/** PATH_MAX of Linux. */
const longestPattern = 4_096

/** The pattern's own special characters keep their meaning; those of the directory have none. */
const watched = (at: Expansion, pattern: string, where: Path): string => {
  const text = fill(at, pattern, where)
  const isLeftOut = text.startsWith("!")
  const bare = isLeftOut ? text.slice(1) : text
  if (bare === "") at.findings.push(finding(where, "names no file"))
  if (bare.length > longestPattern) at.findings.push(finding(where, "is longer than any path"))
  return `${isLeftOut ? "!" : ""}${resolvePath(literalGlob(at.directory), bare)}`
}

const reload = ({ reload: given }: Runnable, at: Expansion): Definition["reload"] => {
  if (given === undefined) return null
  const on = (given.on ?? []).flatMap(({ patterns }, position) =>
    patterns.map((pattern, nth) =>
      watched(at, pattern, ["reload", "on", position, "patterns", nth])
    )
  )
  return { signal: signalName(signalNumber(given.signal ?? "HUP") ?? 1), on }
}

const environment = (program: Runnable, at: Expansion): Definition["environment"] => {
  if (program.environment === undefined) return {}
  const entries: Array<[string, EnvironmentValue]> = []
  for (const [name, value] of Object.entries(program.environment)) {
    const where = ["environment", name]
    const fault = variableFault(name)
    if (fault !== null) at.findings.push(finding(where, fault))
    if (typeof value === "string") entries.push([name, fill(at, value, where)])
    else if (value.secret === "env") entries.push([name, { secret: "env", name: value.name }])
    else entries.push([name, { secret: "file", path: path(at, value.path, [...where, "path"]) }])
  }
  return Object.fromEntries(entries)
}

const envFiles = (program: Runnable, at: Expansion): ReadonlyArray<string> => {
  if (program.envFile === undefined) return []
  if (typeof program.envFile === "string") return [path(at, program.envFile, ["envFile"])]
  return program.envFile.map((file, position) => path(at, file, ["envFile", position]))
}

const stdin = ({ stdin: given }: Runnable, at: Expansion): Definition["stdin"] =>
  typeof given === "object" ? { file: path(at, given.file, ["stdin", "file"]) } : (given ?? "null")

const millis = (text: string): number => parseDuration(text) ?? 0

/** How what is no task is started and started again. */
const ongoing = (
  program: Runnable,
  at: Expansion
): Pick<Definition, "restart" | "start" | "task"> => ({
  start: start(program),
  restart: {
    when: program.restart?.when ?? "unexpected",
    expectedExitCodes: program.restart?.expectedExitCodes ?? [0],
    backoff: expandBackoff(program.restart?.backoff),
    ...lifetime(program, at)
  },
  task: null
})

const start = ({ start: given, restart }: Runnable): Definition["start"] => ({
  auto: given?.auto ?? true,
  // What runs once and ends at once has not failed to start.
  stableAfterMs: millis(given?.stableAfter ?? (restart?.when === "never" ? "0s" : "1s")),
  retries: given?.retries ?? "unlimited"
})

const shortestLifetimeMs = 1_000

const lifetime = (
  { restart }: Runnable,
  at: Expansion
): Pick<Definition["restart"], "maxLifetimeMs" | "lifetimeVariance"> => {
  const given = restart?.maxLifetime
  const maxLifetimeMs = given === undefined ? null : millis(given)
  if (maxLifetimeMs !== null && maxLifetimeMs < shortestLifetimeMs) {
    const where = ["restart", "maxLifetime"]
    at.findings.push(finding(where, `expected a duration of at least a second, found "${given}"`))
  }
  return { maxLifetimeMs, lifetimeVariance: restart?.lifetimeVariance ?? 0.1 }
}

const stop = ({ stop: given }: Runnable, at: Expansion): Definition["stop"] => ({
  signal: signalName(signalNumber(given?.signal ?? "TERM") ?? 15),
  timeoutMs: millis(given?.timeout ?? "10s"),
  group: given?.group ?? "all",
  command: given?.command === undefined ? null : command(at, given.command, ["stop", "command"])
})

type SinkChecked = NonNullable<NonNullable<Runnable["logs"]>["stdout"]>

const sink = (
  at: Expansion,
  given: SinkChecked | undefined,
  stream: "stdout" | "stderr"
): LogSink => {
  const file = given?.file ?? "auto"
  return {
    file:
      file === "auto" || file === "none"
        ? file
        : { path: path(at, file, ["logs", stream, "file"]) },
    maxBytes: parseByteSize(given?.maxSize ?? "50MB") ?? 0,
    backups: given?.backups ?? 10,
    syslog: given?.syslog ?? false,
    stripAnsi: given?.stripAnsi ?? false,
    captureMaxBytes: parseByteSize(given?.capture ?? 0) ?? 0,
    events: given?.events ?? false
  }
}

const size = (given: string | number | undefined): number | null =>
  given === undefined ? null : parseByteSize(given)

/** Below that nothing runs for long, and a size without its unit is likelier than a program so small. */
const leastMemory = 1024 ** 2

type MemoryLimits = Pick<Limits, "memory" | "memoryGraceMs" | "memoryMax">

const memory = ({ limits: given }: Runnable, at: Expansion): MemoryLimits => {
  const bytes = size(given?.memory)
  const most = size(given?.memoryMax)
  for (const field of ["memory", "memoryMax"] as const) {
    const found = size(given?.[field])
    if (found === null || found >= leastMemory) continue
    const text = `expected at least 1MB, found ${JSON.stringify(given?.[field])}`
    at.findings.push(finding(["limits", field], text))
  }
  if (bytes !== null && most !== null && most < bytes) {
    const found = JSON.stringify(given?.memoryMax)
    const text = `expected no less than limits.memory, which would never be reached; found ${found}`
    at.findings.push(finding(["limits", "memoryMax"], text))
  }
  return { memory: bytes, memoryGraceMs: millis(given?.memoryGrace ?? "10s"), memoryMax: most }
}

const limits = ({ limits: given }: Runnable): Omit<Limits, keyof MemoryLimits> => ({
  openFiles: given?.openFiles ?? null,
  processes: given?.processes ?? null,
  coreSize: size(given?.coreSize),
  fileSize: size(given?.fileSize),
  addressSpace: size(given?.addressSpace),
  stack: size(given?.stack),
  lockedMemory: size(given?.lockedMemory),
  cpu: given?.cpu === undefined ? null : millis(given.cpu) / 1000,
  nice: given?.nice ?? null,
  oomScoreAdjust: given?.oomScoreAdjust ?? null,
  cpus: given?.cpus ?? null,
  tasks: given?.tasks ?? null
})
