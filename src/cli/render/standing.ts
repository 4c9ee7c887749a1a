/** What stands between the files and what runs, for `reeve status`: errors in the files, a plan that waits. */
import { displayPath } from "../../core/displayPath.ts"
import { renderProblems } from "../../core/renderProblems.ts"
import type { ReconcilerStatus } from "../../reconcile/Reconciler.ts"

export interface StandingOptions {
  readonly colour: boolean
  /** Files below it are shown as seen from here. */
  readonly directory: string
}

/** Lines for the user; none when what runs is what the files say. */
export const renderStanding = (
  { generation, pending, problems }: Pick<ReconcilerStatus, "generation" | "pending" | "problems">,
  { colour, directory }: StandingOptions
): ReadonlyArray<string> => {
  const lines: Array<string> = []
  if (problems.length > 0) {
    const placed = problems.map((problem) => ({
      ...problem,
      file: problem.file === null ? null : displayPath(problem.file, directory)
    }))
    const kept =
      generation === null ? "nothing runs yet" : `generation ${generation} is kept running`
    lines.push(renderProblems(placed, { color: colour }), `The files have errors; ${kept}.`)
  }
  if (pending !== null) {
    const reasons = pending.holds.map(({ text }) => text).join("; ")
    lines.push(`A plan is held (${reasons}); see it with reeve plan.`)
  }
  return lines
}
