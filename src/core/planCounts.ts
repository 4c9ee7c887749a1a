/** The counts in the last line of a plan, in the order they are printed; what is zero is left out. */
import type { Action, Plan } from "../domain/Plan.ts"

export interface PlanCounts {
  readonly counts: ReadonlyArray<readonly [count: number, what: string]>
  /** Instances that an override or protection keeps as they are. */
  readonly held: number
}

export const planCounts = (plan: Plan): PlanCounts => {
  const totals = new Map<string, number>(words.map((word) => [word, 0]))
  for (const action of plan.actions) {
    const word = wordOf(action)
    totals.set(word, (totals.get(word) ?? 0) + 1)
  }
  const overridden = plan.drift.filter(({ kind, override }) => {
    return kind === "unpredictable" || (kind === "override" && override?.kind === "stopped")
  })
  const protectedOnes = plan.held.reduce((sum, { instances }) => sum + instances.length, 0)
  return {
    counts: [...totals].flatMap(([what, count]) => (count > 0 ? [[count, what] as const] : [])),
    held: overridden.length + protectedOnes
  }
}

const words = ["adopt", "start", "add", "restart", "signal", "update", "rename", "stop"]

const wordOf = (action: Action): string =>
  action.kind === "start" && !action.run ? "add" : action.kind
