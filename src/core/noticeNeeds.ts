/** What a process is given at its start so that it can tell of itself. */
import type { Definition } from "../domain/Definition.ts"

export interface NoticeNeeds {
  /** NOTIFY_SOCKET */
  readonly socket: boolean
  /** WATCHDOG_USEC; null: it is not to say that it is alive. */
  readonly watchdogMs: number | null
  /** The number of its readiness descriptor; null: none. */
  readonly fd: number | null
}

export const noticeNeeds = ({
  liveness,
  ready
}: Pick<Definition, "ready" | "liveness">): NoticeNeeds => {
  const fd = ready?.kind === "notify" ? ready.fd : null
  const watchdogMs = liveness?.kind === "notify" ? liveness.watchdogMs : null
  const tellsReady = ready?.kind === "notify" && fd === null
  return { socket: tellsReady || watchdogMs !== null, watchdogMs, fd }
}
