import * as Effect from "effect/Effect"
import { beAlive, endWithKeeper, sdNotify } from "../os/sdNotify.ts"
import { keepAlive } from "../supervise/keepAlive.ts"

/** Whoever started reeve as a service: from now on it hears that this daemon lives, as long as it wants to. */
export const meetManager = Effect.fnUntraced(function* (keeperPid: number | null) {
  const manager = sdNotify(process.env, keeperPid)
  endWithKeeper(manager, keeperPid)
  yield* keepAlive("telling the watchdog", beAlive(manager))
  return manager
})
