/**
 * Finds the definitions among the exports of all entries: an export that is one, or an array or record of them, at any
 * depth. The same object reached twice counts once, under the best name it is reached by, so that barrels and helpers
 * are harmless. It only looks: getters of exports are not called, whatever is no definition is left alone.
 */
import { type Defined, isDefined } from "../../domain/authoring/Defined.ts"
import { definitionDepth, evaluatedObjects } from "../../domain/limits.ts"
import type { EvaluatedFault, EvaluatedObject } from "../Evaluated.ts"
import { serialise } from "./serialise.ts"

export interface EntryExports {
  readonly entry: string
  readonly exports: object
}

export interface Collected {
  readonly objects: ReadonlyArray<EvaluatedObject>
  readonly faults: ReadonlyArray<EvaluatedFault>
  /** Entries whose exports hold no definition. */
  readonly barren: ReadonlyArray<string>
  /** Exports that are promises: most likely an `await` is missing. */
  readonly promises: ReadonlyArray<{ readonly entry: string; readonly name: string }>
  readonly overflow: boolean
}

export const collect = (modules: ReadonlyArray<EntryExports>): Collected => {
  const found = new Map<Defined, Place>()
  const barren: Array<string> = []
  const promises: Array<{ entry: string; name: string }> = []
  for (const { entry, exports } of modules) {
    let some = false
    const take = (defined: Defined, hint: string | null, rank: number) => {
      some = true
      keepBest(found, defined, {
        entry,
        hint,
        rank: rank + (defined.source.file === entry ? 0 : 10)
      })
    }
    for (const [name, value] of members(exports)) {
      if (isPromise(value)) promises.push({ entry, name })
      search(value, name === "default" ? fileName(entry) : name, 0, [], take)
      if (found.size > evaluatedObjects) break
    }
    if (!some) barren.push(entry)
  }
  return { ...serialiseAll(found), barren, promises, overflow: found.size > evaluatedObjects }
}

/** Where an object was reached. The lowest rank names it: its own file first, then the shortest way. */
interface Place {
  readonly entry: string
  readonly hint: string | null
  readonly rank: number
}

type Take = (defined: Defined, hint: string | null, rank: number) => void

const keepBest = (found: Map<Defined, Place>, defined: Defined, place: Place): void => {
  const known = found.get(defined)
  const worth = place.rank + (place.hint === null ? 5 : 0)
  if (known === undefined || worth < known.rank + (known.hint === null ? 5 : 0)) {
    found.set(defined, place)
  }
}

const search = (
  value: unknown,
  hint: string | null,
  depth: number,
  above: ReadonlyArray<object>,
  take: Take
): void => {
  if (value === null || typeof value !== "object") return
  if (isDefined(value)) {
    take(value, hint, Math.min(depth, 4))
    return
  }
  if (depth >= definitionDepth || above.includes(value)) return
  if (Array.isArray(value)) {
    for (const member of value) search(member, null, depth + 1, [...above, value], take)
  } else if (isRecord(value)) {
    for (const [key, member] of members(value)) {
      search(member, key, depth + 1, [...above, value], take)
    }
  }
}

const serialiseAll = (found: ReadonlyMap<Defined, Place>) => {
  const objects: Array<EvaluatedObject> = []
  const faults: Array<EvaluatedFault> = []
  const nameOf = (defined: Defined): string | null => {
    const place = found.get(defined)
    return place === undefined ? null : (ownName(defined) ?? place.hint)
  }
  for (const [defined, { entry, hint }] of [...found].toSorted(asWritten)) {
    const source =
      defined.source.file === "" ? { file: entry, line: 1, column: 1 } : { ...defined.source }
    const { value, faults: wrong } = serialise(defined.input, nameOf)
    objects.push({ type: kindOf(defined), input: value, nameHint: hint, source, entry })
    for (const { path, message } of wrong) faults.push({ source, path, message })
  }
  return { objects, faults }
}

/** Exports come sorted by name; people read, and are told of, what they wrote from top to bottom. */
const asWritten = ([a]: readonly [Defined, Place], [b]: readonly [Defined, Place]): number => {
  if (a.source.file !== b.source.file) return a.source.file < b.source.file ? -1 : 1
  return a.source.line - b.source.line || a.source.column - b.source.column
}

const ownName = ({ input }: Defined): string | null => {
  if (input === null || typeof input !== "object") return null
  const name: unknown = Object.getOwnPropertyDescriptor(input, "name")?.value
  return typeof name === "string" ? name : null
}

const kindOf = ({ type }: Defined): EvaluatedObject["type"] => {
  switch (type) {
    case "reeve/program":
      return "program"
    case "reeve/task":
      return "task"
    case "reeve/listener":
      return "listener"
    case "reeve/fastCgi":
      return "fastCgi"
    case "reeve/group":
      return "group"
    case "reeve/supervisor":
      return "supervisor"
  }
}

/** Own members that are values. Bindings of a module that was never reached throw when they are read: they are none. */
const members = (value: object): ReadonlyArray<readonly [string, unknown]> =>
  Object.keys(value).flatMap((key) => {
    try {
      const member = Object.getOwnPropertyDescriptor(value, key)
      return member !== undefined && Object.hasOwn(member, "value") ? [[key, member.value]] : []
    } catch {
      return []
    }
  })

const isRecord = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

const isPromise = (value: unknown): boolean => value instanceof Promise

const fileName = (path: string): string =>
  path.slice(path.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "")
