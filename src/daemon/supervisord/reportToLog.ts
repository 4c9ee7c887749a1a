import * as Effect from "effect/Effect"
import type { Report } from "../../reconcile/Report.ts"

/**
 * What the reconciler tells, in supervisord's main log: nothing that supervisord would not say at its usual level. Files that
 * `--watch` finds wrong are an error, for nobody else hears of them.
 */
export const reportToLog = (report: Report): Effect.Effect<void> => {
  switch (report.kind) {
    case "plan":
      return Effect.logTrace(`plan ${report.generation}: ${report.plan.actions.length} actions`)
    case "held":
      return Effect.logWarning(
        `changes wait: ${report.plan.held.map(({ text }) => text).join("; ")}`
      )
    case "progress":
      return Effect.logTrace(`${report.progress.action}: ${report.progress.text}`)
    case "applied": {
      const { failures, generation, outcome } = report.applied
      const failed = failures.map(({ address, text }) => `${address}: ${text}`).join("; ")
      return Effect.logTrace(`plan ${generation} ${outcome}${failed && ` (${failed})`}`)
    }
    case "rejected":
      return Effect.logError(
        `the changed files are not taken: ${report.problems.map(({ message }) => message).join("; ")}`
      )
    case "warnings":
    case "fallback":
    case "pin":
      return Effect.void
    case "undone":
      return Effect.logError(report.text)
  }
}
