/** The real store in memory, on a disk that is full at times. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type ProcessRecord, Store, StoreFailure } from "../../../src/store/Store.ts"
import { storeLive } from "../../../src/store/StoreLive.ts"
import type { Plant } from "./Plant.ts"
import { wrap } from "./simOs.ts"
import type { World } from "./World.ts"

/** What the simulation itself reads: never full, never wrapped. */
export interface Book {
  store: Store["Service"] | null
  /** Processes on record as alive, as they were read last; null: something was written since. */
  live: ReadonlyArray<ProcessRecord> | null
}

/** It is asked for at each rest, and changes far less often. */
export const liveOf = (book: Book, store: Store["Service"]) =>
  Effect.suspend(() =>
    book.live === null
      ? Effect.tap(Effect.orDie(store.processes.live), (live) =>
          Effect.sync(() => {
            book.live = live
          })
        )
      : Effect.succeed(book.live)
  )

export const simStore = (world: World, plant: Plant, book: Book) =>
  Layer.effect(
    Store,
    Effect.map(Store, (real) => {
      book.store = real
      return wrap(onFullDisk(real, world, book), plant.store, world)
    })
  ).pipe(Layer.provide(Layer.orDie(storeLive({ stateFile: ":memory:", runtimeFile: ":memory:" }))))

const onFullDisk = (real: Store["Service"], world: World, book: Book): Store["Service"] => {
  const write = <A>(effect: Effect.Effect<A, StoreFailure>): Effect.Effect<A, StoreFailure> =>
    Effect.suspend(() => {
      if (!world.diskFull) return effect
      world.fired.add("diskFull")
      return Effect.fail(new StoreFailure({ kind: "unusable", message: "the disk is full" }))
    })
  /** Of the processes on record. */
  const writeLive = <A>(effect: Effect.Effect<A, StoreFailure>): Effect.Effect<A, StoreFailure> =>
    Effect.ensuring(
      write(effect),
      Effect.sync(() => {
        book.live = null
      })
    )
  const { completions, generations, instances, journal, overrides, processes, session } = real
  return {
    rebuilt: real.rebuilt,
    begun: real.begun,
    generations: {
      ...generations,
      append: (entry) => write(generations.append(entry)),
      setOutcome: (number, outcome, detail) =>
        write(generations.setOutcome(number, outcome, detail))
    },
    journal: { ...journal, append: (at, body) => write(journal.append(at, body)) },
    overrides: {
      ...overrides,
      put: (override) => write(overrides.put(override)),
      remove: (key) => write(overrides.remove(key)),
      putScale: (scale) => write(overrides.putScale(scale)),
      removeScale: (group, program) => write(overrides.removeScale(group, program)),
      expireScales: (now) => write(overrides.expireScales(now)),
      putPin: (pin) => write(overrides.putPin(pin)),
      removePin: write(overrides.removePin)
    },
    completions: {
      ...completions,
      put: (completion) => write(completions.put(completion)),
      remove: (key) => write(completions.remove(key))
    },
    instances: {
      ...instances,
      put: (record) => write(instances.put(record)),
      remove: (key) => write(instances.remove(key))
    },
    session: { begin: (bootId) => write(session.begin(bootId)), end: write(session.end) },
    processes: {
      ...processes,
      intend: (intent, record) => writeLive(processes.intend(intent, record)),
      abandon: (spawnId) => writeLive(processes.abandon(spawnId)),
      started: (record) => {
        if (world.diskFull) world.unjournaled.add(record.spawnId)
        return writeLive(processes.started(record))
      },
      exited: (spawnId, status, at) => {
        if (world.diskFull) world.unjournaled.add(spawnId)
        return writeLive(processes.exited(spawnId, status, at))
      },
      rename: (from, record) => writeLive(processes.rename(from, record)),
      succeed: (succession) => writeLive(processes.succeed(succession))
    }
  }
}
