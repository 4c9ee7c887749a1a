/**
 * When each instance has its turn. Priorities order what does not need each other; what needs something comes after it, however
 * low its own priority number is.
 */
import type { InstanceSpec } from "../../domain/Instance.ts"
import type { ProgramGraph, ProgramNode } from "./programGraph.ts"

export interface Place {
  readonly groupPriority: number
  readonly priority: number
  /** Longest way to a program that needs nothing. */
  readonly level: number
}

/** Lower starts first, stops last. 0: side by side. */
export const byPlace = (a: Place, b: Place): number =>
  a.groupPriority - b.groupPriority || a.priority - b.priority || a.level - b.level

/** What is not in the graph has its priorities alone. */
export const placesOf = ({ nodes, order }: ProgramGraph): ((spec: InstanceSpec) => Place) => {
  /** The first place after all that a program needs. */
  const least = new Map<ProgramNode, Place>()
  const places = new Map<InstanceSpec, Place>()
  const last = new Map<ProgramNode, Place>()
  for (const node of order) {
    const from = after(node, last)
    least.set(node, from)
    for (const spec of node.specs) places.set(spec, later(rankOf(spec), from))
    last.set(node, latest(node.specs.map((spec) => later(rankOf(spec), from))))
  }
  const keys = new Map([...nodes.values()].map((node) => [node.key, node]))
  return (spec) => {
    const known = places.get(spec)
    if (known !== undefined) return known
    const node = keys.get(`${spec.group}/${spec.program}`)
    const from = node === undefined ? undefined : least.get(node)
    return from === undefined ? rankOf(spec) : later(rankOf(spec), from)
  }
}

const after = (node: ProgramNode, last: ReadonlyMap<ProgramNode, Place>): Place => {
  const needed = node.needs.flatMap(({ to }) => to.flatMap((other) => last.get(other) ?? []))
  if (needed.length === 0) return first
  return { ...latest(needed), level: Math.max(...needed.map(({ level }) => level)) + 1 }
}

const first: Place = {
  groupPriority: Number.NEGATIVE_INFINITY,
  priority: Number.NEGATIVE_INFINITY,
  level: 0
}

const rankOf = ({ definition, groupPriority }: InstanceSpec): Place => ({
  groupPriority,
  priority: definition.priority,
  level: 0
})

const latest = (places: ReadonlyArray<Place>): Place =>
  places.reduce((most, place) => (byPlace(place, most) > 0 ? place : most), first)

/** The priorities of whichever comes later, and the level of what is needed. */
const later = (own: Place, from: Place): Place => {
  const { level } = from
  return byPlace({ ...own, level }, from) > 0 ? { ...own, level } : from
}
