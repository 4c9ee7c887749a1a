/**
 * What one declared instance that exists already needs. Three things are compared: what is declared, what was applied
 * (`spec`), and what its latest process was started with (`started`). Whether a process must be replaced is asked of the
 * last; whether anything is to be told to the supervisor, of the applied one.
 *
 *   state                                  new process when                                   otherwise
 *   STARTING RUNNING BACKOFF STOPPING      a field of class restart or replace changed         update
 *   UNKNOWN                                  since the start
 *   EXITED                                 the same, and it is to run                         update, drift
 *   FATAL                                  any field that matters changed, and it is to run   update, drift
 *   STOPPED                                it is to run (nothing holds it)                    update
 *   STOPPED, waiting                       never: it starts by itself                         update; stop where it is not to run
 *
 * Where none of that is due, a changed file that it watches asks for a new process too, in all states but STOPPED and UNKNOWN.
 * One that it reads anew at a signal (`reload`) does so where there is no process to get that (core/reloadNeed).
 *
 * "To run": start.auto, an override "started", or that another program needs it. An override "stopped" holds it in every state.
 */
import type { ActualInstance } from "../domain/Actual.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Cause, ChangeClass, FieldChange } from "../domain/Plan.ts"
import { awaitedText } from "./dependency/waitingText.ts"
import { heedsFiles } from "./heedsFiles.ts"

export type Verdict =
  | { readonly kind: "restart" | "start" | "stop" | "update"; readonly cause: Cause }
  | { readonly kind: "metadata" | "nothing" }

export type Diff = (before: InstanceSpec, after: InstanceSpec) => ReadonlyArray<FieldChange>

/** `toRun`: files or operators say that it is to have a process. */
export const decide = (
  after: InstanceSpec,
  before: ActualInstance,
  diff: Diff,
  toRun: boolean
): Verdict => {
  const applied = diff(before.spec, after)
  const sinceStart = before.started === null ? applied : diff(before.started, after)
  const need = processNeed(before, sinceStart, toRun)
  if (need !== null) return { kind: need, cause: causeOf(before, applied, sinceStart) }
  if (
    before.mustRestart !== null &&
    before.process !== null &&
    before.override?.kind !== "stopped"
  ) {
    return { kind: "restart", cause: { kind: "drift", text: before.mustRestart } }
  }
  const again = forChangedFile(after, before, toRun)
  if (again !== null) return again
  if (weight(applied) > 0) return { kind: "update", cause: { kind: "fields", changes: applied } }
  // A new process that is not wanted any more is taken away with that; what somebody restarts by hand is.
  return before.spec.revision !== after.revision ||
    (before.successor !== null && before.successor.revision !== after.revision) ||
    !sameMetadata(before.spec, after)
    ? { kind: "metadata" }
    : { kind: "nothing" }
}

/** What ended is started again too, as it may have ended of what the file was; what somebody stopped is not. */
const forChangedFile = (
  after: InstanceSpec,
  before: ActualInstance,
  toRun: boolean
): Verdict | null => {
  const { changedFile, override, state } = before
  if (changedFile === null || !heedsFiles(after.definition)) return null
  if (override?.kind === "stopped") return null
  const cause = { kind: "watch", path: changedFile } as const
  switch (state) {
    case "STARTING":
    case "RUNNING":
    case "BACKOFF":
    case "STOPPING":
      return { kind: "restart", cause }
    case "EXITED":
    case "FATAL":
      return toRun ? { kind: "start", cause } : null
    case "STOPPED":
    case "UNKNOWN":
      return null
  }
}

const processNeed = (
  before: ActualInstance,
  sinceStart: ReadonlyArray<FieldChange>,
  toRun: boolean
): "restart" | "start" | "stop" | null => {
  if (before.override?.kind === "stopped") return null
  switch (before.state) {
    case "STARTING":
    case "RUNNING":
    case "BACKOFF":
    case "STOPPING":
    case "UNKNOWN":
      return weight(sinceStart) >= weights.restart ? "restart" : null
    case "EXITED":
      return toRun && weight(sinceStart) >= weights.restart ? "start" : null
    case "FATAL":
      return toRun && weight(sinceStart) > 0 ? "start" : null
    case "STOPPED":
      // It starts by itself.
      if (before.reason?.kind === "waiting") return toRun ? null : "stop"
      return toRun ? "start" : null
  }
}

/** Fields where there are any: those not applied yet, and those that the process was not started with. */
const causeOf = (
  before: ActualInstance,
  applied: ReadonlyArray<FieldChange>,
  sinceStart: ReadonlyArray<FieldChange>
): Cause => {
  const shown = new Set(applied.map(({ path }) => path))
  const late = sinceStart.filter(
    (change) => !shown.has(change.path) && weights[change.class] >= weights.restart
  )
  const changes = [...applied, ...late]
  return changes.length > 0 ? { kind: "fields", changes } : { kind: "drift", text: whyDown(before) }
}

const whyDown = ({ reason }: ActualInstance): string => {
  switch (reason?.kind) {
    case undefined:
    case "neverStarted":
      return "declared and not started yet"
    case "operator":
      return `stopped by ${reason.who} and released since`
    case "followed":
      return `stopped to follow ${reason.on}, and not started again yet`
    case "waiting":
      return `was to wait for ${awaitedText(reason.on)}`
    case "shutdown":
      return "stopped when reeve ended"
    case "unhealthy":
      return `stopped as it was not healthy (${reason.text}), and not started again yet`
    case "recycled":
      return "stopped as it had run as long as it may, and not started again yet"
    case "fileChanged":
      return `stopped as ${reason.path} changed, and not started again yet`
    case "plan":
      return `stopped by a plan that did not finish (${reason.text})`
    case "exited":
    case "startFailed":
    case "gaveUp":
    case "signalFailed":
      return "does not run although nothing holds it"
  }
}

const weights: Readonly<Record<ChangeClass, number>> = {
  none: 0,
  live: 1,
  signal: 2,
  restart: 3,
  replace: 4
}

const weight = (changes: ReadonlyArray<FieldChange>): number =>
  changes.reduce((most, change) => Math.max(most, weights[change.class]), 0)

const sameMetadata = (a: InstanceSpec, b: InstanceSpec): boolean =>
  a.groupPriority === b.groupPriority &&
  a.protect === b.protect &&
  a.renamedFrom === b.renamedFrom &&
  a.origin === b.origin &&
  a.source.line === b.source.line &&
  a.source.column === b.source.column &&
  a.source.file === b.source.file
