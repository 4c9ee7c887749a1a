/**
 * Why an instance is not as the files say although nothing is done about it: one line each, a sentence without its age. It
 * begins with what happened, then a reason in brackets, `with`, `after`, `although` or a punctuation mark: there the age goes
 * when it is printed. When it ends by itself is told apart (`until`).
 */
import type { ActualInstance, ScaleOverride, SourceChange } from "../domain/Actual.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Drift } from "../domain/Plan.ts"
import type { Terms } from "../domain/Terms.ts"
import { hasCompleted, isTask } from "./dependency/conditions.ts"
import { awaitedText } from "./dependency/waitingText.ts"
import { driftLine } from "./driftLine.ts"
import { endedText } from "./exitText.ts"
import type { ReloadNeed } from "./reloadNeed.ts"
import { whyText } from "./termText.ts"

/** Null where it is as it should be, or where a line would only repeat the plan. `toRun`: it is to have a process. */
export const driftOf = (
  spec: InstanceSpec,
  actual: ActualInstance,
  toRun: boolean
): Drift | null => {
  const { override } = actual
  const line = (kind: Drift["kind"], text: string, at: number | null): Drift => {
    const until = kind === "override" && override !== null ? override.until : null
    return driftLine(spec, kind, text, { override, at, until })
  }
  if (override?.kind === "stopped") {
    const since = actual.changedFile === null ? "" : `; ${actual.changedFile} changed since`
    const text = `stopped by ${override.who}${whyText(override)}${holdText(override)}${since}`
    return line("override", text, override.at)
  }
  if (actual.state === "STOPPED" && actual.reason?.kind === "waiting") {
    return line("waiting", `waits for ${awaitedText(actual.reason.on)}`, actual.since)
  }
  // A task that has completed is as it is to be.
  if (isTask(actual) && hasCompleted(actual)) return null
  const next = toRun ? "a change or `reeve start` starts it" : "`reeve start` starts it"
  if (actual.state === "EXITED") {
    return line("exited", `${exitedText(actual)}; ${next}`, actual.stoppedAt)
  }
  if (actual.state === "FATAL") return line("fatal", `${fatalText(actual)}; ${next}`, actual.since)
  if (actual.limitsRefused !== null && actual.process !== null) {
    return line("limits", actual.limitsRefused, null)
  }
  if (override?.kind === "started" && !spec.definition.start.auto) {
    const by = `started by ${override.who}${whyText(override)}`
    const text = `${by} although start.auto is false${holdText(override)}`
    return line("override", text, override.at)
  }
  return null
}

/** For the first instance of a program whose number was set by hand. */
export const scaleDrift = (spec: InstanceSpec, scale: ScaleOverride): Drift => {
  const { at, instances, until, who } = scale
  const text = `scaled to ${instances} by ${who}${whyText(scale)}${holdText(scale)}`
  return driftLine(spec, "override", text, { at, until })
}

/** What runs was made from a file that is another one now. */
export const sourceDrift = (
  spec: InstanceSpec,
  { override }: ActualInstance,
  { at, kind, text }: SourceChange
): Drift => driftLine(spec, kind, text, { override, at })

/** It is told to read a file anew when it may be. */
export const reloadDrift = (
  spec: InstanceSpec,
  { path, signal, until }: Pick<ReloadNeed, "path" | "signal" | "until">
): Drift =>
  driftLine(spec, "reload", `${signal}, as ${path} changed, waits until it is ${until ?? "up"}`)

export const unpredictableDrift = (spec: InstanceSpec, { override }: ActualInstance): Drift => {
  const text =
    "its definition differs at each evaluation although no file changed (a clock, a random number?); left as it is"
  return driftLine(spec, "unpredictable", text, { override })
}

const holdText = ({ until }: Terms): string => (until === null ? "; held until released" : "")

const exitedText = ({ reason, exit }: ActualInstance): string => {
  if (reason?.kind === "unhealthy") return `stopped: ${reason.text}`
  const status = reason?.kind === "exited" ? reason.status : exit
  const expected = reason?.kind === "exited" && reason.expected ? ", as expected" : ""
  return `${endedText(status)}${expected}`
}

const fatalText = ({ reason, spawnError, spec }: ActualInstance): string => {
  return reason?.kind === "gaveUp" && spec.definition.task !== null && reason.attempts === 1
    ? `failed: ${reason.text}`
    : reason?.kind === "gaveUp"
      ? `gave up after ${reason.attempts} ${reason.attempts === 1 ? "try" : "tries"}: ${reason.text}`
      : reason?.kind === "startFailed"
        ? `failed to start: ${reason.text}`
        : `failed to start${spawnError === "" ? "" : `: ${spawnError}`}`
}
