/** When the daemon is killed: decided before, from a seed. */
import { Dice } from "../sim/world/Dice.ts"

export interface PlannedKill {
  /** After the daemon said that it is ready. */
  readonly delayMs: number
  /** The writer in bursts is asked for one so long before; null: it is left as it is. */
  readonly burstLeadMs: number | null
}

const longestDelayMs = 1_500

/** `inBursts` of the kills fall into a burst that was asked for; each delay is as likely as any other. */
export const killPlan = (
  seed: number,
  kills: number,
  inBursts: number
): ReadonlyArray<PlannedKill> => {
  const dice = new Dice(seed)
  const order = Array.from({ length: kills }, (_, at) => ({ at, by: dice.share() }))
    .sort((a, b) => a.by - b.by)
    .map(({ at }) => at)
  const chosen = new Set(order.slice(0, inBursts))
  return Array.from({ length: kills }, (_, at) => ({
    delayMs: dice.share() * longestDelayMs,
    burstLeadMs: chosen.has(at) ? dice.between(5, 120) : null
  }))
}
