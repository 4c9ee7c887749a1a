/**
 * Puts the inputs of a program's instances together: what they have in common (texts with the index in them are common)
 * stands once, the rest by instance.
 */
import { instancePattern } from "../../core/instancePattern.ts"
import type { Code } from "./Code.ts"
import type { Json } from "./programInput.ts"

export interface Merged {
  /** Null: nothing is common. */
  readonly common: Code | null
  /** By position; null: nothing of its own. */
  readonly own: ReadonlyArray<Code | null>
}

/** Undefined: the instance does not have it. `spreadOf` names what a section at this path begins with. */
export const mergeInputs = (
  values: ReadonlyArray<Json | undefined>,
  indexes: ReadonlyArray<number>,
  path: ReadonlyArray<string>,
  toCode: (value: Json, path: ReadonlyArray<string>) => Code
): Merged => {
  const [first] = values
  const none = values.map(() => null)
  if (first !== undefined && values.every((value) => same(value, first))) {
    return { common: toCode(first, path), own: none }
  }
  const texts = values.filter((value) => typeof value === "string")
  const pattern = texts.length === values.length ? instancePattern(texts, indexes) : null
  if (pattern !== null) return { common: { kind: "text", parts: pattern }, own: none }
  const lists = values.filter((value) => Array.isArray(value))
  if (lists.length === values.length) {
    const items = commonItems(lists, indexes, path, toCode)
    if (items !== null) return { common: { kind: "list", items }, own: none }
  }
  const records = values.filter(isRecord)
  if (records.length === values.length && path.length < 3) {
    return mergeRecords(records, indexes, path, toCode)
  }
  const own = values.map((value) => (value === undefined ? null : toCode(value, path)))
  return { common: null, own }
}

const same = (a: Json | undefined, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b)

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const commonItems = (
  lists: ReadonlyArray<ReadonlyArray<Json>>,
  indexes: ReadonlyArray<number>,
  path: ReadonlyArray<string>,
  toCode: (value: Json, path: ReadonlyArray<string>) => Code
): ReadonlyArray<Code> | null => {
  const length = lists[0]?.length ?? 0
  if (lists.some((list) => list.length !== length)) return null
  const items: Array<Code> = []
  for (let at = 0; at < length; at += 1) {
    const { common, own } = mergeInputs(
      lists.map((list) => list[at]),
      indexes,
      [...path, String(at)],
      toCode
    )
    if (common === null || own.some((one) => one !== null)) return null
    items.push(common)
  }
  return items
}

const mergeRecords = (
  records: ReadonlyArray<{ readonly [key: string]: Json }>,
  indexes: ReadonlyArray<number>,
  path: ReadonlyArray<string>,
  toCode: (value: Json, path: ReadonlyArray<string>) => Code
): Merged => {
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))]
  const common: Array<readonly [string, Code]> = []
  const own: Array<Array<readonly [string, Code]>> = records.map(() => [])
  for (const key of keys) {
    const members = records.map((record) => (Object.hasOwn(record, key) ? record[key] : undefined))
    const merged = mergeInputs(members, indexes, [...path, key], toCode)
    if (merged.common !== null) common.push([key, merged.common])
    for (const [position, one] of merged.own.entries()) {
      if (one !== null) own[position]?.push([key, one])
    }
  }
  return {
    common: common.length === 0 ? null : { kind: "record", spread: null, entries: common },
    own: own.map((entries) =>
      entries.length === 0 ? null : { kind: "record", spread: null, entries }
    )
  }
}
