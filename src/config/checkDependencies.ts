/**
 * What is wrong with what programs need of each other: names that mean nothing or too much, circles, conditions that never hold.
 */

import {
  circleOf,
  type Edge,
  type ProgramGraph,
  type ProgramNode,
  programGraph
} from "../core/dependency/programGraph.ts"
import { didYouMean } from "../core/didYouMean.ts"
import { programLabel } from "../core/programKey.ts"
import type { Program } from "../domain/Desired.ts"
import type { CrossFinding, PlaceOf } from "./crossCheck.ts"

/** `complete`: every file was read; else a name that means nothing may be declared in one that was not. */
export const checkDependencies = (
  programs: ReadonlyArray<Program>,
  placeOf: PlaceOf,
  complete: boolean
): ReadonlyArray<CrossFinding> => {
  const graph = programGraph(programs.flatMap(({ instances }) => instances))
  const faults = [...graph.nodes.values()].flatMap((node) =>
    node.needs
      .filter(({ to }) => complete || to.length > 0)
      .flatMap((edge) => faultOf(node, edge, graph, programs) ?? [])
  )
  return [...faults, ...circle(graph, placeOf)]
}

const faultOf = (
  node: ProgramNode,
  edge: Edge,
  graph: ProgramGraph,
  programs: ReadonlyArray<Program>
): CrossFinding | null => {
  const { dependency, name, to } = edge
  const meant = graph.names.resolve(name)
  if (meant.kind === "ambiguous") {
    const labels = to.map(labelOf).join(" or ")
    return fault(node, name, `several programs are called "${name}"`, `write ${labels}`)
  }
  if (meant.kind === "unknown") {
    return dependency.optional ? null : absent(node, name, graph, programs)
  }
  if (to.includes(node)) return fault(node, name, "a program cannot depend on itself", null)
  if (dependency.when === "ready" && to.length > 0 && to.every(isTask)) {
    const names = to.map((task) => `"${labelOf(task)}"`).join(" and ")
    const are = to.length === 1 ? "is a task" : "are tasks"
    return fault(node, name, `${names} ${are}, and a task is never ready`, 'wait for "completed"')
  }
  if (dependency.when !== "completed") return null
  const endless = to.find(({ specs }) =>
    specs.some(({ definition }) => definition.restart.when === "always")
  )
  return endless === undefined
    ? null
    : fault(
        node,
        name,
        `"${labelOf(endless)}" never completes: it is started again whenever it ends (restart.when is "always")`,
        'wait for "ready", or let it end'
      )
}

const isTask = ({ specs }: ProgramNode): boolean =>
  specs.every(({ definition }) => definition.task !== null)

const absent = (
  node: ProgramNode,
  name: string,
  graph: ProgramGraph,
  programs: ReadonlyArray<Program>
): CrossFinding => {
  const empty = programs.find(
    (program) =>
      program.instances.length === 0 &&
      [program.name, programLabel({ group: program.group, program: program.name })].includes(name)
  )
  if (empty !== undefined) {
    const text = `"${name}" has no instances, so that the condition can never hold`
    return fault(node, name, text, "give it an instance, or write optional: true")
  }
  const labels = [...graph.nodes.values()].map(labelOf)
  const instance = programs
    .flatMap(({ instances }) => instances)
    .find(({ address }) => address === name)
  if (instance !== undefined) {
    const hint = `write "${programLabel(instance)}", which waits for all of them`
    return fault(node, name, `"${name}" is one instance; programs are waited for whole`, hint)
  }
  const near = didYouMean(name, new Set([...labels, ...programs.map(({ name: own }) => own)]))
  const hint =
    near.length === 0 ? null : `did you mean ${near.map((one) => `"${one}"`).join(" or ")}?`
  return fault(node, name, `no program or group is called "${name}"`, hint)
}

/** One circle is told, at the program where it is met first: with it broken the next one is seen. */
const circle = (graph: ProgramGraph, placeOf: PlaceOf): ReadonlyArray<CrossFinding> => {
  const path = circleOf(graph)
  const [node, next] = path
  if (node === undefined || next === undefined) return []
  const edge = node.needs.find(({ to }) => to.includes(next))
  const way = path.map(labelOf).join(" -> ")
  const text = `programs wait for each other: ${way}`
  const places = path
    .slice(1, -1)
    .map(({ spec }) => placeOf(spec.source))
    .join(", ")
  const hint = `take one of these away; the others are at ${places}`
  return [fault(node, edge?.name ?? "", text, hint)]
}

const labelOf = ({ spec }: ProgramNode): string => programLabel(spec)

const fault = (
  { spec }: ProgramNode,
  name: string,
  message: string,
  hint: string | null
): CrossFinding => {
  const { origin, source } = spec
  return { origin, severity: "error", source, path: ["dependsOn", name], message, hint }
}
