/** What the API asks of the daemon itself; the daemon's entry gives it. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { DaemonInfo } from "./messages.ts"

export class DaemonControl extends Context.Service<
  DaemonControl,
  {
    readonly info: Effect.Effect<DaemonInfo>
    /** Begins the orderly stop and returns; a second call changes nothing. */
    readonly shutdown: (who: string) => Effect.Effect<void>
    /** Program logs and reeve's own. */
    readonly reopenLogs: Effect.Effect<void>
    /** Resolves when everything is stopped: streams end then. */
    readonly ended: Effect.Effect<void>
  }
>()("reeve/api/DaemonControl") {}
