/** The reaper of one daemon: its own children, those of its keeper, and adopted ones that are nobody's. */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type { Exited, Reaper } from "../../../../src/os/Reaper.ts"
import type { SimProcess } from "../../world/World.ts"
import { takeZombie } from "./crashKeeper.ts"
import type { Life } from "./Life.ts"
import type { Machine } from "./Machine.ts"

type OnExit = (exited: Exited) => Effect.Effect<void>

export const crashReaper = (machine: Machine, life: Life): Reaper["Service"] => ({
  adopt: ({ pid, startTicks }) =>
    Effect.sync(() => {
      const process = machine.world.processes.get(pid)
      if (process?.startTicks !== startTicks) return "gone"
      life.adopted.set(pid, startTicks)
      return "watched"
    }),
  run: (onExit) =>
    Effect.gen(function* () {
      const wakes = yield* Queue.sliding<void>(1)
      life.wakeReaper = () => {
        Queue.offerUnsafe(wakes, undefined)
      }
      for (;;) {
        while (yield* takeOne(machine, life, onExit)) yield* Effect.yieldNow
        yield* Queue.take(wakes)
      }
    })
})

const takeOne = Effect.fnUntraced(function* (machine: Machine, life: Life, onExit: OnExit) {
  const { keeper, world } = machine
  const own = ownZombie(machine)
  if (own !== undefined) {
    const { owner, pid, status } = own
    yield* life.gate(`shown the exit of ${pid}`, Effect.void)
    yield* onExit({ pid, status, known: owner === "program" })
    yield* life.gate(
      `reap ${pid}`,
      Effect.sync(() => world.reap(own))
    )
    return true
  }
  const orphan = keeper.zombies[0]
  if (orphan !== undefined && world.keeper === keeper.pid) {
    const { pid, startTicks, status } = orphan
    yield* life.gate(`shown the exit of ${pid}`, Effect.void)
    yield* onExit({ pid, status, known: life.adopted.get(pid) === startTicks })
    yield* takeZombie(machine, life, orphan)
    return true
  }
  const outsider = life.outsiders.shift()
  if (outsider === undefined) return false
  yield* life.gate(`a pidfd tells of ${outsider.pid}`, Effect.void)
  yield* onExit({ pid: outsider.pid, status: { kind: "unknown" }, known: true })
  return true
})

const ownZombie = ({ world }: Machine): SimProcess | undefined =>
  [...world.processes.values()].find(({ dead, parent }) => dead && parent === world.host)
