/** Instances of one program as one `[program:x]`, where they differ by their number only. */
import * as Result from "effect/Result"
import { parseEnvironment } from "../../core/ini/environmentList.ts"
import { expression, type ValuePart } from "../../core/ini/writeIni.ts"
import { instancePattern, type PatternPart } from "../../core/instancePattern.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import { type IniKeys, iniKeys } from "./iniKeys.ts"

export interface ProgramSection {
  readonly values: ReadonlyArray<readonly [string, string]>
  readonly lost: ReadonlyArray<string>
}

/** Null: they cannot be one section. Names log files of which supervisord expands twice. */
export const programSection = (
  program: string,
  instances: ReadonlyArray<InstanceSpec>
): ProgramSection | null => {
  const ordered = instances.toSorted((a, b) => a.index - b.index)
  const indexes = ordered.map(({ index }) => index)
  const [start = 0] = indexes
  if (indexes.some((index, position) => index !== start + position)) return null
  const keys = ordered.map(iniKeys)
  const names = processNames(program, ordered, indexes)
  const values = commonValues(keys, indexes)
  const environment = commonEnvironment(keys, indexes)
  if (names === null || values === null || environment === null) return null
  const text: Array<readonly [string, string]> = [...names.values]
  if (ordered.length !== 1) text.push(["numprocs", String(ordered.length)])
  if (start !== 0) text.push(["numprocs_start", String(start)])
  text.push(...values)
  if (environment.text !== "") text.push(["environment", environment.text])
  const lost = [...new Set(keys.flatMap((one) => one.lost)), ...names.lost, ...environment.lost]
  const tooPlain = text.some(([, value]) => value.includes("\r"))
  return { values: text, lost: tooPlain ? [...lost, "carriage returns in values"] : lost }
}

/** Null: there is no pattern, or one with a base, for which ini has no expression. */
const iniPattern = (
  texts: ReadonlyArray<string>,
  indexes: ReadonlyArray<number>
): ReadonlyArray<ValuePart> | null => {
  const pattern = instancePattern(texts, indexes)
  if (pattern === null) return null
  const parts: Array<ValuePart> = []
  for (const part of pattern) {
    const own = iniPart(part)
    if (own === null) return null
    parts.push(own)
  }
  return parts
}

const iniPart = (part: PatternPart): ValuePart | null => {
  if (typeof part === "string") return part
  return part.kind === "index" ? { width: part.width } : null
}

const processNames = (
  program: string,
  instances: ReadonlyArray<InstanceSpec>,
  indexes: ReadonlyArray<number>
): ProgramSection | null => {
  const [first] = instances
  if (first === undefined) return { values: [], lost: [] }
  if (instances.length === 1 && first.name === program) return { values: [], lost: [] }
  const lost = instances.some(({ name }) => /[ :/]/.test(name))
  const parts = iniPattern(
    instances.map(({ name }) => name.replace(/[ :/]/g, "_")),
    indexes
  )
  if (parts === null) return null
  if (instances.length > 1 && parts.every((part) => typeof part === "string")) return null
  return {
    values: [["process_name", expression(parts, 1)]],
    lost: lost ? ["blanks, colons and slashes in names of instances"] : []
  }
}

const commonValues = (
  keys: ReadonlyArray<IniKeys>,
  indexes: ReadonlyArray<number>
): ReadonlyArray<readonly [string, string]> | null => {
  const names = new Set(keys.flatMap(({ values }) => [...values.keys()]))
  const common: Array<readonly [string, string]> = []
  for (const name of names) {
    const texts = keys.map(({ values }) => values.get(name))
    if (!texts.every((text) => text !== undefined)) return null
    const parts = iniPattern(texts, indexes)
    if (parts === null) return null
    const numbered = parts.some((part) => typeof part !== "string")
    if (numbered && !eachProcess.test(name)) return null
    common.push([name, expression(parts, /^std(out|err)_logfile$/.test(name) ? 2 : 1)])
  }
  return common
}

/** The keys that know `process_num`. */
const eachProcess =
  /^(command|directory|std(out|err)_(logfile|logfile_maxbytes|logfile_backups|syslog))$/

interface WrittenEnvironment {
  readonly text: string
  readonly lost: ReadonlyArray<string>
}

const commonEnvironment = (
  keys: ReadonlyArray<IniKeys>,
  indexes: ReadonlyArray<number>
): WrittenEnvironment | null => {
  const names = new Set(keys.flatMap(({ environment }) => [...environment.keys()]))
  const pairs: Array<ReadonlyArray<ValuePart>> = []
  const lost: Array<string> = []
  for (const name of names) {
    const texts = keys.map(({ environment }) => environment.get(name))
    if (!texts.every((text) => text !== undefined)) return null
    const parts = iniPattern(texts, indexes)
    const [sample = ""] = texts
    if (parts === null) return null
    const quote = quoteFor(name, sample)
    if (quote === null) lost.push(`environment.${name} (its quotes)`)
    else pairs.push([pairs.length > 0 ? "," : "", `${name}=${quote}`, ...parts, quote])
  }
  return { text: expression(pairs.flat(), 1), lost }
}

/** The quotes with which supervisord reads this pair back; null: none does. */
const quoteFor = (name: string, value: string): string | null =>
  ['"', "'", ""].find((quote) => {
    const read = parseEnvironment(`${name}=${quote}${value}${quote}`)
    return Result.isSuccess(read) && read.success.size === 1 && read.success.get(name) === value
  }) ?? null
