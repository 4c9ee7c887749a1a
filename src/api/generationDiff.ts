import type { Desired } from "../domain/Desired.ts"
import type { Plan } from "../domain/Plan.ts"

export const generationDiff = (_from: Desired, _to: Desired): Plan => {
  throw new Error("waits for core/plan")
}
