/** The form of a plan for programs: the whole plan, with its format version. Equal plans give equal bytes. */
import type { Plan } from "../domain/Plan.ts"

export const planJson = (plan: Plan): string => JSON.stringify(plan, null, 2)
