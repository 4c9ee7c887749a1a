/** Trouble of a machine whose daemons die: starts, pipes and logs that fail. What is announced is heard on the way. */
import * as Effect from "effect/Effect"
import { SinkFailure } from "../../../src/logs/LogPlane.ts"
import { FifoFailure } from "../../../src/os/Fifo.ts"
import { SpawnFailure } from "../../../src/os/Spawner.ts"
import type { CrashPlant } from "../crash/world/CrashPlant.ts"
import type { Life } from "../crash/world/Life.ts"
import type { Dice } from "../world/Dice.ts"
import type { Observer } from "../world/Observer.ts"
import { wrap } from "../world/simOs.ts"
import type { MortalMachine } from "./MortalMachine.ts"

/** `planted`: mistakes, nearest to the daemon. */
export const troubled = (
  machine: MortalMachine,
  life: Life,
  observer: Observer,
  dice: Dice,
  planted: CrashPlant
): CrashPlant => {
  const { world } = machine
  const chance = (probability: number): boolean => world.troubled && dice.chance(probability)
  return {
    ...planted,
    events: (honest) =>
      wrap(
        {
          ...honest,
          emit: (body) =>
            Effect.suspend(() => {
              if (life.dead) return Effect.never
              observer.event(body)
              return honest.emit(body)
            })
        },
        planted.events,
        world
      ),
    spawner: (honest) =>
      wrap(
        {
          spawn: (request) =>
            Effect.suspend(() => {
              if (!chance(0.06)) return honest.spawn(request)
              world.fired.add("spawnRefused")
              const errno = dice.pick(["EAGAIN", "EMFILE", "ENOMEM"])
              return Effect.fail(new SpawnFailure({ call: "spawn", errno, detail: request.file }))
            })
        },
        planted.spawner,
        world
      ),
    fifo: (honest) =>
      wrap(
        {
          ...honest,
          make: (name, owner) =>
            Effect.suspend(() => {
              if (!chance(0.02)) return honest.make(name, owner)
              world.fired.add("fifoRefused")
              return Effect.fail(new FifoFailure({ path: `/fifos/${name}`, errno: "EMFILE" }))
            })
        },
        planted.fifo,
        world
      ),
    logs: (honest) =>
      wrap(
        {
          ...honest,
          configure: (id, spec) =>
            Effect.suspend(() => {
              if (!chance(0.02)) return honest.configure(id, spec)
              world.fired.add("sinkRefused")
              return Effect.fail(new SinkFailure({ path: spec.path ?? "", errno: "EISDIR" }))
            }),
          attachSoon: (streamId, fifo, sink) =>
            Effect.suspend(() => {
              if (!chance(0.012)) return honest.attachSoon(streamId, fifo, sink)
              world.fired.add("defect")
              world.lastDefectAt = world.now()
              return Effect.die(new Error("the log plane broke"))
            })
        },
        planted.logs,
        world
      ),
    store: (honest) => {
      const { processes } = honest
      const note = (spawnId: string): void => {
        if (!world.diskFull) return
        world.fired.add("diskFull")
        world.unjournaled.add(spawnId)
      }
      const written = <A, E>(write: Effect.Effect<A, E>): Effect.Effect<A, E> =>
        Effect.ensuring(
          write,
          Effect.sync(() => machine.written())
        )
      return wrap(
        {
          ...honest,
          processes: {
            ...processes,
            intend: (intent, record) => written(processes.intend(intent, record)),
            abandon: (spawnId) => written(processes.abandon(spawnId)),
            rename: (from, record) => written(processes.rename(from, record)),
            succeed: (succession) => written(processes.succeed(succession)),
            started: (record) => {
              note(record.spawnId)
              return written(processes.started(record))
            },
            exited: (spawnId, status, at) => {
              note(spawnId)
              return written(processes.exited(spawnId, status, at))
            }
          }
        },
        planted.store,
        world
      )
    }
  }
}
