import type { Target } from "../harness/Target.ts"
import { bareC } from "./bareC.ts"
import { bareNode } from "./bareNode.ts"
import { pm2 } from "./pm2.ts"
import { processCompose } from "./processCompose.ts"
import { reeve } from "./reeve.ts"
import { reeveTyped } from "./reeveTyped.ts"
import { reeveUp } from "./reeveUp.ts"
import { runit } from "./runit.ts"
import { s6 } from "./s6.ts"
import { supervisord } from "./supervisord.ts"

/** In the order of the tables: what others are compared with first, the floors last. */
export const allTargets: ReadonlyArray<Target> = [
  ...[supervisord, reeve, reeveUp, reeveTyped],
  ...[runit, s6, pm2, processCompose],
  ...[bareNode, bareC]
]
