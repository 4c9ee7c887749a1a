/** What is true of a simulated process, whatever probes have seen of it. */
import type { Definition } from "../../../src/domain/Definition.ts"
import type { Script } from "../world/scripts.ts"
import type { SimProcess } from "../world/World.ts"

/** The age in milliseconds from which on it may be called ready; null: it never is. */
export const readyAt = (
  { health }: Pick<Script, "health">,
  { ready, start }: Definition
): number | null => {
  if (ready === null || health === undefined) return start.stableAfterMs
  const first = health.find(([, found]) => found === "ready")
  return first === undefined ? null : Math.max(first[0], start.stableAfterMs)
}

/** Two looks, with their jitter and the longest answer; hooks; and what is due in one moment. */
const seenWithinMs = 2 * 1_100 + 500 + 2_000 + 100

/** It has been ready for so long that this must be known. `upAt`: when it was said to be RUNNING. */
export const surelyServes = (
  { bornAt, dead, dieAt, script }: SimProcess,
  { ready, start, update }: Definition,
  upAt: number,
  now: number
): boolean => {
  // It ends in this moment: what is heard of it first is chance.
  if (dead || (dieAt !== null && dieAt <= now + 1)) return false
  const age = now - bornAt
  const since = ready === null ? 0 : readySince(script, age)
  if (since === null) return false
  const stable = Math.max(start.stableAfterMs, upAt - bornAt)
  const from = Math.max(since, stable) + (update.minReadyMs ?? 0)
  return age - from >= seenWithinMs
}

/** The age from which on it has been ready without a break; null: it is not. */
const readySince = ({ health = [[0, "ready"]] }: Script, age: number): number | null => {
  let since: number | null = null
  for (const [fromMs, found] of health) {
    if (fromMs > age) break
    if (found !== "ready") since = null
    else since ??= fromMs
  }
  return since
}
