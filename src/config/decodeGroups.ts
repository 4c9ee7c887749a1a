/** Declared groups, and who is in which: every member must exist, and is in one group only. */
import * as Result from "effect/Result"
import { didYouMean } from "../core/didYouMean.ts"
import { type Finding, finding } from "../core/schemaFindings.ts"
import type { GroupChecked } from "../domain/authoring/GroupSchema.ts"
import type { Group } from "../domain/Desired.ts"
import { checkGroup } from "./checkObject.ts"
import type { EvaluatedObject } from "./Evaluated.ts"
import { claimName, type Named, nameOf, placeOf } from "./objectName.ts"

export interface GroupDecl {
  readonly name: string
  readonly priority: number
}

/** From a program's name to the declared group that it is in. */
export type Membership = ReadonlyMap<string, GroupDecl>

export interface DecodedGroups {
  readonly groups: ReadonlyArray<Group>
  readonly memberOf: Membership
}

type Add = (object: number, found: Finding) => void

interface CheckedGroup extends Named {
  readonly input: GroupChecked
}

/** `programs`: the names of all programs, also of those with faults. */
export const decodeGroups = (
  objects: ReadonlyArray<EvaluatedObject>,
  programs: ReadonlyMap<string, EvaluatedObject>,
  add: Add
): DecodedGroups => {
  const checked = checkGroups(objects, add)
  const holders = new Map<string, CheckedGroup>()
  const groups = [...checked.values()].map((group) => ({
    name: group.name,
    priority: group.input.priority ?? 999,
    declared: true,
    programs: group.input.programs.filter((member, position) =>
      joins(group, member, position, programs, holders, add)
    )
  }))
  for (const group of checked.values()) {
    if (!programs.has(group.name) || holders.has(group.name)) continue
    const rest = `the program ${JSON.stringify(group.name)} is outside every group and has a group of that name to itself`
    add(group.position, finding(["name"], rest, "give one of them another name"))
  }
  const declared = new Map(groups.map((group) => [group.name, group]))
  const memberOf = new Map<string, GroupDecl>()
  for (const [member, { name }] of holders) {
    const group = declared.get(name)
    if (group !== undefined) memberOf.set(member, group)
  }
  return { groups, memberOf }
}

const contested = (member: string, holder: CheckedGroup, group: CheckedGroup): string => {
  const place = `${JSON.stringify(holder.name)} already, at ${placeOf(holder.object, group.object)}`
  return `${JSON.stringify(member)} is in the group ${place}; a program is in one group at most`
}

const checkGroups = (
  objects: ReadonlyArray<EvaluatedObject>,
  add: Add
): ReadonlyMap<string, CheckedGroup> => {
  const groups = new Map<string, CheckedGroup>()
  for (const [position, object] of objects.entries()) {
    if (object.type !== "group") continue
    const checked = checkGroup(object.input)
    if (Result.isFailure(checked)) for (const found of checked.failure) add(position, found)
    const name = nameOf(object, position, add)
    if (name === null || Result.isFailure(checked)) continue
    claimName(groups, { name, position, object, input: checked.success }, add)
  }
  return groups
}

const joins = (
  group: CheckedGroup,
  member: string,
  position: number,
  programs: ReadonlyMap<string, EvaluatedObject>,
  holders: Map<string, CheckedGroup>,
  add: Add
): boolean => {
  const where = ["programs", position]
  const program = programs.get(member)
  if (program?.type === "listener") {
    const rest = `${JSON.stringify(member)} is an event listener, and has a group to itself`
    add(group.position, finding(where, rest, "take it out of the list"))
    return false
  }
  if (program === undefined) {
    const near = didYouMean(member, programs.keys(), 1)[0]
    const hint = near === undefined ? null : `did you mean ${JSON.stringify(near)}?`
    add(
      group.position,
      finding(where, `there is no program called ${JSON.stringify(member)}`, hint)
    )
    return false
  }
  const holder = holders.get(member)
  if (holder === undefined) {
    holders.set(member, group)
    return true
  }
  const rest =
    holder === group
      ? `${JSON.stringify(member)} is listed twice`
      : contested(member, holder, group)
  add(group.position, finding(where, rest))
  return false
}
