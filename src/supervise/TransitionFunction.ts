/** The function that decides about every instance; a reference so that the simulation can plant mistakes in it. */
import * as Context from "effect/Context"
import { transition } from "../core/transition.ts"

export const TransitionFunction = Context.Reference<typeof transition>(
  "reeve/supervise/TransitionFunction",
  { defaultValue: () => transition }
)
