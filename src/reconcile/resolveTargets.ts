/**
 * From what people type to instances. A name is tried as an address first, then as a program, then as a group; `GROUP:*` is a
 * group for certain and `all` is everything. Pure; the order is that of the targets, each instance once.
 */
import { didYouMean } from "../core/didYouMean.ts"
import { programLabel } from "../core/programKey.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"

export type Resolved =
  | {
      readonly kind: "found"
      readonly keys: ReadonlyArray<InstanceKey>
      /** Those that were called by their own name, or that of their program: not by `all` or a group. */
      readonly named: ReadonlySet<InstanceKey>
    }
  | { readonly kind: "unknown"; readonly name: string; readonly suggestions: ReadonlyArray<string> }

/** One unknown name, and nothing is resolved: the first one is told. */
export const resolveTargets = (
  targets: ReadonlyArray<string>,
  specs: ReadonlyArray<InstanceSpec>
): Resolved => {
  const keys = new Set<InstanceKey>()
  const named = new Set<InstanceKey>()
  const names = index(specs)
  for (const target of targets) {
    const found = names.get(target)
    if (found === undefined && target !== "all") {
      return { kind: "unknown", name: target, suggestions: didYouMean(target, names.keys()) }
    }
    for (const { key } of found?.specs ?? specs) {
      keys.add(key)
      if (found?.isOwn === true) named.add(key)
    }
  }
  return { kind: "found", keys: [...keys], named }
}

/** The names of programs among the targets, for what concerns a program as a whole: its label, or its bare name. */
export const resolveProgram = (
  target: string,
  specs: ReadonlyArray<InstanceSpec>
): ReadonlyArray<InstanceSpec> => {
  const labelled = specs.filter((spec) => programLabel(spec) === target)
  return labelled.length > 0 ? labelled : specs.filter(({ program }) => program === target)
}

interface Meaning {
  readonly specs: ReadonlyArray<InstanceSpec>
  /** It is a name of theirs, and none of their group. */
  readonly isOwn: boolean
}

/** Later kinds of names do not replace earlier ones. */
const index = (specs: ReadonlyArray<InstanceSpec>): ReadonlyMap<string, Meaning> => {
  const names = new Map<string, Meaning>()
  const take = (isOwn: boolean, name: (spec: InstanceSpec) => string) => {
    for (const [text, members] of Map.groupBy(specs, name)) {
      if (!names.has(text)) names.set(text, { specs: members, isOwn })
    }
  }
  take(true, ({ address }) => address)
  take(true, programLabel)
  take(true, ({ program }) => program)
  take(false, ({ group }) => group)
  take(false, ({ group }) => `${group}:*`)
  // supervisord's other spelling of a whole group.
  take(false, ({ group }) => `${group}:`)
  return names
}
