/** The services of os/ over the simulated machine. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import { canonicalJson } from "../../../src/core/canonicalJson.ts"
import { familiesOf } from "../../../src/core/familiesOf.ts"
import { Fifo, FifoFailure } from "../../../src/os/Fifo.ts"
import { Host } from "../../../src/os/Host.ts"
import { NoKeeper } from "../../../src/os/noKeeper.ts"
import { Proc, type ProcessFacts, SignalFailure } from "../../../src/os/Proc.ts"
import { Reaper } from "../../../src/os/Reaper.ts"
import { Spawner, SpawnFailure, type SpawnRequest } from "../../../src/os/Spawner.ts"
import { ProgramSockets } from "../../../src/supervise/ProgramSockets.ts"
import type { Plant } from "./Plant.ts"
import { drawScript } from "./scripts.ts"
import { hostPid, type SimProcess, type World } from "./World.ts"

export const simOs = (world: World, plant: Plant) =>
  Layer.mergeAll(
    Layer.succeed(Spawner, wrap(spawner(world), plant.spawner, world)),
    Layer.succeed(Reaper, wrap(reaper(world), plant.reaper, world)),
    Layer.succeed(Proc, wrap(proc(world), plant.proc, world)),
    NoKeeper,
    Layer.succeed(Fifo, fifo(world)),
    surroundings(hostPid)
  )

/** What no simulation makes trouble with; `pid`: of the daemon. */
export const surroundings = (pid: number) =>
  Layer.mergeAll(
    Layer.succeed(ProgramSockets, {
      acquire: () => Effect.succeed(3),
      release: () => Effect.void,
      resume: () => Effect.succeed(true),
      rename: () => Effect.void,
      closeUnheld: Effect.void,
      closeAll: Effect.void,
      held: Effect.succeed([])
    }),
    Layer.succeed(Host, {
      platform: "linux",
      hostname: "sim",
      pid,
      environment: new Map(),
      directory: "/",
      umask: 0o022,
      cpus: 1,
      memoryBytes: 2 ** 30
    })
  )

export const wrap = <S>(
  honest: S,
  planted: ((honest: S, world: World) => S) | undefined,
  world: World
): S => (planted === undefined ? honest : planted(honest, world))

const spawner = (world: World): Spawner["Service"] => ({
  spawn: (request: SpawnRequest) =>
    Effect.suspend(() => {
      if (world.troubled && world.dice.chance(0.08)) {
        world.fired.add("spawnRefused")
        const errno = world.dice.pick(["EAGAIN", "EMFILE", "ENOMEM", "ENOEXEC"])
        return Effect.fail(new SpawnFailure({ call: "spawn", errno, detail: request.file }))
      }
      world.limits.set(request.spawnId, request.limits)
      const { pid, startTicks } = world.start(request.spawnId, drawScript(world, request.spawnId))
      return Effect.succeed({ pid, startTicks })
    })
})

const reaper = (world: World): Reaper["Service"] => ({
  adopt: () => Effect.succeed("gone" as const),
  run: (onExit) =>
    Effect.gen(function* () {
      const zombies = yield* Queue.unbounded<SimProcess>()
      world.onZombie = (process) => {
        Queue.offerUnsafe(zombies, process)
      }
      for (;;) {
        const process = yield* Queue.take(zombies)
        const { pid, status } = process
        yield* onExit({ pid, status, known: process.owner === "program" })
        world.reap(process)
      }
    })
})

export const proc = (world: World): Proc["Service"] => {
  const list = (): ReadonlyArray<ProcessFacts> => [...world.processes.values()].map(factsOf)
  return {
    bootId: "boot",
    facts: (pid) =>
      Effect.sync(() => {
        const process = world.processes.get(pid)
        return process === undefined ? null : factsOf(process)
      }),
    list: Effect.sync(list),
    descendants: (leader) =>
      Effect.sync(() =>
        list().filter(({ group, session, state }) => {
          return state !== "Z" && (group === leader || session === leader)
        })
      ),
    lives: () => Effect.succeed([]),
    signal: (pid, signal, scope) =>
      Effect.suspend(() => {
        const errno = world.kill(pid, signal, scope)
        return errno === null ? Effect.void : Effect.fail(new SignalFailure({ pid, errno }))
      }),
    changeLimits: ({ pid, startTicks }, before, after) =>
      Effect.sync(() => {
        const process = world.processes.get(pid)
        const isThere = process?.startTicks === startTicks && !process.dead
        const spawnId = process?.spawnId ?? null
        if (canonicalJson(before) === canonicalJson(after)) return []
        if (!isThere || spawnId === null) return [{ field: "nice", pid, errno: "ESRCH" }]
        world.note(`limits of pid ${pid} change`)
        world.limits.set(spawnId, after)
        return []
      }),
    killedForMemory: () => Effect.succeed(false),
    families: (leaders) =>
      Effect.sync(() =>
        familiesOf(
          leaders,
          list().filter(({ state }) => state !== "Z")
        )
      ),
    memory: (processes) =>
      Effect.sync(() => processes.reduce((sum, { pid }) => sum + memoryOf(world, pid), 0))
  }
}

const memoryOf = (world: World, pid: number): number => {
  const process = world.processes.get(pid)
  if (process === undefined || process.dead) return 0
  const age = world.now() - process.bornAt
  return process.script.uses?.findLast(([fromMs]) => fromMs <= age)?.[1] ?? 0
}

const factsOf = (process: SimProcess): ProcessFacts => ({
  pid: process.pid,
  parent: process.parent,
  group: process.group,
  session: process.session,
  startTicks: process.startTicks,
  state: process.dead ? "Z" : "S",
  command: process.owner
})

const fifo = (world: World): Fifo["Service"] => ({
  make: (name) =>
    Effect.suspend(() => {
      const path = `/fifos/${name}`
      if (world.troubled && world.dice.chance(0.03)) {
        world.fired.add("fifoRefused")
        return Effect.fail(new FifoFailure({ path, errno: "EMFILE" }))
      }
      world.fifos.add(path)
      return Effect.succeed(path)
    }),
  give: () => Effect.void,
  isThere: (path) => Effect.sync(() => world.fifos.has(path)),
  pathOf: (name) => `/fifos/${name}`,
  isOver: () => Effect.succeed(false),
  list: Effect.sync(() => [...world.fifos].map((path) => path.slice("/fifos/".length))),
  remove: (path) =>
    Effect.sync(() => {
      world.fifos.delete(path)
    }),
  write: (path, bytes) =>
    Effect.suspend(() => {
      if (!world.fifos.has(path)) return Effect.fail(new FifoFailure({ path, errno: "ENXIO" }))
      const full = world.troubled && world.dice.chance(0.2)
      return Effect.succeed(full ? world.dice.between(0, bytes.length) : bytes.length)
    })
})
