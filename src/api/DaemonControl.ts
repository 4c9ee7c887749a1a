/** What the API asks of the daemon itself; the daemon's entry gives it. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Refused } from "./errors.ts"
import type { DaemonInfo } from "./messages.ts"

export class DaemonControl extends Context.Service<
  DaemonControl,
  {
    readonly info: Effect.Effect<DaemonInfo>
    /** Begins the orderly stop and returns; a second call changes nothing. */
    readonly shutdown: (who: string) => Effect.Effect<void>
    /** Begins the end of reeve alone, keeper and daemon, and returns: the programs go on, and the next `up` takes them over. */
    readonly leave: (who: string) => Effect.Effect<void, Refused>
    /** Begins the end of this daemon, and returns: the keeper then starts that entry, which takes the programs over. */
    readonly upgrade: (who: string, daemon: string) => Effect.Effect<void, Refused>
    /** The keeper becomes that entry, under its pid. Gives the version of the one that follows. */
    readonly renewKeeper: (who: string, keeper: string) => Effect.Effect<string, Refused>
    /** Program logs and reeve's own. */
    readonly reopenLogs: Effect.Effect<void>
    /** Resolves when everything is stopped: streams end then. */
    readonly ended: Effect.Effect<void>
  }
>()("reeve/api/DaemonControl") {}
