/**
 * What programs need of each other, to be drawn: programs as people name them, and one edge for each program that is
 * needed. Equal for equal programs in any order.
 */
import type { Dependency } from "../../domain/Dependency.ts"
import type { Program } from "../../domain/Desired.ts"
import type { Source } from "../../domain/Instance.ts"
import { byText } from "../byText.ts"
import { programKey, programLabel } from "../programKey.ts"
import { ProgramNames } from "./ProgramNames.ts"

export interface ChartNode {
  /** As it is typed: `web`, `group:web`. No two nodes share it. */
  readonly name: string
  readonly group: string
  readonly instances: number
  readonly source: Source
  /** It neither needs nor is needed. */
  readonly isApart: boolean
}

export interface ChartEdge extends Dependency {
  /** Name of the program that needs. */
  readonly from: string
  /** Name of the program that is needed. */
  readonly to: string
  /** As it was written: also the name of a group. */
  readonly as: string
}

export interface Chart {
  readonly nodes: ReadonlyArray<ChartNode>
  readonly edges: ReadonlyArray<ChartEdge>
  /** What is needed and not declared, which only what is optional may be; `to` is as it was written. */
  readonly absent: ReadonlyArray<ChartEdge>
}

export const chartOf = (programs: ReadonlyArray<Program>): Chart => {
  const targetsOf = targets(programs)
  const sorted = programs
    .map((program) => ({ ...program, label: labelOf(program) }))
    .sort((a, b) => byText(a.label, b.label))
  const edges: Array<ChartEdge> = []
  const absent: Array<ChartEdge> = []
  for (const { instances, label } of sorted) {
    const own: Array<ChartEdge> = []
    const missing: Array<ChartEdge> = []
    for (const [as, dependency] of Object.entries(instances[0]?.definition.dependsOn ?? {})) {
      const needed = targetsOf(as)
      for (const to of needed) own.push({ from: label, to, as, ...dependency })
      if (needed.length === 0) missing.push({ from: label, to: as, as, ...dependency })
    }
    for (const edge of own.sort(byNeeded)) edges.push(edge)
    for (const edge of missing.sort(byNeeded)) absent.push(edge)
  }
  const touched = new Set<string>()
  for (const { from, to } of edges) touched.add(from).add(to)
  for (const { from } of absent) touched.add(from)
  const nodes = sorted.map(
    ({ group, instances, label, source }): ChartNode => ({
      name: label,
      group,
      instances: instances.length,
      source,
      isApart: !touched.has(label)
    })
  )
  return { nodes, edges, absent }
}

/** Of all in it what `names` need, and themselves; `reverse`: what needs them. */
export const partOfChart = (
  { absent, edges, nodes }: Chart,
  names: Iterable<string>,
  reverse: boolean
): Chart => {
  const next = Map.groupBy(edges, ({ from, to }) => (reverse ? to : from))
  const within = new Set(names)
  // The set grows while it is walked.
  for (const name of within) {
    for (const { from, to } of next.get(name) ?? []) within.add(reverse ? from : to)
  }
  return {
    nodes: nodes.filter(({ name }) => within.has(name)),
    edges: edges.filter(({ from, to }) => within.has(from) && within.has(to)),
    absent: absent.filter(({ from }) => within.has(from))
  }
}

/** Names of the programs that a name of `dependsOn` means. Those without instances count where nothing else has the name. */
const targets = (programs: ReadonlyArray<Program>): ((name: string) => ReadonlyArray<string>) => {
  const filled = new ProgramNames()
  const all = new ProgramNames()
  const labels = new Map<string, string>()
  for (const program of programs) {
    const member = { group: program.group, program: program.name }
    labels.set(programKey(member), programLabel(member))
    all.enter(member)
    if (program.instances.length > 0) filled.enter(member)
  }
  return (name) => {
    const found = filled.programsOf(name)
    const keys = found.length > 0 ? found : all.programsOf(name)
    return keys.flatMap((key) => labels.get(key) ?? [])
  }
}

const labelOf = ({ group, name }: Program): string => programLabel({ group, program: name })

const byNeeded = (a: ChartEdge, b: ChartEdge): number => byText(a.to, b.to) || byText(a.as, b.as)
