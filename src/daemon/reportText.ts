import { outcomeWord } from "../core/outcomeWord.ts"
import { placePlan } from "../core/placePlan.ts"
import { renderPlan } from "../core/renderPlan.ts"
import { renderProblems } from "../core/renderProblems.ts"
import type { Plan } from "../domain/Plan.ts"
import { localDateTime } from "../os/localTime.ts"
import type { Applied } from "../reconcile/Reconciler.ts"
import type { Report } from "../reconcile/Report.ts"

export interface ReportOptions {
  readonly colour: boolean
  readonly terminal: boolean
  /** Of the terminal; without one nothing is shortened. */
  readonly columns: number
  /** Files below it are shown as seen from here. */
  readonly directory: string
  /** Wall clock, milliseconds. */
  readonly now: number
}

/** What the reconciler tells, for people; null: nothing worth a line. */
export const reportText = (report: Report, options: ReportOptions): string | null => {
  const width = options.terminal ? options.columns : Number.POSITIVE_INFINITY
  const plan = { colour: options.colour, width, now: options.now, dateTime: localDateTime }
  switch (report.kind) {
    case "plan":
      return renderPlan(placePlan(withoutEnds(report.plan), options.directory), plan)
    case "held":
      return [
        renderPlan(placePlan(report.plan, options.directory), plan),
        `reeve: this plan waits for ${releaseOf(report.plan)}`
      ].join("\n")
    case "progress":
      return null
    case "applied":
      return appliedText(report.applied)
    case "rejected":
      return `${renderProblems(report.problems, { color: options.colour })}\nreeve: the files have errors; nothing was changed`
    case "warnings":
      return report.problems.length === 0
        ? null
        : renderProblems(report.problems, { color: options.colour })
    case "fallback":
      return null
    case "undone":
    case "pin":
      return `reeve: ${report.text}`
  }
}

const releaseOf = ({ held }: Plan): string =>
  held.some(({ kind }) => kind === "pinned") ? "reeve resume" : "reeve apply"

const appliedText = ({ failures, generation, outcome }: Applied): string => {
  const said = outcome === "unhealthy" ? "is applied, but not healthy" : outcomeWord(outcome)
  const lines = failures.map(({ address, text }) => `    ${address}: ${text}`)
  return [`reeve: generation ${generation} ${said}`, ...lines].join("\n")
}

/** What has ended was told when it did, and is not worth a line at every save. */
const withoutEnds = (plan: Plan): Plan => ({
  ...plan,
  drift: plan.drift.filter(({ kind }) => kind !== "exited" && kind !== "fatal")
})
