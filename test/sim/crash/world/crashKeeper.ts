/** The daemon's side of the simulated keeper: each message passes the daemon's gate. */
import * as Effect from "effect/Effect"
import type { Keeper, Met, OrphanExit } from "../../../../src/os/Keeper.ts"
import type { SimProcess } from "../../world/World.ts"
import type { Life } from "./Life.ts"
import type { Machine } from "./Machine.ts"

const soonMs = 10

export const crashKeeper = (machine: Machine, life: Life): Keeper["Service"] => {
  const { keeper } = machine
  const { gate } = life
  // What leaves with the next line, or a little later, or never where the daemon dies before.
  let late: Array<() => void> = []
  const say = (label: string, done: () => void): Effect.Effect<void> =>
    gate(
      label,
      Effect.sync(() => {
        for (const one of late) one()
        late = []
        done()
      })
    )
  const saySoon = (done: () => void): Effect.Effect<void> =>
    Effect.suspend(() => {
      late.push(done)
      if (late.length > 1) return Effect.void
      const leaves = Effect.delay(
        say("what was to leave soon", () => undefined),
        soonMs
      )
      return Effect.asVoid(Effect.forkDetach(leaves))
    })
  const learn = (spawnId: string, text: string) => (): void => {
    keeper.facts.set(spawnId, text)
  }
  return {
    met: metOf(machine),
    hold: (paths) =>
      gate(
        `hold ${paths.join(" ")}`,
        Effect.sync(() => paths.filter((path) => !keeper.hold(path)))
      ),
    drop: (paths) =>
      saySoon(() => {
        for (const path of paths) keeper.drop(path)
      }),
    keepOnly: (paths) =>
      say("keep only", () => {
        for (const path of keeper.heldPaths) if (!paths.includes(path)) keeper.drop(path)
      }),
    mirror: (spawnId, text) => say(`mirror ${spawnId}`, learn(spawnId, text)),
    mirrorSoon: (spawnId, text) => saySoon(learn(spawnId, text)),
    forget: (spawnId) =>
      say(`forget ${spawnId}`, () => {
        keeper.facts.delete(spawnId)
      }),
    forgetSoon: (spawnId) =>
      saySoon(() => {
        keeper.facts.delete(spawnId)
      }),
    collect: (take) =>
      Effect.gen(function* () {
        for (let next = keeper.zombies[0]; next !== undefined; next = keeper.zombies[0]) {
          yield* gate(`shown the exit of ${next.pid}`, Effect.void)
          yield* take(exitOf(next))
          yield* takeZombie(machine, life, next)
        }
      }),
    // The simulated reaper asks the keeper itself.
    hear: () => Effect.never,
    listen: () => Effect.succeed(null),
    unlisten: () => Effect.void,
    lost: Effect.never,
    present: () => true
  }
}

export const exitOf = ({ pid, startTicks, status }: SimProcess): OrphanExit => ({
  pid,
  startTicks,
  status
})

/** The keeper hears that an exit is taken, and lets the kernel forget the process. */
export const takeZombie = (
  { keeper, world }: Machine,
  { gate }: Life,
  process: SimProcess
): Effect.Effect<void> =>
  gate(
    `taken ${process.pid}`,
    Effect.sync(() => {
      keeper.zombies.splice(keeper.zombies.indexOf(process), 1)
      world.reap(process)
    })
  )

const metOf = ({ deaths, keeper, world }: Machine): Met => ({
  protocol: 2,
  pid: keeper.pid,
  version: "sim",
  run: keeper.runs,
  before: deaths === 0 ? { kind: "none" } : { kind: "died", text: "by SIGKILL", atMs: world.now() },
  facts: new Map(keeper.facts),
  held: new Map(keeper.heldPaths.map((path) => [path, `keeper:${path}`])),
  sockets: new Map()
})
