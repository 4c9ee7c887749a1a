/** What `reread` tells (supervisord.md 9.1): pending groups against active ones. */
import type { GroupRegister } from "../../config/GroupRegister.ts"
import { sameGroup } from "../../config/sameGroup.ts"
import type { ConfigDifference } from "../Configuration.ts"

export const differenceOf = (register: GroupRegister["Service"]): ConfigDifference => {
  const pending = register.pending()
  const added: Array<string> = []
  const changed: Array<string> = []
  for (const content of pending) {
    const { name } = content.group
    const active = register.activeGroup(name)
    if (active === undefined) added.push(name)
    else if (!sameGroup(active, content)) changed.push(name)
  }
  const removed = register
    .active()
    .map(({ group }) => group.name)
    .filter((name) => register.pendingGroup(name) === undefined)
  return { added, changed, removed }
}
