import * as Effect from "effect/Effect"
import { startFact } from "./facts.ts"
import type { Instance } from "./Instance.ts"
import type { Workshop } from "./Workshop.ts"

/** Tells the keeper whose process life it is now, should the databases not be written, or be lost. */
export const mirrorStart = (
  { keeper }: Pick<Workshop, "keeper">,
  { machine, process, spec }: Instance
): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (process === null) return Effect.void
    const { address, key } = spec
    const record = { ...process, instance: key, address, spawnedMs: machine.spawnedAt }
    return keeper.mirror(process.spawnId, startFact(record))
  })
