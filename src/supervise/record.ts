/** What is written down of an instance: for plans without a daemon, and for the daemon that comes next (core/resume). */
import * as Effect from "effect/Effect"
import { machineOf, savedMachine } from "../store/resumption.ts"
import type { InstanceRecord } from "../store/Store.ts"
import type { Instance } from "./Instance.ts"
import type { Workshop } from "./Workshop.ts"

/** `settled`: all orders of the machine were carried out. */
export const recordOf = (
  { proc }: Pick<Workshop, "proc">,
  instance: Instance,
  settled: boolean
): InstanceRecord => ({
  spec: instance.spec,
  started: instance.started,
  next: instance.nextSpec,
  state: instance.state,
  reason: instance.reason,
  exit: instance.exit,
  since: instance.since,
  startedAt: instance.startedAt,
  stoppedAt: instance.stoppedAt,
  bootId: proc.bootId,
  resumption: {
    machine: savedMachine(instance.machine),
    spawnId: instance.spawnId,
    settled,
    starts: instance.starts,
    spawnError: instance.spawnError,
    startFailure: instance.startFailure,
    generation: instance.generation,
    leftovers: instance.leftovers,
    ended: instance.ended,
    openAs: instance.openAs,
    mustRestart: instance.mustRestart,
    changedFile: instance.changedFile,
    unreadFile: instance.unreadFile,
    reloadedAt: instance.reloadedAt,
    limits: instance.limits,
    limitsRefused: instance.limitsRefused,
    health:
      instance.probedLife === null
        ? null
        : {
            spawnId: instance.probedLife,
            ready: instance.ready,
            liveness: instance.liveness,
            told: instance.told
          },
    hooks: instance.hooks.map(({ task: { hook, pid, process, status } }) => ({
      hook,
      pid,
      status,
      process
    })),
    removed: instance.removed
  }
})

/** Puts it down; where that is not possible supervision goes on without. */
export const putDown = (
  shop: Workshop,
  instance: Instance,
  settled: boolean
): Effect.Effect<void> =>
  Effect.suspend(() =>
    Effect.asVoid(shop.guard(shop.store.instances.put(recordOf(shop, instance, settled))))
  )

/** The instance as it was put down, without its process. */
export const restore = (
  instance: Instance,
  { next, reason, resumption, state, started }: InstanceRecord
) => {
  instance.started = started
  instance.nextSpec = next
  instance.state = state
  instance.reason = reason
  instance.machine = machineOf(resumption.machine)
  instance.spawnId = resumption.spawnId
  instance.starts = resumption.starts
  instance.spawnError = resumption.spawnError
  instance.startFailure = resumption.startFailure
  instance.generation = resumption.generation
  instance.leftovers = resumption.leftovers
  instance.ended = resumption.ended
  instance.openAs = resumption.openAs
  instance.mustRestart = resumption.mustRestart
  instance.changedFile = resumption.changedFile
  instance.unreadFile = resumption.unreadFile
  instance.reloadedAt = resumption.reloadedAt
  instance.limits = resumption.limits
  instance.limitsRefused = resumption.limitsRefused
  instance.probedLife = resumption.health?.spawnId ?? null
  instance.ready = resumption.health?.ready ?? null
  instance.liveness = resumption.health?.liveness ?? null
  instance.told = resumption.health?.told ?? null
}
