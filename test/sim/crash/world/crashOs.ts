/** The services of os/ of one daemon, over the machine: each call passes the daemon's gate. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { canonicalJson } from "../../../../src/core/canonicalJson.ts"
import { Fifo, FifoFailure } from "../../../../src/os/Fifo.ts"
import { Keeper } from "../../../../src/os/Keeper.ts"
import { type FoundLife, Proc } from "../../../../src/os/Proc.ts"
import { Reaper } from "../../../../src/os/Reaper.ts"
import { Spawner, type SpawnRequest } from "../../../../src/os/Spawner.ts"
import { proc, surroundings, wrap } from "../../world/simOs.ts"
import type { CrashPlant } from "./CrashPlant.ts"
import { crashKeeper } from "./crashKeeper.ts"
import { crashReaper } from "./crashReaper.ts"
import type { Life } from "./Life.ts"
import type { Machine } from "./Machine.ts"
import { Pipes } from "./Pipes.ts"

export const crashOs = (machine: Machine, life: Life, plant: CrashPlant) =>
  Layer.mergeAll(
    Layer.succeed(Spawner, wrap(spawner(machine, life), plant.spawner, machine.world)),
    Layer.succeed(Reaper, wrap(crashReaper(machine, life), plant.reaper, machine.world)),
    Layer.succeed(Proc, wrap(mortalProc(machine, life), plant.proc, machine.world)),
    Layer.succeed(Keeper, wrap(crashKeeper(machine, life), plant.keeper, machine.world)),
    Layer.succeed(Fifo, wrap(fifo(machine, life), plant.fifo, machine.world)),
    surroundings(life.pid)
  )

const spawner = (machine: Machine, { gate }: Life): Spawner["Service"] => ({
  spawn: (request: SpawnRequest) =>
    gate(
      `spawn ${request.spawnId}`,
      Effect.sync(() => {
        const { spawnId } = request
        machine.outputsOf(spawnId, pathsOf(request))
        machine.world.limits.set(spawnId, request.limits)
        const { pid, startTicks } = machine.world.start(spawnId, machine.scriptOf(spawnId))
        return { pid, startTicks }
      })
    )
})

const pathsOf = ({ stderr, stdin, stdout }: SpawnRequest): ReadonlyMap<string, string> => {
  const paths = new Map<string, string>()
  if (stdin.kind === "fifo") paths.set("stdin", stdin.path)
  if (stdout !== null) paths.set("stdout", stdout)
  if (stderr !== null && stderr !== "stdout") paths.set("stderr", stderr)
  return paths
}

const mortalProc = (machine: Machine, { gate }: Life): Proc["Service"] => {
  const honest = proc(machine.world)
  return {
    ...honest,
    lives: (directory, known) =>
      gate(
        "look for lives",
        Effect.sync(() => livesOf(machine, directory, known))
      ),
    signal: (pid, signal, scope) =>
      gate(`signal ${scope} ${pid} ${signal}`, honest.signal(pid, signal, scope)),
    changeLimits: (process, before, after) =>
      canonicalJson(before) === canonicalJson(after)
        ? Effect.succeed([])
        : gate(`limits of ${process.pid}`, honest.changeLimits(process, before, after))
  }
}

/** Of several with one spawn id the oldest, and none where a known process holds its pipe. */
const livesOf = (
  { pipes, world }: Machine,
  directory: string,
  known: ReadonlySet<number>
): ReadonlyArray<FoundLife> => {
  const found = new Map<string, FoundLife>()
  const ofKnown = new Set<string>()
  for (const { dead, parent, pid, session, startTicks } of world.processes.values()) {
    if (dead) continue
    for (const { path } of pipes.heldBy(`pid ${pid}`)) {
      if (!path.startsWith(directory)) continue
      const spawnId = path.slice(directory.length, path.lastIndexOf("."))
      if (known.has(pid)) ofKnown.add(spawnId)
      if (session !== pid || found.has(spawnId)) continue
      const spec = world.attempts.find((attempt) => attempt.spawnId === spawnId)?.spec
      const [processName, groupName] = [spec?.name ?? null, spec?.group ?? null]
      found.set(spawnId, { pid, startTicks, spawnId, parent, processName, groupName })
    }
  }
  for (const spawnId of ofKnown) found.delete(spawnId)
  return [...found.values()]
}

const directory = "/fifos/"

const fifo = ({ pipes }: Machine, { gate }: Life): Fifo["Service"] => ({
  make: (name) =>
    gate(
      `make FIFO ${name}`,
      Effect.sync(() => {
        const path = directory + name
        pipes.make(path)
        return path
      })
    ),
  give: () => Effect.void,
  isThere: (path) => Effect.sync(() => pipes.named.has(path)),
  pathOf: (name) => directory + name,
  isOver: (path) =>
    Effect.sync(() => {
      const pipe = pipes.named.get(path)
      return pipe !== undefined && Pipes.isQuiet(pipe)
    }),
  list: Effect.sync(() => [...pipes.named.keys()].map((path) => path.slice(directory.length))),
  remove: (path) =>
    gate(
      `remove FIFO ${path}`,
      Effect.sync(() => pipes.unlink(path))
    ),
  write: (path, bytes) =>
    gate(
      `write ${path}`,
      Effect.suspend(() => {
        const written = pipes.named.has(path)
        return written
          ? Effect.succeed(bytes.length)
          : Effect.fail(new FifoFailure({ path, errno: "ENXIO" }))
      })
    )
})
