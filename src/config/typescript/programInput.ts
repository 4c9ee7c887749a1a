/**
 * A definition as an author would write it, relative to `supervisordDefaults`: what is the same there is left out. Plain
 * data; a section that keeps some of the defaults is marked, so that it can be written with a spread.
 */
import { dependencyInput } from "../../core/dependency/dependencyInput.ts"
import { socketInput } from "../../core/socketInput.ts"
import { formatByteSize } from "../../domain/ByteSize.ts"
import type { Definition, LogSink, Reload, TaskSettings } from "../../domain/Definition.ts"
import type { ListeningSocket } from "../../domain/ListeningSocket.ts"

import { probeInput } from "./probeInput.ts"

export type Json =
  | string
  | number
  | boolean
  | null
  | ReadonlyArray<Json>
  | { readonly [key: string]: Json }

export type JsonRecord = { readonly [key: string]: Json }

/** The sections of `supervisordDefaults`. */
export type SpreadSection = "start" | "restart" | "stop"

const seconds = (millis: number): string => {
  if (millis % 1000 !== 0) return `${millis}ms`
  return millis === 1000 ? "1 second" : `${millis / 1000} seconds`
}

const defaultSections: Readonly<Record<SpreadSection, JsonRecord>> = {
  start: { auto: true, stableAfter: "1 second", retries: 3 },
  restart: { when: "unexpected", expectedExitCodes: [0], backoff: "supervisord" },
  stop: { signal: "TERM", timeout: "10 seconds", group: "no" }
}

const lifetimeInput = ({ lifetimeVariance, maxLifetimeMs }: Definition["restart"]): JsonRecord =>
  maxLifetimeMs === null
    ? {}
    : { maxLifetime: seconds(maxLifetimeMs), lifetimeVariance: lifetimeVariance }

export const programInput = (definition: Definition): JsonRecord => {
  const { command, directory, logs, restart, start, stop, umask, user } = definition
  const input: Array<readonly [string, Json]> = [["command", command]]
  const add = (key: string, value: Json, isDefault: boolean): void => {
    if (!isDefault) input.push([key, value])
  }
  add("description", definition.description, definition.description === null)
  add("directory", directory, directory === null)
  add("environment", definition.environment, Object.keys(definition.environment).length === 0)
  add("envFile", definition.envFile, definition.envFile.length === 0)
  const inherited = definition.inheritEnvironment
  add("inheritEnvironment", inherited, inherited === "all")
  const shown = definition.showEnvironment
  add("showEnvironment", shown, shown.length === 0)
  add("user", user, user === null)
  add("userEnvironment", definition.userEnvironment, !definition.userEnvironment)
  add("umask", octal(umask), umask === null)
  add("priority", definition.priority, definition.priority === 999)
  const names = Object.keys(definition.dependsOn)
  add("dependsOn", dependsOn(definition, names), names.length === 0)
  const sections = {
    start: { auto: start.auto, stableAfter: seconds(start.stableAfterMs), retries: start.retries },
    restart: {
      when: restart.when,
      expectedExitCodes: restart.expectedExitCodes,
      backoff: backoffInput(restart.backoff),
      ...lifetimeInput(restart)
    },
    stop: {
      signal: stop.signal,
      timeout: seconds(stop.timeoutMs),
      group: stop.group,
      ...(stop.command === null ? {} : { command: stop.command })
    }
  }
  const { task } = definition
  for (const name of ["start", "restart", "stop"] as const) {
    if (task !== null && name !== "stop") continue
    const own = differing(sections[name], defaultSections[name])
    add(name, own, Object.keys(own).length === 0)
  }
  if (task !== null) input.push(...taskInput(definition, task))
  const { liveness, ready } = definition
  if (ready !== null) add("ready", probeInput(ready), false)
  if (liveness !== null) add("liveness", probeInput(liveness), false)
  const hooks = hooksInput(definition.hooks)
  add("hooks", hooks, Object.keys(hooks).length === 0)
  add("watch", definition.watch, definition.watch.length === 0)
  if (definition.reload !== null) add("reload", reloadInput(definition.reload), false)
  const update = updateInput(definition.update)
  add("update", update, Object.keys(update).length === 0)
  add("dieWithSupervisor", definition.dieWithSupervisor, !definition.dieWithSupervisor)
  const sockets = definition.sockets.map(({ at, name }) => [name, socketInput(at)] as const)
  add("sockets", Object.fromEntries(sockets), sockets.length === 0)
  const { fastCgi, listener } = definition
  if (listener !== null) {
    add("events", listener.events, false)
    add("bufferSize", listener.bufferSize, listener.bufferSize === 10)
  }
  if (fastCgi !== null) add("socket", fastCgiInput(fastCgi), false)
  const plain = listener === null && fastCgi === null
  add("stdin", definition.stdin, !plain || definition.stdin === "pipe")
  const output = logsInput(listener === null ? logs : listenerLogs(logs))
  add("logs", output, Object.keys(output).length === 0)
  const limits = limitsInput(definition.limits)
  add("limits", limits, Object.keys(limits).length === 0)
  return Object.fromEntries(input)
}

const taskInput = (
  { restart, start }: Definition,
  { once }: TaskSettings
): ReadonlyArray<readonly [string, Json]> => {
  const { expectedExitCodes: codes } = restart
  const { pace: _pace, resetAfter: _resetAfter, ...schedule } = scheduleInput(restart.backoff)
  const input: Array<readonly [string, Json]> = []
  const add = (key: string, value: Json, isDefault: boolean): void => {
    if (!isDefault) input.push([key, value])
  }
  add("start", { auto: false }, start.auto)
  add("retries", start.retries, start.retries === 0)
  const isUsual = Object.keys(differing(schedule, defaultTaskBackoff)).length === 0
  add("backoff", schedule, isUsual)
  add("expectedExitCodes", codes, codes.length === 1 && codes[0] === 0)
  add("once", true, !once)
  return input
}

const defaultTaskBackoff: JsonRecord = {
  kind: "exponential",
  initial: "1 second",
  factor: 2,
  max: "60 seconds",
  jitter: 0.2
}

const dependsOn = (
  { dependsOn: given }: Definition,
  names: ReadonlyArray<string>
): Readonly<Record<string, Json>> =>
  Object.fromEntries(names.map((name) => [name, dependencyInput(given, name)]))

const hooksInput = (hooks: Definition["hooks"]): JsonRecord =>
  Object.fromEntries(
    Object.entries(hooks).flatMap(([name, hook]) =>
      hook === null
        ? []
        : [[name, { command: hook.command, timeout: seconds(hook.timeoutMs) }] as const]
    )
  )

/** As `files` makes it. */
const reloadInput = ({ on, signal }: Reload): JsonRecord => ({
  signal,
  ...(on.length === 0 ? {} : { on: [{ kind: "files", patterns: on }] })
})

const updateInput = ({
  deadlineMs,
  maxUnavailable,
  minReadyMs,
  rollback,
  strategy
}: Definition["update"]): JsonRecord => ({
  ...(strategy === "restart" ? {} : { strategy }),
  ...(maxUnavailable === null ? {} : { maxUnavailable }),
  ...(minReadyMs === null ? {} : { minReady: seconds(minReadyMs) }),
  ...(deadlineMs === null ? {} : { deadline: seconds(deadlineMs) }),
  ...(rollback ? { rollback } : {})
})

const octal = (umask: number | null): string => (umask ?? 0).toString(8).padStart(3, "0")

const differing = (values: JsonRecord, defaults: JsonRecord): JsonRecord =>
  Object.fromEntries(
    Object.entries(values).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(defaults[key])
    )
  )

/** The word stands for supervisord's own schedule. */
const backoffInput = (backoff: Definition["restart"]["backoff"]): Json => {
  const usual =
    backoff.kind === "linear" &&
    backoff.stepMs === 1000 &&
    backoff.maxMs === null &&
    backoff.jitter === 0 &&
    backoff.resetAfterMs === null &&
    backoff.pace === "starts"
  return usual ? "supervisord" : scheduleInput(backoff)
}

const scheduleInput = (backoff: Definition["restart"]["backoff"]): JsonRecord => {
  const { jitter, maxMs, pace, resetAfterMs } = backoff
  const common = {
    max: maxMs === null ? "none" : seconds(maxMs),
    jitter,
    resetAfter: resetAfterMs === null ? "never" : seconds(resetAfterMs),
    pace
  }
  switch (backoff.kind) {
    case "linear":
      return { kind: "linear", step: seconds(backoff.stepMs), ...common }
    case "exponential": {
      const { factor, initialMs } = backoff
      return { kind: "exponential", initial: seconds(initialMs), factor, ...common }
    }
    case "fixed":
      return { kind: "fixed", delay: seconds(backoff.delayMs), ...common }
    case "sequence":
      return { kind: "sequence", delays: backoff.delaysMs.map(seconds), ...common }
  }
}

const logsInput = ({ stdout, stderr }: Definition["logs"]): JsonRecord => {
  const out = sinkInput(stdout)
  const input: Array<readonly [string, Json]> = []
  if (Object.keys(out).length > 0) input.push(["stdout", out])
  const error = stderr === "stdout" ? stderr : sinkInput(stderr)
  if (typeof error === "string" || Object.keys(error).length > 0) input.push(["stderr", error])
  return Object.fromEntries(input)
}

/** What supervisord passes over for the standard output of a listener, and reeve refuses. */
const listenerLogs = ({ stderr, stdout }: Definition["logs"]): Definition["logs"] => ({
  stdout: { ...stdout, syslog: false, captureMaxBytes: 0, events: false },
  stderr
})

const fastCgiInput = (socket: ListeningSocket): JsonRecord => {
  const backlog: JsonRecord = socket.backlog === null ? {} : { backlog: socket.backlog }
  if (socket.kind === "tcp") return { host: socket.host, port: socket.port, ...backlog }
  return {
    path: socket.path,
    ...(socket.owner === null ? {} : { owner: socket.owner }),
    ...(socket.mode === 0o700 ? {} : { mode: octal(socket.mode & 0o777).padStart(4, "0") }),
    ...backlog
  }
}

const sinkInput = ({
  backups,
  captureMaxBytes,
  events,
  file,
  maxBytes,
  stripAnsi,
  syslog
}: LogSink): JsonRecord =>
  differing(
    {
      file: typeof file === "string" ? file : file.path,
      maxSize: formatByteSize(maxBytes),
      backups,
      syslog,
      stripAnsi,
      capture: formatByteSize(captureMaxBytes),
      events
    },
    defaultSink
  )

const defaultSink: JsonRecord = {
  file: "auto",
  maxSize: "50MB",
  backups: 10,
  syslog: false,
  stripAnsi: false,
  capture: formatByteSize(0),
  events: false
}

const limitsInput = ({ memoryGraceMs, ...limits }: Definition["limits"]): JsonRecord => {
  const set: Array<readonly [string, Json]> = []
  for (const [name, limit] of Object.entries(limits)) {
    if (limit !== null) set.push([name, name === "cpu" ? `${limit} seconds` : limit])
  }
  if ((limits.memory ?? limits.memoryMax) !== null && memoryGraceMs !== 10_000) {
    set.push(["memoryGrace", seconds(memoryGraceMs)])
  }
  return Object.fromEntries(set)
}
