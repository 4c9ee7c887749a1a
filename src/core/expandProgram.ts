/**
 * From a checked program to its instances. A single instance is called as its program; several have their index as name,
 * inside a declared group behind the program's name, so that addresses stay unique there.
 */
import { nameFault } from "../domain/authoring/FieldValue.ts"
import type { Runnable } from "../domain/authoring/Runnable.ts"
import type { Definition } from "../domain/Definition.ts"
import { type Expansion, expandDefinition, fill } from "./expandDefinition.ts"
import { mergeInstance } from "./mergeInstance.ts"
import { type Finding, finding, type Path } from "./schemaFindings.ts"

export interface Setting {
  readonly name: string
  /** Inside a group of `defineGroup`. */
  readonly grouped: boolean
  /** Of the defining file. */
  readonly directory: string
  /** The number that an operator set by hand; null: as the file says. */
  readonly scale: number | null
}

export interface ExpandedInstance {
  readonly name: string
  readonly index: number
  readonly definition: Definition
}

export interface ExpandedProgram {
  readonly instances: ReadonlyArray<ExpandedInstance>
  readonly findings: ReadonlyArray<Finding>
}

export const expandProgram = (program: Runnable, setting: Setting): ExpandedProgram => {
  const count = setting.scale ?? program.instances ?? 1
  const first = program.instanceIndexStart ?? 0
  const findings: Array<Finding> = []
  const instances: Array<ExpandedInstance> = []
  let common: Definition | null = null
  // Also a program of no instances is checked.
  for (let position = 0; position < Math.max(count, 1); position++) {
    const at: Expansion = {
      directory: setting.directory,
      index: first + position,
      findings: [],
      varies: false
    }
    const own = program.perInstance?.[position] ?? null
    const definition: Definition =
      own === null && common !== null
        ? common
        : expandDefinition(own === null ? program : mergeInstance(program, own), at)
    if (own === null && !at.varies) common = definition
    findings.push(...at.findings.map((found) => placed(found, own, position)))
    const name = nameOf(program, setting, { ...at, findings }, position, count)
    if (position < count) instances.push({ name, index: at.index, definition })
  }
  return {
    instances,
    findings: distinct([...findings, ...listFindings(program, instances, setting)])
  }
}

const nameOf = (
  program: Runnable,
  setting: Setting,
  at: Expansion,
  position: number,
  count: number
): string => {
  const given = program.instanceNames
  const own = typeof given === "string" ? given : given?.[position]
  if (own === undefined) {
    if (count === 1) return setting.name
    return setting.grouped ? `${setting.name}:${at.index}` : String(at.index)
  }
  const where = typeof given === "string" ? ["instanceNames"] : ["instanceNames", position]
  const before = at.findings.length
  const name = fill(at, own, where)
  const fault = at.findings.length > before ? null : nameFault(name)
  if (fault !== null) at.findings.push(finding(where, fault))
  return name
}

/** A finding in a value that the instance has of its own is shown there. */
const placed = (found: Finding, own: object | null, position: number): Finding => {
  if (own === null || !holds(own, found.path)) return found
  const path = ["perInstance", position, ...found.path]
  return {
    ...finding(path, found.message.slice(found.message.indexOf(": ") + 2)),
    hint: found.hint
  }
}

const holds = (value: unknown, path: Path): boolean => {
  let inner = value
  for (const key of path) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, key)) return false
    inner = Reflect.get(inner, key)
  }
  return true
}

/** Faults of the lists by position. A number set by hand may well be larger or smaller than they are long. */
const listFindings = (
  program: Runnable,
  instances: ReadonlyArray<ExpandedInstance>,
  setting: Setting
): ReadonlyArray<Finding> => {
  const found: Array<Finding> = []
  const seen = new Map<string, number>()
  for (const [position, { name }] of instances.entries()) {
    const earlier = seen.get(name)
    seen.set(name, position)
    if (earlier === undefined) continue
    const rest = `instances ${earlier} and ${position} are both called ${JSON.stringify(name)}`
    return [finding(["instanceNames"], rest, "put instance.index into the name")]
  }
  if (setting.scale !== null) return found
  const count = program.instances ?? 1
  const names = program.instanceNames
  if (typeof names === "object" && names.length < count) {
    found.push(
      finding(
        ["instanceNames"],
        `expected ${count} names, one for each instance, found ${names.length}`
      )
    )
  }
  if ((program.perInstance?.length ?? 0) > count) {
    const there = count === 1 ? "there is 1 instance" : `there are ${count} instances`
    const rest = `${there}, found ${program.perInstance?.length ?? 0} members`
    found.push(finding(["perInstance"], rest, `raise instances, or take members away`))
  }
  return found
}

/** Instances that share a text share its faults: one is enough. */
const distinct = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  if (findings.length < 2) return findings
  const seen = new Map<string, Finding>()
  for (const found of findings) {
    const key = `${found.path.join("\0")}\0${found.message.replace(/\d+/g, "#")}`
    if (!seen.has(key)) seen.set(key, found)
  }
  return [...seen.values()]
}
