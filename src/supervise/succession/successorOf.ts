import type { Successor } from "../../domain/Actual.ts"
import type { Instance } from "../Instance.ts"

type Holder = Pick<Instance, "failedSuccession" | "successor">

/** What everybody sees of the new process that is to take the place of the one that runs. */
export const successorOf = ({ failedSuccession, successor }: Holder): Successor | null => {
  if (successor !== null) {
    const { changedFile, process, since, spec, state } = successor
    return {
      pid: process?.pid ?? null,
      state,
      revision: spec.revision,
      since,
      outdated: changedFile !== null,
      failed: null
    }
  }
  if (failedSuccession === null) return null
  const { at, revision, text } = failedSuccession
  return { pid: null, state: "STOPPED", revision, since: at, outdated: false, failed: text }
}

/** Whether that is what was seen before. */
export const isSameSuccessor = (before: Successor | null, holder: Holder): boolean => {
  if (holder.successor === null && holder.failedSuccession === null) return before === null
  const now = successorOf(holder)
  return (
    before !== null &&
    now !== null &&
    before.pid === now.pid &&
    before.state === now.state &&
    before.revision === now.revision &&
    before.since === now.since &&
    before.outdated === now.outdated &&
    before.failed === now.failed
  )
}
