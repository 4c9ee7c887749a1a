/** One program as the argument of `defineProgram`. */

import * as Result from "effect/Result"
import { instancePattern } from "../../core/instancePattern.ts"
import { shellWords } from "../../core/shellWords.ts"
import type { Definition } from "../../domain/Definition.ts"
import type { Program } from "../../domain/Desired.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import { longestDurationMs } from "../../domain/limits.ts"
import type { Code } from "./Code.ts"
import { mergeInputs } from "./mergeInputs.ts"
import { type Json, programInput } from "./programInput.ts"

export interface ProgramCode {
  readonly call: "defineProgram" | "defineTask" | "defineListener" | "defineFastCgi"
  readonly code: Code
  /** What could not be written as it was. */
  readonly notes: ReadonlyArray<string>
}

type Entry = readonly [string, Code]

/** `name` is the one that the program gets; its instances keep theirs. */
export const programCode = (program: Program, name: string, grouped: boolean): ProgramCode => {
  const instances = program.instances.toSorted((a, b) => a.index - b.index)
  const notes = notesOf(program, instances)
  const indexes = instances.map((_instance, position) => firstIndex(instances) + position)
  const head: ReadonlyArray<Entry> = [
    ["name", text(name)],
    ...instanceEntries(instances, indexes, name, grouped)
  ]
  const [first] = instances
  if (first === undefined) {
    const code = record([...head, ["command", text("/bin/true")]])
    return { call: "defineProgram", code, notes }
  }
  const inputs = instances.map(({ definition }) => programInput(definition))
  const { common, own: differing } = mergeInputs(inputs, indexes, [], toCode)
  const shared = common?.kind === "record" ? common.entries : []
  // A command is required of the whole, even where each instance has its own.
  const command: ReadonlyArray<Entry> = shared.some(([key]) => key === "command")
    ? []
    : [["command", toCode(first.definition.command, [])]]
  const single = differing.some((one) => one !== null)
    ? [
        [
          "perInstance",
          { kind: "list", items: differing.map((one) => one ?? plain("null")) }
        ] as const
      ]
    : []
  const { fastCgi, listener, task } = first.definition
  const written = [...command, ...shared]
  const entries = task === null ? written.map(withSpread) : written.map(withStopSpread)
  const protect: ReadonlyArray<Entry> = first.protect ? [["protect", plain("true")]] : []
  if (listener === null && fastCgi === null && task === null) {
    const code = record([...head, ...entries, ...single, ...protect])
    return { call: "defineProgram", code, notes }
  }
  const own = withPolicy(entries, first)
  const code: Code = {
    kind: "record",
    spread: null,
    entries: [...head, ...own, ...single, ...protect]
  }
  return { call: callOf(first.definition), code, notes }
}

const callOf = ({ listener, task }: Definition): ProgramCode["call"] => {
  if (task !== null) return "defineTask"
  return listener === null ? "defineFastCgi" : "defineListener"
}

/**
 * What `supervisordDefaults` gives a program, one by one: it has a standard input, which these have not, and a priority, which
 * would become that of a listener's group.
 */
const withPolicy = (
  entries: ReadonlyArray<Entry>,
  { definition, groupPriority }: InstanceSpec
): ReadonlyArray<Entry> => {
  const named = new Set(entries.map(([key]) => key))
  const pool = definition.listener !== null
  const usual = definition.priority === 999 && (!pool || groupPriority === -1)
  const all: ReadonlyArray<Entry> = [
    ...entries,
    ...(usual ? [] : [["priority", plain(String(definition.priority))] as const]),
    ...(definition.task === null ? policies : policies.slice(2)).map(
      (key): Entry => [key, plain(`supervisordDefaults.${key}`)]
    )
  ]
  return all.filter(([key], position) => position < entries.length || !named.has(key))
}

/** Of the first two a task has none. */
const policies = ["start", "restart", "stop", "inheritEnvironment", "userEnvironment"]

const firstIndex = (instances: ReadonlyArray<InstanceSpec>): number =>
  Math.max(0, instances[0]?.index ?? 0)

const instanceEntries = (
  instances: ReadonlyArray<InstanceSpec>,
  indexes: ReadonlyArray<number>,
  name: string,
  grouped: boolean
): ReadonlyArray<Entry> => {
  const entries: Array<Entry> = []
  if (instances.length !== 1) entries.push(["instances", plain(String(instances.length))])
  const start = firstIndex(instances)
  if (start !== 0) entries.push(["instanceIndexStart", plain(String(start))])
  const given = instances.map((instance) => instance.name)
  const usual = (index: number): string => {
    if (given.length === 1) return name
    return grouped ? `${name}:${index}` : String(index)
  }
  if (given.every((own, position) => own === usual(indexes[position] ?? 0))) return entries
  const pattern = instancePattern(given, indexes)
  const isPattern = pattern?.some((part) => typeof part !== "string") === true
  entries.push([
    "instanceNames",
    isPattern ? { kind: "text", parts: pattern } : { kind: "list", items: given.map(text) }
  ])
  return entries
}

const text = (value: string): Code => ({ kind: "text", parts: [value] })
const plain = (code: string): Code => ({ kind: "plain", code })
const record = (entries: ReadonlyArray<Entry>): Code => ({
  kind: "record",
  spread: "supervisordDefaults",
  entries
})

const defaultBackoff = plain("supervisordDefaults.restart.backoff")

const toCode = (value: Json, path: ReadonlyArray<string>): Code => {
  if (typeof value === "string") {
    const backoff = path.length === 2 && path[0] === "restart" && path[1] === "backoff"
    return backoff && value === "supervisord" ? defaultBackoff : text(value)
  }
  if (value === null || typeof value !== "object") return plain(JSON.stringify(value))
  if (Array.isArray(value)) {
    return { kind: "list", items: value.map((item: Json) => toCode(item, [...path, ""])) }
  }
  const entries = Object.entries(value).map(
    ([key, member]) => [key, toCode(member, [...path, key])] as const
  )
  return { kind: "record", spread: null, entries }
}

/** What a section of these leaves out is as in supervisord, not as in TypeScript. */
const complete: ReadonlyMap<string, number> = new Map([
  ["start", 3],
  ["restart", 3],
  ["stop", 3]
])

const withSpread = ([key, code]: Entry): Entry => {
  const size = complete.get(key)
  if (size === undefined || code.kind !== "record" || code.entries.length === size) {
    return [key, code]
  }
  return [key, { ...code, spread: `supervisordDefaults.${key}` }]
}

/** What a task has in its section `start` is complete. */
const withStopSpread = (entry: Entry): Entry => (entry[0] === "start" ? entry : withSpread(entry))

const notesOf = (
  program: Program,
  instances: ReadonlyArray<InstanceSpec>
): ReadonlyArray<string> => {
  const notes: Array<string> = []
  const indexes = instances.map(({ index }) => index)
  const start = firstIndex(instances)
  if (indexes.some((index, position) => index !== start + position)) {
    notes.push(`The processes were numbered ${indexes.join(", ")} in ${program.name}.`)
  }
  const definitions = instances.map(({ definition }) => definition)
  if (definitions.some(({ directory }) => directory === "")) {
    notes.push("Its directory was empty, which is an error at the start of a process.")
  }
  for (const { command } of definitions.slice(0, 1)) {
    const words = typeof command === "string" ? shellWords(command) : Result.succeed(command)
    if (Result.isFailure(words)) notes.push(`Its command cannot be split: ${words.failure}.`)
    else if (words.success.length === 0) notes.push("Its command is empty.")
  }
  const longest = Math.max(
    0,
    ...definitions.flatMap(({ start: { stableAfterMs }, stop: { timeoutMs } }) => [
      stableAfterMs,
      timeoutMs
    ])
  )
  if (longest > longestDurationMs) notes.push("One of its durations is above what reeve accepts.")
  return notes
}
