import * as Effect from "effect/Effect"
import { outcomeWord } from "../core/outcomeWord.ts"
import { countProblems, renderProblem } from "../core/renderProblems.ts"
import type { Report } from "../reconcile/Report.ts"

/** What the reconciler tells, in reeve's own log: short, because plans and outcomes are in the history. */
export const logReport = (report: Report): Effect.Effect<void> => {
  switch (report.kind) {
    case "plan":
      return Effect.logInfo(
        `generation ${report.generation}: ${report.plan.actions.length} actions to apply`
      )
    case "held":
      return Effect.logWarning(
        `a plan waits: ${report.plan.held.map(({ text }) => text).join("; ")}`
      )
    case "progress":
      return Effect.logDebug(`${report.progress.action}: ${report.progress.text}`)
    case "applied": {
      const { failures, generation, outcome } = report.applied
      const failed = failures.map(({ address, text }) => `${address}: ${text}`).join("; ")
      return Effect.logInfo(
        `generation ${generation} ${outcomeWord(outcome)}${failed && ` (${failed})`}`
      )
    }
    case "rejected": {
      const lines = report.problems.map((problem) => renderProblem(problem, { color: false }))
      // A warning: the console, where this is shown in full already, takes errors.
      return Effect.logWarning(
        `the files were rejected (${countProblems(report.problems)}): ${lines.join("; ")}`
      )
    }
    case "warnings":
      return Effect.forEach(
        report.problems,
        (problem) => Effect.logWarning(renderProblem(problem, { color: false })),
        { discard: true }
      )
    case "pin":
      return Effect.logInfo(report.text)
    case "undone":
      return Effect.logError(report.text)
    case "fallback":
      return Effect.logWarning(
        report.generation === null
          ? "the files have errors and nothing was accepted before; waiting for a save"
          : `the files have errors; generation ${report.generation} is started`
      )
  }
}
