import type { ActualInstance } from "../../domain/Actual.ts"
import { exitText } from "../exitText.ts"
import { tooQuick } from "../tooQuick.ts"

type Seen = Pick<ActualInstance, "exit" | "ready" | "reason" | "spawnError" | "state">

/** What is said of an instance that failed. */
export const failureText = ({ exit, reason, spawnError, state }: Seen): string => {
  if (state === "EXITED" && exit !== null) return `EXITED: ${exitText(exit)}`
  const told = reason !== null && "text" in reason ? reason.text : spawnError
  // supervisord's sentence leaves out the one thing that is known.
  const why = told === tooQuick && exit !== null ? `${exitText(exit)} soon after its start` : told
  if (why === "") return state
  return state === "STOPPING" ? why : `${state}: ${why}`
}

/** What is said of one that is to come up still. */
export const waitText = ({ ready, reason, state }: Seen): string => {
  if (state === "STOPPED" && reason?.kind === "waiting") return "waits for what it needs"
  if (state === "RUNNING" && (ready === null || ready.ok)) return "not ready long enough"
  const seen = ready?.last?.text ?? ""
  const what = state === "RUNNING" ? "not ready" : state
  return seen === "" ? what : `${what}: ${seen}`
}
