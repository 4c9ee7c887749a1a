/**
 * Programs and what each needs, with names resolved, in an order in which everything comes after what it needs. Its cost grows
 * with programs plus edges.
 */
import type { Dependency } from "../../domain/Dependency.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import { programKey } from "../programKey.ts"
import { ProgramNames } from "./ProgramNames.ts"

export interface Edge {
  /** As it was written. */
  readonly name: string
  readonly dependency: Dependency
  /** The programs that it means; none: they are not declared. */
  readonly to: ReadonlyArray<ProgramNode>
}

export interface ProgramNode {
  readonly key: string
  /** The first of `specs`. */
  readonly spec: InstanceSpec
  readonly specs: ReadonlyArray<InstanceSpec>
  /** Of each of its instances: what is declared depends on the same, but one that runs may not have its new definition yet. */
  readonly needs: ReadonlyArray<Edge>
  /** Programs that need it. */
  readonly neededBy: ReadonlySet<ProgramNode>
}

export interface ProgramGraph {
  readonly nodes: ReadonlyMap<string, ProgramNode>
  /** What is needed comes first; of a circle nothing is in it, nor what needs it. */
  readonly order: ReadonlyArray<ProgramNode>
  readonly names: ProgramNames
}

interface Growing extends ProgramNode {
  readonly specs: Array<InstanceSpec>
  readonly needs: Array<Edge>
  readonly neededBy: Set<ProgramNode>
}

/** `former`: keys of the programs that had a name before, for what was written then. Default: none. */
export const programGraph = (
  specs: Iterable<InstanceSpec>,
  former: Former = () => []
): ProgramGraph => {
  const nodes = new Map<string, Growing>()
  const names = new ProgramNames()
  for (const spec of specs) {
    const key = programKey(spec)
    names.enter(spec)
    const known = nodes.get(key)
    if (known === undefined) {
      nodes.set(key, { key, spec, specs: [spec], needs: [], neededBy: new Set() })
    } else known.specs.push(spec)
  }
  for (const node of nodes.values()) link(node, nodes, { former, names })
  return { nodes, order: ordered(nodes), names }
}

export type Former = (name: string) => ReadonlyArray<string>

interface Names {
  readonly names: ProgramNames
  readonly former: Former
}

const link = (node: Growing, nodes: ReadonlyMap<string, Growing>, by: Names): void => {
  const known = new Set<string>()
  for (const { definition } of node.specs) {
    for (const [name, dependency] of Object.entries(definition.dependsOn)) {
      if (known.has(name)) continue
      known.add(name)
      const found = by.names.programsOf(name)
      const keys = found.length > 0 ? found : by.former(name)
      const to = keys.flatMap((key) => nodes.get(key) ?? [])
      node.needs.push({ name, dependency, to })
      for (const other of to) other.neededBy.add(node)
    }
  }
}

const ordered = (nodes: ReadonlyMap<string, Growing>): ReadonlyArray<ProgramNode> => {
  const open = new Map<ProgramNode, number>()
  const order: Array<ProgramNode> = []
  for (const node of nodes.values()) {
    const needs = new Set(node.needs.flatMap(({ to }) => to))
    // What needs itself, which a check refuses, is told apart: it must not hide a circle.
    needs.delete(node)
    open.set(node, needs.size)
    if (needs.size === 0) order.push(node)
  }
  // The array grows while it is walked.
  for (const node of order) {
    for (const other of node.neededBy) {
      if (other === node) continue
      const left = (open.get(other) ?? 0) - 1
      open.set(other, left)
      if (left === 0) order.push(other)
    }
  }
  return order
}

/** One circle of several, from a program back to itself, in the direction of needs; empty: there is none. */
export const circleOf = ({ nodes, order }: ProgramGraph): ReadonlyArray<ProgramNode> => {
  const outside = new Set(order)
  const path = new Set<ProgramNode>()
  let [node] = [...nodes.values()].filter((one) => !outside.has(one))
  while (node !== undefined && !path.has(node)) {
    path.add(node)
    node = nextOf(node, outside)
  }
  if (node === undefined) return []
  const way = [...path]
  return [...way.slice(way.indexOf(node)), node]
}

const nextOf = (node: ProgramNode, outside: ReadonlySet<ProgramNode>): ProgramNode | undefined =>
  node.needs.flatMap(({ to }) => to).find((other) => other !== node && !outside.has(other))
