import type { Plan } from "../domain/Plan.ts"
import { displayPath } from "./displayPath.ts"

/** The plan with its files as a user in `directory` sees them: for people only, never to be applied. */
export const placePlan = (plan: Plan, directory: string): Plan => ({
  ...plan,
  actions: plan.actions.map((action) =>
    action.source === null
      ? action
      : {
          ...action,
          source: { ...action.source, file: displayPath(action.source.file, directory) }
        }
  )
})
