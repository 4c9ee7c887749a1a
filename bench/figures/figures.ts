/** All figures, in the order of the table. */
import type { Figure } from "../harness/Figure.ts"
import { calls } from "./calls.ts"
import { change } from "./change.ts"
import { idle } from "./idle.ts"
import { lines } from "./lines.ts"
import { logs } from "./logs.ts"
import { memory } from "./memory.ts"
import { plan } from "./plan.ts"
import { respawn } from "./respawn.ts"
import { starts } from "./start.ts"
import { statuses } from "./status.ts"
import { stop } from "./stop.ts"
import { storm } from "./storm.ts"
import { version } from "./version.ts"

export const figures: ReadonlyArray<Figure> = [
  ...starts,
  stop,
  respawn,
  change,
  ...statuses,
  ...calls,
  ...logs,
  lines,
  storm,
  memory,
  idle,
  version,
  plan
]
