import type { Limits } from "../domain/Definition.ts"
import { changeRules } from "./changeClass.ts"
import { renderValue } from "./renderValue.ts"

/** What the kernel refused in which process: `errno` by its name. */
interface Refusal {
  readonly field: keyof Limits
  readonly pid: number
  readonly errno: string
}

/** Why a process that goes on does not have the limits that are declared: one clause a field. */
export const limitRefusalText = (refusals: ReadonlyArray<Refusal>, declared: Limits): string => {
  const clauses = refusals
    .map(({ errno, field, pid }) => {
      const unit = changeRules.get(`limits.${field}`)?.unit ?? "plain"
      const value = renderValue(declared[field], unit) ?? "that of reeve"
      return `limits.${field} cannot be changed to ${value} in pid ${pid}: ${errno}`
    })
    .join("; ")
  return `${clauses}; the next start has what is declared`
}
