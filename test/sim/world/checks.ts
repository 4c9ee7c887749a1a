/** What must hold whenever the daemon is at rest for the moment, whatever happened before. */
import { isBeside } from "../../../src/core/besideKey.ts"
import { canonicalJson } from "../../../src/core/canonicalJson.ts"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { ProcessRecord } from "../../../src/store/Store.ts"
import type { Observer } from "./Observer.ts"
import type { World } from "./World.ts"

/** What a step may take beyond its limits: a defect's pause, and a late exit. */
const slackMs = 6_000

/** The longest stop timeout of the scenarios, and three SIGKILLs; a change of the timeout counts from the next stop on. */
const longestStopMs = 4 * 10_000 + slackMs

export const checkNow = (
  world: World,
  { ghosts, over }: Pick<Observer, "ghosts" | "over">,
  instances: ReadonlyArray<ActualInstance>,
  live: ReadonlyArray<Pick<ProcessRecord, "instance" | "spawnId">>
): void => {
  // What stands beside the process of an instance is shown to nobody, and is on record.
  const held = new Set(live.flatMap((it) => (isBeside(it.instance) ? [it.spawnId] : [])))
  for (const { process } of instances) if (process !== null) held.add(process.spawnId)
  const journaled = new Set(live.map((it) => it.spawnId))
  checkProcesses(world, held, ghosts, journaled)
  if (!world.closing) for (const instance of instances) checkInstance(world, instance)
  checkStreams(world, held, ghosts)
  checkLeftovers(world, instances, over)
}

/** What outlives its program is known to the instance that it came from. */
const checkLeftovers = (
  world: World,
  instances: ReadonlyArray<ActualInstance>,
  over: ReadonlySet<string>
): void => {
  const listed = new Set(instances.flatMap(({ leftovers }) => leftovers))
  for (const { dead, group, of, owner, parent, pid } of world.processes.values()) {
    if (owner !== "child" || dead || of === null || over.has(of)) continue
    const orphan = parent === world.host && !world.processes.has(group)
    if (orphan && !listed.has(pid)) world.wrong(`pid ${pid} was left behind by ${of} unnoticed`)
  }
}

const checkProcesses = (
  world: World,
  held: ReadonlySet<string>,
  ghosts: ReadonlySet<string>,
  journaled: ReadonlySet<string>
): void => {
  const present = new Set<string>()
  for (const { dead, owner, spawnId } of world.processes.values()) {
    if (owner !== "program" || spawnId === null) continue
    present.add(spawnId)
    if (!dead && !held.has(spawnId) && !ghosts.has(spawnId)) {
      world.wrong(`${spawnId} lives, and no instance has it`)
    }
    if (!dead && !journaled.has(spawnId) && !world.unjournaled.has(spawnId)) {
      world.wrong(`${spawnId} lives, and is not journaled`)
    }
  }
  for (const spawnId of journaled) {
    if (!present.has(spawnId) && !world.unjournaled.has(spawnId)) {
      world.wrong(`${spawnId} was reaped, and its exit is not journaled`)
    }
  }
}

const checkInstance = (world: World, instance: ActualInstance): void => {
  const { nextAttemptAt, process, reason, since, spec, state } = instance
  const age = world.now() - since
  const { backoff } = spec.definition.restart
  const { start } = spec.definition
  const wrong = (text: string): void => world.wrong(`${spec.key} is ${state} ${text}`)
  const shaken = world.now() - world.lastDefectAt <= 1_000
  switch (state) {
    case "STARTING":
      if (process === null && !shaken && !isHooked(world, instance)) wrong("without a process")
      if (age > start.stableAfterMs + slackMs + hooksMs(instance)) wrong(`for ${age} ms`)
      return
    case "RUNNING": {
      const real = process === null ? undefined : world.processes.get(process.pid)
      if (real?.spawnId !== process?.spawnId) wrong("and its process is gone")
      return
    }
    case "BACKOFF":
      if (process !== null) wrong("and has a process")
      if (nextAttemptAt === null && !shaken) wrong("and has no next attempt")
      if (nextAttemptAt !== null && nextAttemptAt < world.now() - slackMs) wrong("past its time")
      // A schedule that was changed meanwhile counts from the next failure on.
      if (backoff.kind === "linear" && !isRescheduled(instance) && nextAttemptAt !== null) {
        const delay = nextAttemptAt - since
        if (delay !== backoff.stepMs * instance.failures) wrong(`and waits ${delay} ms`)
      }
      return
    case "STOPPING":
      if (age > longestStopMs + hooksMs(instance)) wrong(`for ${age} ms`)
      return
    case "UNKNOWN":
      if (process === null) wrong("without a process")
      return
    case "STOPPED":
    case "EXITED":
    case "FATAL":
      if (process !== null) wrong("and has a process")
      if (reason === null) wrong("without a reason")
      return
  }
}

const isRescheduled = ({ spec, started }: ActualInstance): boolean =>
  started !== null &&
  canonicalJson(started.definition.restart.backoff) !==
    canonicalJson(spec.definition.restart.backoff)

/** A start waits for hooks that are at work. A hook may have begun under a name that the instance had before. */
const isHooked = ({ hookRuns }: World, { hook }: ActualInstance): boolean =>
  hook !== null && hookRuns.some((run) => run.hook === hook && run.to === null)

/** The longest that hooks may hold up a start or a stop. */
const hooksMs = ({ spec, started }: ActualInstance): number =>
  [spec, started]
    .flatMap((it) => (it === null ? [] : Object.values(it.definition.hooks)))
    .reduce((sum, hook) => sum + (hook?.timeoutMs ?? 0), 0)

/** A stream is open exactly as long as the life that writes to it. */
const checkStreams = (
  world: World,
  held: ReadonlySet<string>,
  ghosts: ReadonlySet<string>
): void => {
  const lives = new Set([...ghosts, ...held])
  for (const stream of world.streams.keys()) {
    const spawnId = stream.slice(0, stream.lastIndexOf("."))
    if (!lives.has(spawnId)) world.wrong(`the stream ${stream} outlived its process`)
  }
  for (const fifo of world.fifos) {
    const spawnId = fifo.slice("/fifos/".length, fifo.lastIndexOf("."))
    if (!lives.has(spawnId)) world.wrong(`the FIFO ${fifo} outlived its process`)
  }
}
