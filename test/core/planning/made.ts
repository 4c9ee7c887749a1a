import { assert } from "vitest"
import { plan } from "../../../src/core/plan.ts"
import { graphFault } from "./graphFault.ts"
import { lines } from "./lines.ts"

/** A plan that can be carried out, in the grammar of plan tests. */
export const made = (...args: Parameters<typeof plan>): string => {
  const result = plan(...args)
  assert.isNull(graphFault(result))
  return lines(result)
}
