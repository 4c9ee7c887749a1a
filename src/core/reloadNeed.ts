/**
 * Whether a process that goes on is to read a file anew (`reload`), and whether it may be told so now. One that has not come up
 * may not know the signal yet, which would end it; what it has not read by then it is told when it is up. One that stops, or has
 * ended, needs no signal: the next one reads the file when it begins.
 *
 *   state                     the signal
 *   RUNNING                   now; with a probe: once it was ready, though it may not be any more (the file may be why)
 *   STARTING                  when it is up
 *   all others                none
 */
import type { ActualInstance } from "../domain/Actual.ts"
import type { InstanceSpec } from "../domain/Instance.ts"

export interface ReloadNeed {
  readonly path: string
  readonly signal: string
  /** What it waits for; null: nothing. */
  readonly until: "up" | "ready" | null
}

type Facts = Pick<ActualInstance, "process" | "ready" | "state" | "unreadFile" | "wasReady">

/** Null: nothing is to be told. */
export const reloadNeed = (
  { definition }: Pick<InstanceSpec, "definition">,
  { process, ready, state, unreadFile: path, wasReady }: Facts
): ReloadNeed | null => {
  const { reload } = definition
  if (process === null || path === null || reload === null || reload.on.length === 0) return null
  const { signal } = reload
  switch (state) {
    case "STARTING":
      return { path, signal, until: "up" }
    case "RUNNING": {
      const isUp = definition.ready === null || wasReady || ready?.ok === true
      return { path, signal, until: isUp ? null : "ready" }
    }
    case "STOPPED":
    case "BACKOFF":
    case "STOPPING":
    case "EXITED":
    case "FATAL":
    case "UNKNOWN":
      return null
  }
}
