/** The store of one daemon: anew over databases that outlive it. Each write passes the daemon's gate; the disk can be full. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Store, StoreFailure } from "../../../../src/store/Store.ts"
import { storeOf } from "../../../../src/store/StoreLive.ts"
import { wrap } from "../../world/simOs.ts"
import type { CrashPlant } from "./CrashPlant.ts"
import type { Life } from "./Life.ts"
import type { Machine } from "./Machine.ts"

/** For reading beside the daemon. */
export const bookOf = ({ runtime, state }: Machine): Store["Service"] =>
  storeOf({ stateFile: "state", runtimeFile: "runtime" }, state, runtime)

export const crashStore = (machine: Machine, life: Life, plant: CrashPlant) =>
  Layer.sync(Store, () => wrap(gated(bookOf(machine), machine, life), plant.store, machine.world))

const gated = (
  real: Store["Service"],
  { intended, world }: Machine,
  { gate }: Life
): Store["Service"] => {
  const write = <A>(
    label: string,
    effect: Effect.Effect<A, StoreFailure>
  ): Effect.Effect<A, StoreFailure> =>
    gate(
      label,
      Effect.suspend(() =>
        world.diskFull
          ? Effect.fail(new StoreFailure({ kind: "unusable", message: "the disk is full" }))
          : effect
      )
    )
  const { completions, generations, instances, journal, overrides, processes, session } = real
  return {
    rebuilt: real.rebuilt,
    begun: real.begun,
    generations: {
      ...generations,
      append: (entry) => write("append generation", generations.append(entry)),
      setOutcome: (number, outcome, detail) =>
        write(`outcome ${outcome}`, generations.setOutcome(number, outcome, detail))
    },
    journal: {
      ...journal,
      append: (at, body) => write(`journal ${body.kind}`, journal.append(at, body))
    },
    overrides: {
      ...overrides,
      put: (override) => write("put override", overrides.put(override)),
      remove: (key) => write("remove override", overrides.remove(key)),
      putScale: (scale) => write("put scale", overrides.putScale(scale)),
      removeScale: (group, program) => write("remove scale", overrides.removeScale(group, program)),
      expireScales: (now) => write("expire scales", overrides.expireScales(now)),
      putPin: (pin) => write("put pin", overrides.putPin(pin)),
      removePin: write("remove pin", overrides.removePin)
    },
    completions: {
      ...completions,
      put: (completion) => write("put completion", completions.put(completion)),
      remove: (key) => write("remove completion", completions.remove(key))
    },
    instances: {
      ...instances,
      put: (record) => write(`put ${record.spec.key} ${record.state}`, instances.put(record)),
      remove: (key) => write(`remove record ${key}`, instances.remove(key))
    },
    session: {
      begin: (bootId) => write("begin session", session.begin(bootId)),
      end: write("end session", session.end)
    },
    processes: {
      ...processes,
      intend: (intent, record) =>
        Effect.suspend(() => {
          intended.add(intent.spawnId)
          return write("intend", processes.intend(intent, record))
        }),
      abandon: (spawnId) => write("abandon", processes.abandon(spawnId)),
      started: (record) => write("started", processes.started(record)),
      exited: (spawnId, status, at) => write("exited", processes.exited(spawnId, status, at)),
      rename: (from, record) => write("rename processes", processes.rename(from, record)),
      succeed: (succession) => write("take the place", processes.succeed(succession))
    }
  }
}
