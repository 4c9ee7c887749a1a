/** What an instance adds to the capacity of its program while that is updated. */
import type { ActualInstance } from "../../domain/Actual.ts"
import type { Reason } from "../../domain/State.ts"
import { hasCompleted } from "../dependency/conditions.ts"
import { isReady } from "../isReady.ts"
import { isToRun } from "../isToRun.ts"

/** Wall clock, milliseconds: from when on it counts as available; null: it is not ready. */
export const availableFrom = (instance: ActualInstance, minReadyMs: number): number | null => {
  if (!isReady(instance)) return null
  const { ready, since, spec } = instance
  const readySince = spec.definition.ready === null ? since : Math.max(since, ready?.since ?? since)
  return readySince + minReadyMs
}

export const isAvailable = (instance: ActualInstance, minReadyMs: number, now: number): boolean => {
  const from = availableFrom(instance, minReadyMs)
  return from !== null && from <= now
}

/**
 * Whether its program is to have it up at all: what somebody stopped, what is not to start by itself and does not run, and what
 * ended as it should are no lost capacity, and nobody waits for them.
 */
export const isWanted = (instance: ActualInstance): boolean => {
  const { override, reason, spec, state } = instance
  if (override?.kind === "stopped" || hasCompleted(instance)) return false
  const toRun = isToRun(spec, override)
  switch (state) {
    case "STARTING":
    case "RUNNING":
    case "BACKOFF":
    case "STOPPING":
    case "UNKNOWN":
      return true
    case "EXITED":
    case "FATAL":
      return toRun
    case "STOPPED":
      return toRun || isOnItsWay(reason)
  }
}

/** Stopped for a moment, and to start by itself. */
const isOnItsWay = (reason: Reason | null): boolean => {
  switch (reason?.kind) {
    case undefined:
    case "neverStarted":
    case "shutdown":
    case "operator":
    case "exited":
    case "startFailed":
    case "gaveUp":
      return false
    case "plan":
    case "recycled":
    case "followed":
    case "waiting":
    case "unhealthy":
    case "fileChanged":
    case "signalFailed":
      return true
  }
}
