/**
 * Whether a task with `once: true` is done already by what is on record: it completed under its name, or the one that it had
 * before, and nothing has changed since that would take a new process. The plan and the supervisor both ask this.
 */
import type { Completion } from "../domain/Completion.ts"
import { type InstanceKey, type InstanceSpec, instanceKey } from "../domain/Instance.ts"
import { diffDefinitions } from "./diffDefinition.ts"

/** Null: it is to run. */
export const completedBefore = (
  spec: InstanceSpec,
  completionOf: (key: InstanceKey) => Completion | null
): Completion | null => {
  if (spec.definition.task?.once !== true) return null
  for (const key of keysOf(spec)) {
    const completion = completionOf(key)
    if (completion !== null) return isSameWork(completion.spec, spec) ? completion : null
  }
  return null
}

/** Under which its completion may be on record, the latest first. */
export const keysOf = ({
  group,
  index,
  key,
  program,
  renamedFrom
}: InstanceSpec): ReadonlyArray<InstanceKey> =>
  renamedFrom === null
    ? [key]
    : // A program outside every declared group has one of its own name.
      [key, instanceKey(group === program ? renamedFrom : group, renamedFrom, index)]

/** Nothing has changed that would take a new process. */
export const isSameWork = (before: InstanceSpec, now: InstanceSpec): boolean =>
  before.revision === now.revision ||
  diffDefinitions(before.definition, now.definition, []).every(
    (change) => change.class !== "restart" && change.class !== "replace"
  )
