/**
 * Keys of what stands beside the process of an instance for a while: its new process until that takes its place, and from then
 * on its old one (`update.strategy` "overlap"). They are in records only; nobody is shown one.
 */
import { InstanceKey } from "../domain/Instance.ts"

/** `id` must be new, and have no slash. */
export const besideKey = (key: InstanceKey, id: string): InstanceKey =>
  InstanceKey.make(`${key}+${id}`)

const beside = /^(.*\/\d+)\+[^/]+$/

export const isBeside = (key: InstanceKey): boolean => beside.test(key)

/** The key of the instance whose it is; what stands beside nothing has its own. */
export const ownKey = (key: InstanceKey): InstanceKey => {
  const found = beside.exec(key)?.[1]
  return found === undefined ? key : InstanceKey.make(found)
}
