import * as Effect from "effect/Effect"
import { controllerOf, type KernelField } from "../../core/kernelLimits.ts"
import { whyNot } from "./controllers.ts"
import { findBase } from "./findBase.ts"

/** Why the kernel holds no such limit for what a daemon starts: a clause that follows "as"; null: it does. `pid`: its own. */
export const whyNotHeld = (pid: number, field: KernelField): Effect.Effect<string | null> =>
  Effect.map(findBase(pid), (base) =>
    base.kind === "none" ? base.why : whyNot(base, controllerOf[field])
  )
