/** Mistakes that a daemon could make about its own death, each small. The stories are worth what they find of them. */
import * as Effect from "effect/Effect"
import type { OrphanExit } from "../../../../src/os/Keeper.ts"
import type { World } from "../../world/World.ts"
import type { CrashPlant } from "./CrashPlant.ts"

export interface CrashMutant {
  readonly name: string
  /** Name of the story that is to find it. */
  readonly story: string
  /** A second death, while the next daemon comes up, after a first at every call. Default: one death is enough. */
  readonly twice?: boolean
  readonly plant: CrashPlant
}

export const crashMutants: ReadonlyArray<CrashMutant> = [
  {
    name: "does not write down that it is about to start a process",
    story: "exits",
    plant: {
      store: (honest) => ({
        ...honest,
        processes: {
          ...honest.processes,
          intend: (_, record) => honest.instances.put(record)
        }
      })
    }
  },
  {
    name: "neither writes down what it started nor looks for it",
    story: "exits",
    plant: {
      store: (honest) => ({
        ...honest,
        processes: { ...honest.processes, started: () => Effect.void }
      }),
      keeper: (honest) => ({
        ...honest,
        mirror: () => Effect.void,
        mirrorSoon: () => Effect.void
      }),
      proc: (honest) => ({ ...honest, lives: () => Effect.succeed([]) })
    }
  },
  {
    name: "does not look for a process that nobody wrote down",
    story: "failures",
    plant: { proc: (honest) => ({ ...honest, lives: () => Effect.succeed([]) }) }
  },
  {
    name: "takes exits from the keeper before they are journaled",
    story: "failures",
    twice: true,
    plant: {
      keeper: (honest) => ({
        ...honest,
        collect: (take) =>
          Effect.gen(function* () {
            const exits: Array<OrphanExit> = []
            yield* honest.collect((exit) =>
              Effect.sync(() => {
                exits.push(exit)
              })
            )
            yield* Effect.forEach(exits, take, { discard: true })
          })
      })
    }
  },
  {
    name: "does not ask the keeper how processes ended",
    story: "failures",
    plant: { keeper: (honest) => ({ ...honest, collect: () => Effect.void }) }
  },
  {
    name: "does not read on in the pipes of processes that live",
    story: "exits",
    plant: {
      logs: (honest, world) => ({
        ...honest,
        resume: (wanted) =>
          honest.resume(
            wanted.map((one) => ({
              ...one,
              streams: one.streams.filter(({ streamId }) => !wasStarted(world, streamId))
            }))
          )
      })
    }
  },
  {
    name: "removes the FIFOs that it finds, and asks the keeper for none",
    story: "leftovers",
    plant: {
      keeper: (honest) => ({ ...honest, met: { ...honest.met, held: new Map() } }),
      fifo: (honest) => ({
        ...honest,
        list: Effect.gen(function* () {
          for (const name of yield* honest.list) yield* honest.remove(honest.pathOf(name))
          return []
        })
      })
    }
  },
  {
    name: "sends the signal before it writes down that it stops",
    story: "saves",
    plant: {
      store: (honest) => ({
        ...honest,
        instances: {
          ...honest.instances,
          put: (record) =>
            record.state === "STOPPING" && !record.resumption.settled
              ? Effect.void
              : honest.instances.put(record)
        }
      })
    }
  },
  {
    name: "takes a process that lives for one that is gone",
    story: "exits",
    plant: { reaper: (honest) => ({ ...honest, adopt: () => Effect.succeed("gone") }) }
  },
  {
    name: "forgets to let the keeper hold pipes",
    story: "exits",
    plant: { keeper: (honest) => ({ ...honest, hold: () => Effect.succeed([]) }) }
  },
  {
    name: "lets the keeper hold pipes for ever",
    story: "exits",
    plant: { keeper: (honest) => ({ ...honest, drop: () => Effect.void }) }
  },
  {
    name: "never tells the keeper that a process is history",
    story: "exits",
    plant: {
      keeper: (honest) => ({ ...honest, forget: () => Effect.void, forgetSoon: () => Effect.void })
    }
  },
  {
    name: "begins timers anew",
    story: "failures",
    plant: {
      store: (honest, world) => ({
        ...honest,
        instances: {
          ...honest.instances,
          list: Effect.map(honest.instances.list, (records) =>
            records.map((record) => {
              const { machine } = record.resumption
              const deadline = machine.deadline === null ? null : world.now() + 400
              const resumption = { ...record.resumption, machine: { ...machine, deadline } }
              return { ...record, resumption }
            })
          )
        }
      })
    }
  },
  {
    name: "goes on as if nothing had been ordered that was not carried out",
    story: "saves",
    plant: {
      store: (honest) => ({
        ...honest,
        instances: {
          ...honest.instances,
          list: Effect.map(honest.instances.list, (records) =>
            records.map((record) => ({
              ...record,
              resumption: { ...record.resumption, settled: true }
            }))
          )
        }
      })
    }
  },
  {
    name: "forgets what waits for the end of a stop",
    story: "saves",
    plant: {
      store: (honest) => ({
        ...honest,
        instances: {
          ...honest.instances,
          list: Effect.map(honest.instances.list, (records) =>
            records.map((record) => ({ ...record, next: null }))
          )
        }
      })
    }
  },
  {
    name: "begins as after an orderly end",
    story: "failures",
    plant: {
      keeper: (honest) => ({ ...honest, met: { ...honest.met, before: { kind: "none" } } }),
      store: (honest) => ({
        ...honest,
        session: {
          ...honest.session,
          begin: (bootId) => Effect.as(honest.session.begin(bootId), false)
        }
      })
    }
  }
]

const wasStarted = (world: World, stream: string): boolean => {
  const spawnId = stream.slice(0, stream.lastIndexOf("."))
  return [...world.processes.values()].some((process) => process.spawnId === spawnId)
}
