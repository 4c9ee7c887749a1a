/**
 * Looks at a process from outside, once: by HTTP, by a connection, by a command. It decides nothing and waits for no next time.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Look } from "../domain/Probe.ts"
import type { Seen } from "../os/probe/Seen.ts"

export class Prober extends Context.Service<
  Prober,
  {
    /**
     * Never fails, and may take for ever: the caller interrupts it when its time is up, and nothing of it is left then. `spec`:
     * whose process life it is; a command runs as that does.
     */
    readonly look: (spec: InstanceSpec, spawnId: string, probe: Look) => Effect.Effect<Seen>
  }
>()("reeve/supervise/Prober") {}
