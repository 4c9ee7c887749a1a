/** Processes that nobody can end, or whose end is not shown yet, may outlive the instance that was forgotten. */
import type { Stage } from "./simulate.ts"

export const haunt = ({ ghosts, world }: Pick<Stage, "ghosts" | "world">): void => {
  for (const { owner, script, spawnId } of world.processes.values()) {
    const stuck = script.refusesSignals || script.killDelayMs > 0 || script.exitLateMs > 0
    if (owner === "program" && stuck && spawnId !== null) ghosts.add(spawnId)
  }
}
