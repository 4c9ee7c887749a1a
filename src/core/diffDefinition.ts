/** Which fields differ between two definitions, as a plan shows them: by the names and in the units that people write. */
import type { Definition, EnvironmentValue, LogSink } from "../domain/Definition.ts"
import type { Hook } from "../domain/Hooks.ts"
import type { FieldChange } from "../domain/Plan.ts"
import { byText } from "./byText.ts"
import { canonicalJson } from "./canonicalJson.ts"
import { type ChangeRule, changeRules } from "./changeClass.ts"
import { holdsCredentials, looksSecret } from "./concealed.ts"
import { dependencyInput } from "./dependency/dependencyInput.ts"
import { probeChanges } from "./probeChanges.ts"
import { renderValue } from "./renderValue.ts"
import { sameCommand } from "./sameCommand.ts"
import { sameMeaning } from "./sameMeaning.ts"
import { socketInput } from "./socketInput.ts"

/**
 * Sorted by path. Secrets, values of variables whose names look like one's, and texts with a password in an address read
 * "changed"; `showEnvironment` names variables that are shown all the same.
 */
export const diffDefinitions = (
  before: Definition,
  after: Definition,
  showEnvironment: ReadonlyArray<string>
): ReadonlyArray<FieldChange> => {
  const changes: Array<FieldChange> = []
  const pathOf = before.task !== null && after.task !== null ? taskPath : authoredPath
  const compare: Compare = (path, old, now) => {
    if (sameMeaning(path, old, now)) return
    const found = changeRules.get(path)
    if (found !== undefined) changes.push(change(found, pathOf(found), old, now))
  }
  for (const path of plainFields) compare(path, at(before, path), at(after, path))
  compareBackoff(before, after, compare)
  compareLogs(before, after, compare)
  compareTasks(before, after, compare)
  compareListeners(before, after, compare)
  compareReload(before, after, compare)
  compareDependencies(before, after, changes)
  changes.push(...probeChanges(before, after))
  compare("fastCgi", socket(before), socket(after))
  changes.push(...socketChanges(before, after))
  compareHooks(before, after, compare)
  compareEnvironment(before, after, showEnvironment, changes)
  return changes.sort((a, b) => byText(a.path, b.path))
}

const authoredPath = ({ authored }: ChangeRule): string => authored

/** Of a task these are written without their sections. */
const taskPath = ({ authored }: ChangeRule): string =>
  authored.replace(/^(?:start|restart)\.(?=retries$|expectedExitCodes$|backoff(?:\.|$))/, "task.")

type Compare = (path: string, old: unknown, now: unknown) => void

/** All but those of which there are several kinds, or whose names are open. */
const plainFields: ReadonlyArray<string> = [...changeRules.keys()].filter(
  (path) =>
    !/^(environment|dependsOn|restart\.backoff|ready|liveness|logs|task|listener|reload|fastCgi|sockets|hooks)\b/.test(
      path
    )
)

const at = (value: unknown, path: string): unknown => {
  let found = value
  for (const name of path.split(".")) {
    if (typeof found !== "object" || found === null) return null
    found = Object.hasOwn(found, name) ? Reflect.get(found, name) : null
  }
  return found
}

const change = (rule: ChangeRule, path: string, old: unknown, now: unknown): FieldChange => {
  const before = renderValue(old, rule.unit)
  const after = renderValue(now, rule.unit)
  const hidden = holdsCredentials(before ?? "") || holdsCredentials(after ?? "")
  return {
    path,
    ...(hidden ? conceal(before, after) : { before, after }),
    hidden,
    class: rule.class
  }
}

const conceal = (before: string | null, after: string | null) => ({
  before: before === null ? null : "changed",
  after: after === null ? null : "changed"
})

/** Another kind of schedule is one change; else each of its numbers is one. */
const compareBackoff = (before: Definition, after: Definition, compare: Compare): void => {
  const old = before.restart.backoff
  const now = after.restart.backoff
  if (old.kind !== now.kind) {
    compare("restart.backoff.kind", schedule(before), schedule(after))
    return
  }
  for (const member of Object.keys({ ...old, ...now })) {
    compare(`restart.backoff.${member}`, at(old, member), at(now, member))
  }
}

/** A schedule as one value, its numbers already in the units that people write. */
const schedule = (definition: Definition): unknown => {
  const { kind, ...members } = definition.restart.backoff
  const shown: Record<string, unknown> = { kind }
  for (const [member, value] of Object.entries(members).sort(byKey)) {
    const rule = changeRules.get(`restart.backoff.${member}`)
    const text = rule === undefined ? null : renderValue(value, rule.unit)
    if (rule === undefined || text === null) continue
    shown[rule.authored.slice("restart.backoff.".length)] = rule.unit === "duration" ? text : value
  }
  return shown
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1

const sinkFields = [
  "maxBytes",
  "backups",
  "syslog",
  "stripAnsi",
  "captureMaxBytes",
  "events"
] as const

const compareSinks = (path: string, old: LogSink, now: LogSink, compare: Compare): void => {
  compare(`${path}.file`, target(old), target(now))
  for (const name of sinkFields) compare(`${path}.${name}`, old[name], now[name])
}

const target = (sink: LogSink): string =>
  typeof sink.file === "string" ? sink.file : sink.file.path

const compareLogs = (before: Definition, after: Definition, compare: Compare): void => {
  compareSinks("logs.stdout", before.logs.stdout, after.logs.stdout, compare)
  const old = before.logs.stderr
  const now = after.logs.stderr
  if (old === "stdout" || now === "stdout") {
    compare("logs.stderr", brief(old), brief(now))
    return
  }
  compareSinks("logs.stderr", old, now, compare)
}

const brief = (stderr: "stdout" | LogSink): unknown =>
  stderr === "stdout" ? stderr : { file: target(stderr) }

/** Becoming a task, or none, is one change beside those of its policy. */
const compareTasks = (before: Definition, after: Definition, compare: Compare): void => {
  const old = before.task
  const now = after.task
  if (old === null || now === null) compare("task", old, now)
  else compare("task.once", old.once, now.once)
}

/** Becoming a listener, or none, is one change; else its numbers and names are. */
const compareListeners = (before: Definition, after: Definition, compare: Compare): void => {
  const old = before.listener
  const now = after.listener
  if (old === null || now === null) {
    compare("listener", old, now)
    return
  }
  compare("listener.events", old.events, now.events)
  compare("listener.bufferSize", old.bufferSize, now.bufferSize)
}

/** Having one, or none, is one change; else its parts are. */
const compareReload = (before: Definition, after: Definition, compare: Compare): void => {
  const old = before.reload
  const now = after.reload
  if (old === null || now === null) {
    compare("reload", old, now)
    return
  }
  compare("reload.signal", old.signal, now.signal)
  compare("reload.on", old.on, now.on)
}

const compareDependencies = (
  before: Definition,
  after: Definition,
  changes: Array<FieldChange>
): void => {
  const rule = changeRules.get("dependsOn.*")
  if (rule === undefined) return
  const names = new Set([...Object.keys(before.dependsOn), ...Object.keys(after.dependsOn)])
  for (const name of names) {
    const old = dependencyInput(before.dependsOn, name)
    const now = dependencyInput(after.dependsOn, name)
    if (canonicalJson(old) === canonicalJson(now)) continue
    changes.push(change(rule, `dependsOn.${name}`, old, now))
  }
}

const compareHooks = (before: Definition, after: Definition, compare: Compare): void => {
  for (const name of ["beforeStart", "afterStart", "beforeStop", "afterStop"] as const) {
    const [old, now] = [before.hooks[name], after.hooks[name]]
    if (old?.timeoutMs === now?.timeoutMs && sameCommand(old?.command, now?.command)) continue
    compare(`hooks.${name}`, hook(old), hook(now))
  }
}

const hook = (given: Hook | null): unknown =>
  given === null
    ? null
    : { command: given.command, timeout: renderValue(given.timeoutMs, "duration") }

/** As it is written in a program file. */
const socket = ({ fastCgi }: Definition): unknown => {
  if (fastCgi === null) return null
  const { kind, ...members } = fastCgi
  const shown = Object.entries(members).filter(([, value]) => value !== null)
  if (kind === "tcp") return Object.fromEntries(shown)
  return { ...Object.fromEntries(shown), mode: fastCgi.mode.toString(8).padStart(4, "0") }
}

/** One for each name; another order is a change too, as it moves descriptors. */
const socketChanges = (before: Definition, after: Definition): ReadonlyArray<FieldChange> => {
  const rule = changeRules.get("sockets")
  if (rule === undefined) return []
  const old = new Map(before.sockets.map(({ name, at: place }) => [name, socketInput(place)]))
  const now = new Map(after.sockets.map(({ name, at: place }) => [name, socketInput(place)]))
  const changed = Array.from(new Set([...old.keys(), ...now.keys()])).filter(
    (name) => canonicalJson(old.get(name) ?? null) !== canonicalJson(now.get(name) ?? null)
  )
  const orders = [[...old.keys()], [...now.keys()]] as const
  if (changed.length === 0 && canonicalJson(orders[0]) !== canonicalJson(orders[1])) {
    return [change(rule, "sockets", ...orders)]
  }
  return changed.map((name) =>
    change(rule, `sockets.${name}`, old.get(name) ?? null, now.get(name) ?? null)
  )
}

const compareEnvironment = (
  before: Definition,
  after: Definition,
  shown: ReadonlyArray<string>,
  changes: Array<FieldChange>
): void => {
  const rule = changeRules.get("environment.*")
  if (rule === undefined) return
  const names = new Set([...Object.keys(before.environment), ...Object.keys(after.environment)])
  for (const name of names) {
    const old = variable(before, name)
    const now = variable(after, name)
    if (canonicalJson(old) === canonicalJson(now)) continue
    const entry = change(rule, `environment.${name}`, old, now)
    const secret = isSecret(old) || isSecret(now) || (looksSecret(name) && !shown.includes(name))
    const hidden = secret || (entry.hidden && !shown.includes(name))
    changes.push({
      ...entry,
      ...(hidden
        ? conceal(renderValue(old, "plain"), renderValue(now, "plain"))
        : { before: renderValue(old, "plain"), after: renderValue(now, "plain") }),
      hidden
    })
  }
}

const variable = (definition: Definition, name: string): EnvironmentValue | null =>
  Object.hasOwn(definition.environment, name) ? (definition.environment[name] ?? null) : null

const isSecret = (value: EnvironmentValue | null): boolean =>
  typeof value === "object" && value !== null
