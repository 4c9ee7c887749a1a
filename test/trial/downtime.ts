/** How long programs that do nothing are without supervision after each kill of the daemon. */
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { monotonicMs, type Struck, strikeOnce } from "./Blow.ts"
import { killPlan } from "./killPlan.ts"
import { strickenBy } from "./Stricken.ts"

export interface Downtime {
  readonly blows: ReadonlyArray<Struck>
  /** Programs that are not what they were before the first kill: to be none. */
  readonly changed: number
}

export const downtime = async (
  programs: number,
  kills: number,
  seed: number
): Promise<Downtime> => {
  const input = sleeper(100_000, { instances: programs })
  const estate = new Estate({ "sleepers.ts": declare({ sleepers: input }) })
  try {
    const up = await estate.up("--quiet")
    const all = async () => Object.keys(await estate.pids()).length === programs
    await waitFor("all to run", all, 60_000)
    const before = await estate.pids()
    const stricken = strickenBy("daemon", estate, up)
    const blows: Array<Struck> = []
    let readyMs = monotonicMs()
    for (const kill of killPlan(seed, kills, 0)) {
      const blow = await strikeOnce(stricken, null, kill, readyMs)
      blows.push(blow)
      readyMs = blow.readyMs
    }
    const after = await estate.pids()
    const addresses = Object.keys({ ...before, ...after })
    return { blows, changed: addresses.filter((it) => before[it] !== after[it]).length }
  } finally {
    await estate.clear()
  }
}
