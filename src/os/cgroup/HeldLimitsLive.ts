import * as Layer from "effect/Layer"
import { HeldLimits } from "../HeldLimits.ts"
import { whyNotHeld } from "./whyNotHeld.ts"

/** In a daemon. */
export const HeldLimitsLive = Layer.succeed(HeldLimits, {
  whyNot: (field) => whyNotHeld(process.pid, field)
})
