/** Groups with their programs, by name, from plain lists of both. */
import type { Group, Program } from "../domain/Desired.ts"
import type { GroupContent } from "./GroupRegister.ts"

export const contentsOf = ({
  groups,
  programs
}: {
  readonly groups: ReadonlyArray<Group>
  readonly programs: ReadonlyArray<Program>
}): ReadonlyMap<string, GroupContent> => {
  const members = Map.groupBy(programs, ({ group }) => group)
  return new Map(
    groups.map((group) => [group.name, { group, programs: inOrder(group, members) }] as const)
  )
}

/** In the order of `programs=`, whatever order they were read in. */
const inOrder = (
  { name, programs }: Group,
  members: ReadonlyMap<string, ReadonlyArray<Program>>
): ReadonlyArray<Program> => {
  const place = new Map(programs.map((program, at) => [program, at]))
  return (members.get(name) ?? []).toSorted(
    (a, b) => (place.get(a.name) ?? programs.length) - (place.get(b.name) ?? programs.length)
  )
}
