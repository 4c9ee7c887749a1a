/**
 * What a plan is made from, looked up once: instances by key, renames, counts, and a comparison of definitions that does
 * not repeat itself. Decides nothing.
 */
import type { Actual, ActualInstance, Override, SourceChange } from "../domain/Actual.ts"
import type { Completion } from "../domain/Completion.ts"
import type { Desired } from "../domain/Desired.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import type { Pin } from "../domain/Pin.ts"
import type { FieldChange } from "../domain/Plan.ts"
import { byName } from "./compareSpecs.ts"
import { completedBefore } from "./completedBefore.ts"
import type { Diff } from "./decide.ts"
import { neededPrograms } from "./dependency/neededPrograms.ts"
import { type Place, placesOf } from "./dependency/places.ts"
import { type ProgramGraph, programGraph } from "./dependency/programGraph.ts"
import { diffDefinitions } from "./diffDefinition.ts"
import { matchRenames, type Renames } from "./matchRenames.ts"
import { programKey } from "./programKey.ts"
import { lackingOf } from "./rollout/lacking.ts"

export interface PlanOptions {
  readonly mode: "auto" | "manual"
  /** An operator applies it (`reeve apply`): nothing waits but what is protected. */
  readonly confirmed: boolean
  /** Protected programs are stopped and restarted as well. */
  readonly protectedToo: boolean
  /** Hash of a desired state whose apply failed: it is not tried again unasked. */
  readonly failed: string | null
  /** The generation of this content that was undone because it failed, and why; null: there is none. */
  readonly bad: { readonly number: number; readonly text: string } | null
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
  bad: null,
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
  /** Programs that are declared, and what each needs; also what is no longer declared and stays, which needs nothing. */
  readonly graph: ProgramGraph
  /** Also of what is no longer declared. */
  readonly placeOf: (spec: InstanceSpec) => Place
  /** Declared instances, what is needed before what needs it. */
  readonly inOrder: ReadonlyArray<InstanceSpec>
  /** Programs (`programKey`) that are to run as others need them, each with the label of one of those. */
  readonly needed: ReadonlyMap<string, string>
  /** Sorted. */
  readonly declared: ReadonlyArray<InstanceSpec>
  readonly removed: ReadonlyArray<ActualInstance>
  /** First instance of each program whose number was set by hand. */
  readonly scaled: ReadonlyArray<InstanceSpec>
  /** Programs (`programKey`) that are declared, also with no instances. */
  readonly named: ReadonlySet<string>
  /** Instances of each program, declared and existing. */
  readonly counts: ReadonlyMap<string, { readonly declared: number; readonly existing: number }>
  readonly before: (spec: InstanceSpec) => ActualInstance | undefined
  /** Of a declared instance that does not exist: what is on record of an earlier run of a task that runs once. */
  readonly completed: (spec: InstanceSpec) => Completion | null
  readonly diff: Diff
  /** Why an instance may not be replaced while it is there (core/rollout/lacking). */
  readonly lacking: (spec: InstanceSpec) => string | null
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
  const removed = actual.instances
    .filter(({ spec }) => !staying.has(spec.key))
    .sort((a, b) => byName(a.spec, b.spec))
  const existing = (key: InstanceKey) => instances.get(key) ?? renames.get(key)
  const overrideOf = (key: InstanceKey): Override | null => {
    const found = existing(key)
    return found?.override ?? overrides.get(found?.spec.key ?? key) ?? null
  }
  const left = removed.filter(({ spec }) => isKept(spec, options)).map(({ spec }) => alone(spec))
  const graph = programGraph([...declared, ...left])
  const needed = neededPrograms(graph, overrideOf)
  const before = ({ key }: InstanceSpec) => {
    const found = existing(key)
    if (found === undefined || found.override !== null) return found
    const override = overrideOf(key)
    return override === null ? found : { ...found, override }
  }
  const diff = diffOnce()
  return {
    desired,
    options,
    live: actual.origin === "live",
    instances,
    overrides,
    scales,
    renames,
    declared,
    graph,
    placeOf: places(graph, declared, removed),
    inOrder: inOrder(graph, declared),
    needed,
    removed,
    scaled,
    named: new Set(desired.programs.map(({ group, name }) => programKey({ group, program: name }))),
    counts,
    before,
    completed: completedAmong(actual.completions ?? []),
    diff,
    lacking: lackingOf({ before, declared, diff, needed }),
    sourceChanges: (key) => sourceChanges.get(key) ?? []
  }
}

const completedAmong = (completions: ReadonlyArray<Completion>): Facts["completed"] => {
  if (completions.length === 0) return () => null
  const known = new Map(completions.map((it) => [it.key, it]))
  return (spec) => completedBefore(spec, (key) => known.get(key) ?? null)
}

/**
 * What is declared has its place by what is declared: with what is no longer, there may be a circle. Of such a circle that is
 * left to its priorities.
 */
const places = (
  graph: ProgramGraph,
  declared: ReadonlyArray<InstanceSpec>,
  removed: ReadonlyArray<ActualInstance>
): ((spec: InstanceSpec) => Place) => {
  const own = placesOf(graph)
  if (removed.length === 0) return own
  const all = placesOf(programGraph([...declared, ...removed.map(({ spec }) => spec)]))
  return (spec) => (graph.nodes.has(programKey(spec)) ? own(spec) : all(spec))
}

/** What is in a circle, which a check refuses, comes last. */
const inOrder = (
  { nodes, order }: ProgramGraph,
  declared: ReadonlyArray<InstanceSpec>
): ReadonlyArray<InstanceSpec> => {
  const all = order.length === nodes.size ? order : new Set([...order, ...nodes.values()])
  const known = new Set(declared)
  return [...all].flatMap(({ specs }) => specs.filter((spec) => known.has(spec)))
}

/** No plan ends its process. */
export const isKept = ({ protect }: InstanceSpec, { protectedToo }: PlanOptions): boolean =>
  protect && !protectedToo

/** What it needed is of yesterday. */
const alone = (spec: InstanceSpec): InstanceSpec => ({
  ...spec,
  definition: { ...spec.definition, dependsOn: {} }
})

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
