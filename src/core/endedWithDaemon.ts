/**
 * What is due, when a daemon has ended, to an instance whose process was to end with it (`dieWithSupervisor`). It was the kernel
 * that ended it, and not its own failure: it is started again whatever its restart policy says. One that the kernel was not told
 * of in time (it was just being started) still lives, and is replaced.
 */
import type { ExitStatus, State } from "../domain/State.ts"
import type { InstanceEvent } from "./instanceState.ts"

/** `before`: its state when the daemon ended; `end` null: it lives. */
export const endedWithDaemon = (
  before: State,
  end: ExitStatus | null
): ReadonlyArray<InstanceEvent> => {
  switch (before) {
    case "STARTING":
    case "RUNNING":
      if (end === null) return [{ kind: "stop", reason }, { kind: "start" }]
      return mayBeOfKernel(end) ? [{ kind: "renewed" }, { kind: "start" }] : []
    case "STOPPED":
    case "BACKOFF":
    case "STOPPING":
    case "EXITED":
    case "FATAL":
    case "UNKNOWN":
      return []
  }
}

const reason = { kind: "plan", text: "its daemon has ended (dieWithSupervisor)" } as const

/** What ended by itself in that moment has an end of its own. */
const mayBeOfKernel = (end: ExitStatus): boolean => {
  switch (end.kind) {
    case "signal":
      return end.signal === "SIGKILL"
    case "unknown":
      return true
    case "code":
      return false
  }
}
