/**
 * Whether two contents of a group are the same, as `reread` tells (supervisord.md 9.1): priority, the ordered list of its
 * programs, and what each of them is. Definitions are compared by their revisions, as everywhere.
 */
import type { GroupContent } from "./GroupRegister.ts"

export const sameGroup = (a: GroupContent, b: GroupContent): boolean => {
  if (a === b) return true
  if (a.group.priority !== b.group.priority || a.programs.length !== b.programs.length) return false
  return a.programs.every((program, at) => {
    const other = b.programs[at]
    if (other === undefined || program.name !== other.name) return false
    if (program === other) return true
    return (
      program.instances.length === other.instances.length &&
      program.instances.every((spec, index) => {
        const twin = other.instances[index]
        return twin !== undefined && spec.name === twin.name && spec.revision === twin.revision
      })
    )
  })
}
