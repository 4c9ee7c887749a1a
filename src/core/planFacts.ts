/**
 * What a plan is made from, looked up once: instances by key, renames, counts, and a comparison of definitions that does
 * not repeat itself. Decides nothing.
 */
import type { Actual, ActualInstance, Override, SourceChange } from "../domain/Actual.ts"
import type { Desired } from "../domain/Desired.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import type { Pin } from "../domain/Pin.ts"
import type { FieldChange } from "../domain/Plan.ts"
import { byName } from "./compareSpecs.ts"
import type { Diff } from "./decide.ts"
import { diffDefinitions } from "./diffDefinition.ts"
import { matchRenames, type Renames } from "./matchRenames.ts"
import { programKey } from "./programKey.ts"

export interface PlanOptions {
  readonly mode: "auto" | "manual"
  /** An operator applies it (`reeve apply`): nothing waits but what is protected. */
  readonly confirmed: boolean
  /** Protected programs are stopped and restarted as well. */
  readonly protectedToo: boolean
  /** Hash of a desired state whose apply failed: it is not tried again unasked. */
  readonly failed: string | null
  /** Programs (`programKey`) whose definition changes although no source did: left alone. */
  readonly unpredictable: ReadonlySet<string>
  /** Instances, by their keys before the plan, that may be touched (those of a saved plan); null: all. */
  readonly only: ReadonlySet<InstanceKey> | null
  /** What is kept running instead until `reeve resume`; null: nothing. */
  readonly pin: Pin | null
}

/** A save in auto mode, after which nothing special happened. */
export const unattended: PlanOptions = {
  mode: "auto",
  confirmed: false,
  protectedToo: false,
  failed: null,
  unpredictable: new Set(),
  only: null,
  pin: null
}

export interface Facts {
  readonly desired: Desired
  readonly options: PlanOptions
  readonly live: boolean
  readonly instances: ReadonlyMap<InstanceKey, ActualInstance>
  readonly overrides: ReadonlyMap<InstanceKey, Override>
  readonly scales: ReadonlyMap<string, Actual["scales"][number]>
  readonly renames: Renames
  /** Sorted. */
  readonly declared: ReadonlyArray<InstanceSpec>
  readonly removed: ReadonlyArray<ActualInstance>
  /** First instance of each program whose number was set by hand. */
  readonly scaled: ReadonlyArray<InstanceSpec>
  /** Instances of each program, declared and existing. */
  readonly counts: ReadonlyMap<string, { readonly declared: number; readonly existing: number }>
  readonly before: (spec: InstanceSpec) => ActualInstance | undefined
  readonly diff: Diff
  /** Files that the processes of an instance were made from, and that changed since. */
  readonly sourceChanges: (key: InstanceKey) => ReadonlyArray<SourceChange>
}

export const gather = (desired: Desired, actual: Actual, options: PlanOptions): Facts => {
  const instances = new Map(actual.instances.map((it) => [it.spec.key, it]))
  const overrides = new Map(actual.overrides.map((it) => [it.key, it]))
  const scales = new Map(actual.scales.map((it) => [programKey(it), it]))
  const renames = matchRenames(desired, actual)
  const declared = desired.programs.flatMap((program) => program.instances).sort(byName)
  const staying = new Set(declared.map(({ key }) => key))
  for (const { spec } of renames.values()) staying.add(spec.key)
  const sourceChanges = Map.groupBy(actual.sourceChanges ?? [], ({ key }) => key)
  const counts = new Map<string, { declared: number; existing: number }>()
  const count = (spec: InstanceSpec) => {
    const key = programKey(spec)
    const known = counts.get(key) ?? { declared: 0, existing: 0 }
    counts.set(key, known)
    return known
  }
  const scaled: Array<InstanceSpec> = []
  for (const spec of declared) {
    if (++count(spec).declared === 1 && scales.has(programKey(spec))) scaled.push(spec)
  }
  for (const { spec } of actual.instances) count(spec).existing++
  return {
    desired,
    options,
    live: actual.origin === "live",
    instances,
    overrides,
    scales,
    renames,
    declared,
    removed: actual.instances
      .filter(({ spec }) => !staying.has(spec.key))
      .sort((a, b) => byName(a.spec, b.spec)),
    scaled,
    counts,
    before: ({ key }) => {
      const found = instances.get(key) ?? renames.get(key)
      if (found === undefined || found.override !== null) return found
      const override = overrides.get(found.spec.key)
      return override === undefined ? found : { ...found, override }
    },
    diff: diffOnce(),
    sourceChanges: (key) => sourceChanges.get(key) ?? []
  }
}

/** Instances of one program mostly have one definition: the same two revisions are compared once. */
const diffOnce = (): Diff => {
  const known = new Map<string, ReadonlyArray<FieldChange>>()
  return (before, after) => {
    if (before.revision === after.revision) return []
    const pair = `${before.revision} ${after.revision}`
    const found =
      known.get(pair) ??
      diffDefinitions(before.definition, after.definition, after.definition.showEnvironment)
    known.set(pair, found)
    return found
  }
}
