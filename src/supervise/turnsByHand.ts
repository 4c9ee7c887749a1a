/**
 * Commands by hand take turns of instances, and wait between them. One whose turn comes when a later command has named it
 * leaves the instance alone, so that the last word of an operator holds.
 */
import type { InstanceKey } from "../domain/Instance.ts"
import type { Table } from "./Table.ts"

export const turnsByHand = ({ former, instances }: Pick<Table, "former" | "instances">) => {
  let commands = 0
  return {
    beginCommand: (keys: Iterable<InstanceKey>): number => {
      commands += 1
      for (const key of keys) {
        const instance = instances.get(key)
        if (instance !== undefined) instance.command = commands
      }
      return commands
    },
    turnOf: (key: InstanceKey, command: number): InstanceKey | null => {
      const now = former.now(key)
      return (instances.get(now)?.command ?? 0) > command ? null : now
    }
  }
}
