/**
 * Which pid is whose, from the moment of the spawn until its exit is known. An entry ends before the kernel gives the number
 * away, so nobody can signal a stranger through it. Never a statement about what /proc says.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { Instance } from "./Instance.ts"

export interface Life {
  readonly pid: number
  readonly spawnId: string
  readonly instance: Instance
}

export interface Lives {
  readonly begin: (life: Life) => void
  readonly end: (life: Life) => void
  readonly of: (pid: number) => Life | undefined
  readonly ofSpawn: (spawnId: string) => Life | undefined
  /**
   * An exit can be seen before the spawn has come back with the pid: waits for it, a second at most. Of a process that is
   * nobody's child the exit may come when its number is another's already: then `spawnId` tells.
   */
  readonly claim: (pid: number, spawnId: string | null) => Effect.Effect<Life | null>
}

export const makeLives = (): Lives => {
  const byPid = new Map<number, Life>()
  const bySpawn = new Map<string, Life>()
  const awaited = new Map<number, Deferred.Deferred<Life>>()
  return {
    begin: (life) => {
      byPid.set(life.pid, life)
      bySpawn.set(life.spawnId, life)
      const waiting = awaited.get(life.pid)
      if (waiting !== undefined) Deferred.doneUnsafe(waiting, Effect.succeed(life))
    },
    end: ({ pid, spawnId }) => {
      bySpawn.delete(spawnId)
      if (byPid.get(pid)?.spawnId === spawnId) byPid.delete(pid)
    },
    of: (pid) => byPid.get(pid),
    ofSpawn: (spawnId) => bySpawn.get(spawnId),
    claim: (pid, spawnId) =>
      Effect.suspend(() => {
        if (spawnId !== null) return Effect.succeed(bySpawn.get(spawnId) ?? null)
        const known = byPid.get(pid)
        if (known !== undefined) return Effect.succeed(known)
        const waiting = Deferred.makeUnsafe<Life>()
        awaited.set(pid, waiting)
        return Deferred.await(waiting).pipe(
          Effect.timeoutOrElse({ duration: 1_000, orElse: () => Effect.succeed(null) }),
          Effect.ensuring(Effect.sync(() => awaited.delete(pid)))
        )
      })
  }
}
