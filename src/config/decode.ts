/**
 * From evaluated objects to programs and groups: each is checked against its schema, then all against each other, and what
 * is sound is expanded into instances. Every fault is told at once; nothing here touches the machine. With a memory, what
 * did not change since the last load is the same object as then.
 */
import * as Result from "effect/Result"
import { expandProgram } from "../core/expandProgram.ts"
import { expandSupervisor } from "../core/expandSupervisor.ts"
import { programKey } from "../core/programKey.ts"
import { directoryOf } from "../core/resolvePath.ts"
import { type Finding, finding } from "../core/schemaFindings.ts"
import type { ScaleOverride } from "../domain/Actual.ts"
import type { Runnable } from "../domain/authoring/Runnable.ts"
import type { Group, SupervisorSettings } from "../domain/Desired.ts"
import { checkProgram, checkSupervisor, isRunnable } from "./checkObject.ts"
import type { Decoded, Issue } from "./Decoded.ts"
import { DecodeMemory, type ExpandedAndSealed } from "./DecodeMemory.ts"
import { decodeGroups, type GroupDecl, type Membership } from "./decodeGroups.ts"
import type { Evaluated, EvaluatedFault, EvaluatedObject } from "./Evaluated.ts"
import { claimName, type Named, nameOf, placeOf } from "./objectName.ts"
import { sealInstance } from "./sealInstance.ts"

export interface DecodeOptions {
  /** Numbers of instances that an operator set by hand. */
  readonly scales: ReadonlyArray<ScaleOverride>
  /** Of the loads before; the caller keeps it when this load is good. Default: none. */
  readonly memory?: DecodeMemory
}

export const decode = (evaluated: Evaluated, options: DecodeOptions = { scales: [] }): Decoded => {
  const memory = options.memory ?? new DecodeMemory()
  memory.begin()
  const issues = collector(evaluated.faults, evaluated.objects)
  const programs = checkPrograms(evaluated.objects, issues, memory)
  const names = new Map([...programs].map(([name, { object }]) => [name, object]))
  const { groups, memberOf } = decodeGroups(evaluated.objects, names, issues.add)
  const inputs = new Set<string>()
  const scales = new Map(options.scales.map((it) => [programKey(it), it.instances]))
  const expanded = [...programs.values()].flatMap((checked) => {
    if (checked.input === null) return []
    const { program, findings } = expand(checked, checked.input, { memberOf, scales, memory })
    for (const found of findings) issues.add(checked.position, found, severityOf(found))
    for (const { definition } of program.instances) {
      for (const file of definition.envFile) inputs.add(file)
    }
    return [program]
  })
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
  readonly input: Runnable | null
  /** What was evaluated, exactly, and as what. */
  readonly text: string
}

const checkPrograms = (
  objects: ReadonlyArray<EvaluatedObject>,
  issues: Collector,
  memory: DecodeMemory
): ReadonlyMap<string, CheckedProgram> => {
  const programs = new Map<string, CheckedProgram>()
  for (const [position, object] of objects.entries()) {
    const { type, input: given } = object
    if (!isRunnable(type)) continue
    const text = `${type} ${JSON.stringify(given) ?? ""}`
    const checked = memory.checks.of(text, () => checkProgram(type, given))
    if (Result.isFailure(checked)) for (const found of checked.failure) issues.add(position, found)
    const name = nameOf(object, position, issues.add)
    if (name === null) continue
    const input = Result.isSuccess(checked) ? checked.success : null
    claimName(programs, { name, position, object, input, text }, issues.add)
  }
  return programs
}

interface Surroundings {
  readonly memberOf: Membership
  /** Numbers set by hand, by `programKey`. */
  readonly scales: ReadonlyMap<string, number>
  readonly memory: DecodeMemory
}

/** The key of the memory holds all that the outcome depends on. */
const expand = (
  { name, object, text }: CheckedProgram,
  input: Runnable,
  { memberOf, scales, memory }: Surroundings
): ExpandedAndSealed => {
  const declared = memberOf.get(name)
  const group = declared?.name ?? name
  const common = {
    group,
    groupPriority: declared?.priority ?? ownPriority(input),
    program: name,
    origin: "typescript",
    source: object.source,
    protect: input.protect ?? false,
    renamedFrom: input.renamedFrom ?? null
  } as const
  const setting = {
    name,
    grouped: declared !== undefined,
    directory: directoryOf(object.source.file),
    scale: scales.get(programKey({ group, program: name })) ?? null
  }
  return memory.programs.of(JSON.stringify([text, common, setting]), () => {
    const { instances, findings } = expandProgram(input, setting)
    const sealed = instances.map((instance) => sealInstance({ ...common, ...instance }))
    const { origin, source } = common
    const program = { name, group, origin, source, written: text, instances: sealed }
    return { program, findings }
  })
}

/** Of the group that a program has to itself; listeners are there before the programs that they hear of. */
const ownPriority = ({ priority, events }: Runnable): number =>
  priority ?? (events === undefined ? 999 : -1)

const severityOf = ({ path }: Finding): Issue["severity"] =>
  path[0] === "perInstance" && path.length === 1 ? "warning" : "error"

/** A program outside every declared group has a group of its own name and priority. */
const implicitGroups = (
  programs: ReadonlyMap<string, CheckedProgram>,
  memberOf: ReadonlyMap<string, GroupDecl>
): ReadonlyArray<Group> =>
  [...programs.values()].flatMap(({ name, input }) =>
    input === null || memberOf.has(name)
      ? []
      : [{ name, priority: ownPriority(input), declared: false, programs: [name] }]
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
