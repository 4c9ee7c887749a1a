import type { Target } from "../harness/Target.ts"
import { bareC } from "./bareC.ts"
import { bareNode } from "./bareNode.ts"
import { reeve } from "./reeve.ts"
import { supervisord } from "./supervisord.ts"

/** In the order of the tables: what others are compared with first, the floors last. */
export const allTargets: ReadonlyArray<Target> = [supervisord, reeve, bareNode, bareC]
