/** A planted mistake: wrappers around services, or around the machine's function. Nothing planted is an honest daemon. */
import type { transition } from "../../../src/core/transition.ts"
import type { Proc } from "../../../src/os/Proc.ts"
import type { Reaper } from "../../../src/os/Reaper.ts"
import type { Spawner } from "../../../src/os/Spawner.ts"
import type { Store } from "../../../src/store/Store.ts"
import type { Supervisor } from "../../../src/supervise/Supervisor.ts"
import type { World } from "./World.ts"

export interface Plant {
  readonly transition?: (honest: typeof transition) => typeof transition
  readonly spawner?: (honest: Spawner["Service"], world: World) => Spawner["Service"]
  readonly reaper?: (honest: Reaper["Service"], world: World) => Reaper["Service"]
  readonly proc?: (honest: Proc["Service"], world: World) => Proc["Service"]
  readonly store?: (honest: Store["Service"], world: World) => Store["Service"]
  readonly supervisor?: (honest: Supervisor["Service"], world: World) => Supervisor["Service"]
}
