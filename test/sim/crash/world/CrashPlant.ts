/** A planted mistake in a daemon that survives: as Plant, and in what it says to the keeper and to the log plane. */
import type { Events } from "../../../../src/events/Events.ts"
import type { LogPlane } from "../../../../src/logs/LogPlane.ts"
import type { Fifo } from "../../../../src/os/Fifo.ts"
import type { Keeper } from "../../../../src/os/Keeper.ts"
import type { Plant } from "../../world/Plant.ts"
import type { World } from "../../world/World.ts"

export interface CrashPlant extends Plant {
  readonly events?: (honest: Events["Service"], world: World) => Events["Service"]
  readonly keeper?: (honest: Keeper["Service"], world: World) => Keeper["Service"]
  readonly fifo?: (honest: Fifo["Service"], world: World) => Fifo["Service"]
  readonly logs?: (honest: LogPlane["Service"], world: World) => LogPlane["Service"]
}
