import type { PlanOptions } from "../core/planFacts.ts"
import type { Desired } from "../domain/Desired.ts"
import type { Plan } from "../domain/Plan.ts"

/** What is to be carried out: a plan, and the content and generation that it is of. */
export interface Order {
  readonly desired: Desired
  readonly plan: Plan
  readonly number: number
  readonly options: PlanOptions
}
