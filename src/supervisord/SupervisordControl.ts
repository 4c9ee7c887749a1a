/** The daemon as supervisord's clients see it: who it is, its mood, its own log, and how it is asked to end or begin anew. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { SupervisordSettings } from "../domain/SupervisordConfig.ts"

/** `text` is supervisord's message about the configuration (supervisord.md 1). */
export class ConfigRefused extends Data.TaggedError("ConfigRefused")<{ readonly text: string }> {}

/** This daemon does not begin anew on request; `text` says what to do instead. */
export class NoRestart extends Data.TaggedError("NoRestart")<{ readonly text: string }> {}

export class SupervisordControl extends Context.Service<
  SupervisordControl,
  {
    /** As the configuration and the command line said last; a reread may have changed it (supervisord.md 9.2). */
    readonly settings: () => SupervisordSettings
    /** The keeper's pid: what the pidfile says. */
    readonly pid: number
    /** SHUTDOWN and RESTARTING answer every `supervisor.*` call with SHUTDOWN_STATE. */
    readonly mood: () => "RUNNING" | "RESTARTING" | "SHUTDOWN"
    /** Replies at once; the orderly stop follows. */
    readonly shutdown: Effect.Effect<void>
    /**
     * Stops everything and begins anew with the same pid. A configuration that would be refused stops nothing (unlike G9).
     */
    readonly restart: Effect.Effect<void, ConfigRefused | NoRestart>
    /** Path of the main log; null: none (syslog). */
    readonly logfile: () => string | null
    /** Removes the main log and opens a new one. */
    readonly clearLog: Effect.Effect<void, { readonly text: string }>
  }
>()("reeve/supervisord/SupervisordControl") {}
