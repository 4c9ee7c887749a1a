/**
 * Which program that is gone lives on under another name: the one its successor names (`renamedFrom`), the only one of its own
 * name that went while no other of that name came (it moved to another group), or the only one that went while exactly one of
 * equal revisions came. The result maps keys after the plan to instances before it.
 */
import type { Actual, ActualInstance } from "../domain/Actual.ts"
import type { Desired, Program } from "../domain/Desired.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import { byText } from "./byText.ts"
import { programKey, programLabel } from "./programKey.ts"

export type Renames = ReadonlyMap<InstanceKey, ActualInstance>

export const matchRenames = (desired: Desired, actual: Actual): Renames => {
  const declared = new Set(desired.programs.map((it) => keyOf(it)))
  const running = new Map<string, Array<ActualInstance>>()
  for (const instance of actual.instances) {
    const key = programKey(instance.spec)
    const members = running.get(key)
    if (members === undefined) running.set(key, [instance])
    else members.push(instance)
  }
  const gone = new Map([...running].filter(([key]) => !declared.has(key)))
  const come = desired.programs
    .filter((program) => !running.has(keyOf(program)) && program.instances.length > 0)
    .toSorted((a, b) => byText(keyOf(a), keyOf(b)))
  if (gone.size === 0 || come.length === 0) return new Map()
  return pair(come, gone)
}

const pair = (
  come: ReadonlyArray<Program>,
  gone: Map<string, ReadonlyArray<ActualInstance>>
): Renames => {
  const renames = new Map<InstanceKey, ActualInstance>()
  const unnamed: Array<Program> = []
  for (const program of come) {
    const former = namedFormer(program, gone)
    if (former === null) {
      unnamed.push(program)
      continue
    }
    join(program, gone.get(former) ?? [], renames)
    gone.delete(former)
  }
  const moved = byProgram(unnamed, gone)
  for (const [program, former] of moved) {
    join(program, gone.get(former) ?? [], renames)
    gone.delete(former)
  }
  const others = unnamed.filter((program) => !moved.has(program))
  const came = bySignature(others, (it) => it.instances)
  const went = bySignature([...gone.values()], (it) => it.map(({ spec }) => spec))
  for (const [signature, [program, ...twins]] of came) {
    const [former, ...rivals] = went.get(signature) ?? []
    if (program === undefined || former === undefined) continue
    if (twins.length === 0 && rivals.length === 0) join(program, former, renames)
  }
  return renames
}

/** By `renamedFrom`: in the same group first, then a program without a group, then wherever there is only one of the name. */
const namedFormer = (
  program: Program,
  gone: ReadonlyMap<string, ReadonlyArray<ActualInstance>>
): string | null => {
  const name = program.instances[0]?.renamedFrom ?? null
  if (name === null) return null
  const named = [...gone].flatMap(([key, [first]]) =>
    first !== undefined && (first.spec.program === name || programLabel(first.spec) === name)
      ? [{ key, group: first.spec.group }]
      : []
  )
  const best =
    named.find(({ group }) => group === program.group) ??
    named.find(({ group }) => group === name) ??
    (named.length === 1 ? named[0] : undefined)
  return best?.key ?? null
}

/** What has its name from before in another group, by the keys of what went. Its definition may be another. */
const byProgram = (
  come: ReadonlyArray<Program>,
  gone: ReadonlyMap<string, ReadonlyArray<ActualInstance>>
): ReadonlyMap<Program, string> => {
  const went = Map.groupBy(gone, ([, [first]]) => first?.spec.program)
  const moved = new Map<Program, string>()
  for (const [name, [program, ...others]] of Map.groupBy(come, (it) => it.name)) {
    const [former, ...rivals] = went.get(name) ?? []
    if (program === undefined || former === undefined) continue
    if (others.length === 0 && rivals.length === 0) moved.set(program, former[0])
  }
  return moved
}

/** Instance by instance, by position: those beyond the common ones are started or stopped. */
const join = (
  program: Program,
  former: ReadonlyArray<ActualInstance>,
  renames: Map<InstanceKey, ActualInstance>
): void => {
  const byIndex = new Map(former.map((instance) => [instance.spec.index, instance]))
  for (const spec of program.instances) {
    const before = byIndex.get(spec.index)
    if (before !== undefined) renames.set(spec.key, before)
  }
}

const bySignature = <A>(
  items: ReadonlyArray<A>,
  specs: (item: A) => ReadonlyArray<{ readonly index: number; readonly revision: string }>
): ReadonlyMap<string, ReadonlyArray<A>> =>
  Map.groupBy(items, (item) =>
    specs(item)
      .toSorted((a, b) => a.index - b.index)
      .map(({ index, revision }) => `${index}:${revision}`)
      .join(" ")
  )

const keyOf = ({ group, name }: Program): string => programKey({ group, program: name })
