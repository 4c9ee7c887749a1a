/**
 * From evaluated objects to programs and groups: each is checked against its schema, then all against each other, and what
 * is sound is expanded into instances. Every fault is told at once; nothing here touches the machine.
 */
import * as Result from "effect/Result"
import { expandProgram } from "../core/expandProgram.ts"
import { expandSupervisor } from "../core/expandSupervisor.ts"
import { directoryOf } from "../core/resolvePath.ts"
import { type Finding, finding } from "../core/schemaFindings.ts"
import type { ScaleOverride } from "../domain/Actual.ts"
import type { ProgramChecked } from "../domain/authoring/ProgramSchema.ts"
import type { Group, Program, SupervisorSettings } from "../domain/Desired.ts"
import { checkProgram, checkSupervisor } from "./checkObject.ts"
import type { Decoded, Issue } from "./Decoded.ts"
import { decodeGroups, type GroupDecl, type Membership } from "./decodeGroups.ts"
import type { Evaluated, EvaluatedFault, EvaluatedObject } from "./Evaluated.ts"
import { claimName, type Named, nameOf, placeOf } from "./objectName.ts"
import { sealInstance } from "./sealInstance.ts"

export interface DecodeOptions {
  /** Numbers of instances that an operator set by hand. */
  readonly scales: ReadonlyArray<ScaleOverride>
}

export const decode = (evaluated: Evaluated, options: DecodeOptions = { scales: [] }): Decoded => {
  const issues = collector(evaluated.faults, evaluated.objects)
  const programs = checkPrograms(evaluated.objects, issues)
  const names = new Map([...programs].map(([name, { object }]) => [name, object.source]))
  const { groups, memberOf } = decodeGroups(evaluated.objects, names, issues.add)
  const inputs = new Set<string>()
  const expanded = [...programs.values()].flatMap((checked) =>
    checked.input === null ? [] : expand(checked, checked.input, memberOf, options, issues, inputs)
  )
  return {
    programs: expanded,
    groups: [...groups, ...implicitGroups(programs, memberOf)],
    supervisor: decodeSupervisor(evaluated.objects, issues),
    inputs: [...inputs],
    issues: issues.found
  }
}

export type AddIssue = (object: number, found: Finding, severity?: Issue["severity"]) => void

interface Collector {
  readonly found: ReadonlyArray<Issue>
  readonly add: AddIssue
}

/** Leaves out what follows from a value that could not even cross over: that fault is told already. */
const collector = (
  faults: ReadonlyArray<EvaluatedFault>,
  objects: ReadonlyArray<EvaluatedObject>
): Collector => {
  const found: Array<Issue> = []
  const told = (object: number, { path }: Finding): boolean =>
    faults.some(
      (fault) =>
        samePlace(fault.source, objects[object]?.source) &&
        fault.path.length <= path.length &&
        fault.path.every((key, position) => key === path[position])
    )
  return {
    found,
    add: (object, one, severity = "error") => {
      if (!told(object, one)) found.push({ object, severity, ...one })
    }
  }
}

const samePlace = (
  a: EvaluatedObject["source"],
  b: EvaluatedObject["source"] | undefined
): boolean => b !== undefined && a.file === b.file && a.line === b.line && a.column === b.column

interface CheckedProgram extends Named {
  /** Null: it has faults. Its name is known all the same, so that a group that holds it is not at fault, too. */
  readonly input: ProgramChecked | null
}

const checkPrograms = (
  objects: ReadonlyArray<EvaluatedObject>,
  issues: Collector
): ReadonlyMap<string, CheckedProgram> => {
  const programs = new Map<string, CheckedProgram>()
  for (const [position, object] of objects.entries()) {
    if (object.type !== "program") continue
    const checked = checkProgram(object.input)
    if (Result.isFailure(checked)) for (const found of checked.failure) issues.add(position, found)
    const name = nameOf(object, position, issues.add)
    if (name === null) continue
    const input = Result.isSuccess(checked) ? checked.success : null
    claimName(programs, { name, position, object, input }, issues.add)
  }
  return programs
}

const expand = (
  { name, position, object }: CheckedProgram,
  input: ProgramChecked,
  memberOf: Membership,
  options: DecodeOptions,
  issues: Collector,
  inputs: Set<string>
): ReadonlyArray<Program> => {
  const declared = memberOf.get(name)
  const group = declared?.name ?? name
  const scale = options.scales.find((it) => it.group === group && it.program === name)
  const { instances, findings } = expandProgram(input, {
    name,
    grouped: declared !== undefined,
    directory: directoryOf(object.source.file),
    scale: scale?.instances ?? null
  })
  for (const found of findings) {
    issues.add(
      position,
      found,
      found.path[0] === "perInstance" && found.path.length === 1 ? "warning" : "error"
    )
  }
  const groupPriority = declared?.priority ?? input.priority ?? 999
  for (const { definition } of instances) for (const file of definition.envFile) inputs.add(file)
  const common = {
    group,
    groupPriority,
    program: name,
    origin: "typescript",
    source: object.source,
    protect: input.protect ?? false,
    renamedFrom: input.renamedFrom ?? null
  } as const
  return [
    {
      name,
      group,
      origin: "typescript",
      source: object.source,
      instances: instances.map((instance) => sealInstance({ ...common, ...instance }))
    }
  ]
}

/** A program outside every declared group has a group of its own name and priority. */
const implicitGroups = (
  programs: ReadonlyMap<string, CheckedProgram>,
  memberOf: ReadonlyMap<string, GroupDecl>
): ReadonlyArray<Group> =>
  [...programs.values()].flatMap(({ name, input }) =>
    input === null || memberOf.has(name)
      ? []
      : [{ name, priority: input.priority ?? 999, declared: false, programs: [name] }]
  )

const decodeSupervisor = (
  objects: ReadonlyArray<EvaluatedObject>,
  issues: Collector
): SupervisorSettings | null => {
  let settings: SupervisorSettings | null = null
  let first: EvaluatedObject | null = null
  for (const [position, object] of objects.entries()) {
    if (object.type !== "supervisor") continue
    if (first !== null) {
      const rest = `there is a second defineSupervisor; the first is at ${placeOf(first, object)}`
      issues.add(position, finding([], rest, "keep one of them"))
      continue
    }
    first = object
    const checked = checkSupervisor(object.input)
    if (Result.isFailure(checked)) for (const found of checked.failure) issues.add(position, found)
    else settings = expandSupervisor(checked.success, directoryOf(object.source.file))
  }
  return settings
}
