/**
 * Looks at a process from outside, once: by HTTP, by a connection, by a command. It decides nothing and waits for no next time.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Look } from "../domain/Probe.ts"
import type { Seen } from "../os/probe/Seen.ts"

export interface LookRequest {
  readonly spec: InstanceSpec
  readonly spawnId: string
  readonly probe: Look
  /** For SUPERVISOR_SERVER_URL of a command; null: there is no such variable. */
  readonly serverUrl: string | null
}

export class Prober extends Context.Service<
  Prober,
  {
    /**
     * Never fails, and may take for ever: the caller interrupts it when its time is up, and nothing of it is left then. A command
     * runs as the program does.
     */
    readonly look: (request: LookRequest) => Effect.Effect<Seen>
  }
>()("reeve/supervise/Prober") {}
