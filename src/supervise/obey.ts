/**
 * Carries out the orders of the instance machine and gives their answers. Each order is one small effect; none of them
 * decides what happens next.
 */
import * as Effect from "effect/Effect"
import { makePacer } from "../core/backoff.ts"
import type { Command, InstanceEvent } from "../core/instanceState.ts"
import { isLive } from "../core/leftovers.ts"
import {
  exitedMessage,
  gaveUpMessage,
  killingMessage,
  signallingMessage,
  spawnErrorMessage,
  spawnedMessage,
  stoppedMessage,
  succeededMessage
} from "../core/lifecycleMessages.ts"
import { signalName, signalNumber } from "../domain/Signal.ts"
import type { State } from "../domain/State.ts"
import type { ProcessFacts } from "../os/Proc.ts"
import { bringUp } from "./bringUp.ts"
import { endStartByHand, recordCompletion, voidCompletion } from "./completion.ts"
import {
  beforeKill,
  cameUp,
  hasEnded,
  prepareStop,
  startBehindHooks,
  startWaits,
  stopBegins,
  stopByCommand
} from "./hooks/hookOrders.ts"
import type { Instance, Leftover } from "./Instance.ts"
import { putDown } from "./record.ts"
import { releaseStreams } from "./releaseStreams.ts"
import { say } from "./say.ts"
import { startTurn } from "./startTurn.ts"
import { tell } from "./tell.ts"
import type { Workshop } from "./Workshop.ts"

const SIGKILL = 9

type Answers = ReadonlyArray<InstanceEvent>
const none: Answers = []

export const obey = (
  shop: Workshop,
  instance: Instance,
  command: Command
): Effect.Effect<Answers> => {
  const { definition, name } = instance.spec
  switch (command.kind) {
    case "enter":
      return enter(shop, instance, command)
    case "spawn":
      return Effect.andThen(
        // Before its hook: where that fails, the run has failed.
        voidCompletion(shop, instance),
        startWaits(instance)
          ? Effect.suspend(() => {
              begin(instance)
              return startBehindHooks(shop, instance, spawn(shop, instance))
            })
          : spawn(shop, instance)
      )
    case "prepareStop":
      return prepareStop(shop, instance)
    case "signal":
      return definition.stop.command === null || definition.stop.timeoutMs === 0
        ? stopSignal(shop, instance)
        : stopByCommand(shop, instance, stopSignal(shop, instance))
    case "kill": {
      const scope = definition.stop.group === "no" ? "process" : "group"
      const killing = instance.process === null ? null : killingMessage(name, instance.process.pid)
      return beforeKill(shop, instance).pipe(
        Effect.andThen(killing === null ? Effect.void : say(instance, killing)),
        Effect.andThen(saySignal(instance, SIGKILL, scope)),
        Effect.andThen(send(shop, instance, SIGKILL, scope)),
        Effect.tap(() => (scope === "process" ? Effect.void : killCgroup(shop, instance)))
      )
    }
    case "killLeft":
      return Effect.as(killLeft(shop, instance), none)
    case "check":
      return check(shop, instance)
    case "sweep":
      return sweep(shop, instance)
    case "pace":
      return instance.pacer
        .delayMs(command.attempt, shop.monotonicNow())
        .pipe(Effect.map((delayMs) => [{ kind: "paced", delayMs } as const]))
    case "ended":
      return Effect.as(ended(shop, instance, command), none)
    case "succeeded":
      return say(instance, succeededMessage(name, stableAfterMs(instance))).pipe(
        Effect.andThen(cameUp(shop, instance)),
        Effect.as(none)
      )
    case "gaveUp":
      return Effect.as(
        Effect.andThen(say(instance, gaveUpMessage(name)), endStartByHand(shop, instance)),
        none
      )
  }
}

/** As it held when its process was started. */
const stableAfterMs = ({ spec, started }: Instance): number =>
  (started ?? spec).definition.start.stableAfterMs

/** To the group where it reaches all of it. */
const stopSignal = (shop: Workshop, instance: Instance): Effect.Effect<Answers> =>
  Effect.suspend(() => {
    const { stop } = instance.spec.definition
    const scope = stop.group === "all" ? "group" : "process"
    const number = signalNumber(stop.signal) ?? 15
    return Effect.andThen(saySignal(instance, number, scope), send(shop, instance, number, scope))
  })

const saySignal = (
  instance: Instance,
  number: number,
  scope: "process" | "group"
): Effect.Effect<void> => {
  const { process, spec } = instance
  if (process === null) return Effect.void
  const signal = `SIG${signalName(number)}`
  return say(instance, signallingMessage(spec.name, process.pid, signal, scope))
}

const enter = (
  shop: Workshop,
  instance: Instance,
  { from, to, reason }: Command & { readonly kind: "enter" }
): Effect.Effect<Answers> =>
  Effect.suspend(() => {
    instance.state = to
    instance.reason = reason
    instance.since = shop.wallNow()
    const pid = instance.process?.pid ?? instance.endedPid
    if (reason?.kind === "startFailed") instance.spawnError = reason.text
    if (to === "BACKOFF") instance.endedPid = null
    if (to === "STOPPED" || to === "EXITED" || to === "FATAL" || to === "UNKNOWN") {
      instance.rests += 1
    }
    const renewed = to !== "STARTING" && takeNextSpec(instance)
    // Before a signal is sent: a daemon that dies now has begun a stop, and the next one goes on with it.
    const ahead = to === "STOPPING" ? putDown(shop, instance, false) : Effect.void
    const told = announce(shop, instance, { from, to, reason, pid }).pipe(
      Effect.as(renewed ? [{ kind: "renewed" } as const] : none)
    )
    return Effect.andThen(ahead, to === "STOPPING" ? andStopBegins(shop, instance, told) : told)
  })

/** Nothing of one that was removed and could not be ended: its name may be another's by now. */
const announce = (
  shop: Workshop,
  instance: Instance,
  entered: Pick<Command & { readonly kind: "enter" }, "from" | "reason" | "to"> & {
    readonly pid: number | null
  }
): Effect.Effect<void> =>
  instance.removed
    ? Effect.void
    : tell(shop, instance, {
        kind: "state",
        instance: instance.spec.key,
        address: instance.spec.address,
        ...entered,
        generation: instance.generation,
        failures: failuresAt(instance, entered.to)
      })

const andStopBegins = (shop: Workshop, instance: Instance, told: Effect.Effect<Answers>) =>
  Effect.zipWith(told, stopBegins(shop, instance), (first, then) => [...first, ...then])

/** The machine is ahead: FATAL, which begins the count anew, follows the last failure at once. */
const failuresAt = ({ machine }: Instance, to: State): number =>
  to === "BACKOFF" && machine.reason?.kind === "gaveUp" ? machine.reason.attempts : machine.failures

/** A restart's new specification is taken as soon as the old process is gone. */
const takeNextSpec = (instance: Instance): boolean => {
  const { nextSpec, started } = instance
  if (nextSpec === null || instance.process !== null) return false
  instance.spec = nextSpec
  instance.nextSpec = null
  if (nextSpec.revision === started?.revision) return false
  instance.pacer = makePacer(nextSpec.definition.restart.backoff)
  return true
}

const spawn = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  yield* startTurn(shop)
  begin(instance)
  instance.limits = instance.spec.definition.limits
  instance.limitsRefused = null
  const failure = yield* bringUp(shop, instance).pipe(
    Effect.as(null),
    Effect.catchTag("NotStarted", Effect.succeed),
    Effect.catchDefect((defect) => broke(instance, defect))
  )
  if (failure !== null) {
    instance.spawnError = failure.text
    instance.startFailure = failure.kind
    yield* say(instance, spawnErrorMessage(failure.text))
    return [{ kind: "spawnFailed", text: failure.text } as const]
  }
  noteStart(instance, shop.wallNow())
  if (instance.process !== null) {
    yield* say(instance, spawnedMessage(instance.spec.name, instance.process.pid))
  }
  return [{ kind: "spawned" } as const]
})

const begin = (instance: Instance): void => {
  instance.endedPid = null
  instance.spawnError = ""
  instance.started = instance.spec
  instance.changedFile = null
  instance.unreadFile = null
  instance.reloadedAt = null
}

export const noteStart = (instance: Instance, at: number): void => {
  instance.starts += 1
  instance.startFailure = "spawn"
  instance.startedAt = at
  instance.mustRestart = null
  instance.changedFile = null
  instance.unreadFile = null
  instance.reloadedAt = null
}

/** A mistake of reeve's own is a failed start, unless the process is there already. */
const broke = (instance: Instance, defect: unknown) =>
  Effect.as(
    say(instance, { level: "error", text: `a start failed inside reeve: ${String(defect)}` }),
    instance.process === null
      ? { kind: "spawn" as const, text: "an error inside reeve; its log says more" }
      : null
  )

/** Nothing is sent to a process whose exit is known, even where it was not handled yet: its number may be another's. */
const send = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  signal: number,
  scope: "process" | "group"
) {
  const { process, spec } = instance
  if (process === null || shop.lives.of(process.pid)?.spawnId !== process.spawnId) return none
  const failure = yield* shop.proc.signal(process.pid, signal, scope).pipe(
    Effect.as(null),
    Effect.catchTag("SignalFailure", ({ errno }) => Effect.succeed(errno))
  )
  if (failure === "ESRCH") return none
  if (failure !== null) {
    const text = `cannot signal pid ${process.pid}: ${failure}`
    yield* say(instance, { level: "error", text })
    return [{ kind: "signalFailed", text } as const]
  }
  yield* shop.events.emit({
    kind: "signalled",
    instance: spec.key,
    address: spec.address,
    pid: process.pid,
    signal: signal === SIGKILL ? "KILL" : spec.definition.stop.signal,
    scope
  })
  return none
})

const check = (shop: Workshop, { process }: Instance): Effect.Effect<Answers> =>
  process === null
    ? Effect.succeed([{ kind: "checked", alive: false }])
    : Effect.map(shop.proc.facts(process.pid), (facts) => [
        {
          kind: "checked" as const,
          alive: facts !== null && facts.state !== "Z" && facts.startTicks === process.startTicks
        }
      ])

const ended = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  { status, expected, stopped }: Command & { readonly kind: "ended" }
) {
  const { process, spec } = instance
  instance.exit = status
  instance.stoppedAt = shop.wallNow()
  instance.process = null
  instance.unreadFile = null
  instance.ready = null
  instance.liveness = null
  instance.told = null
  if (process === null) return
  instance.endedPid = process.pid
  instance.ended = { pid: process.pid, startTicks: process.startTicks }
  const message = stopped ? stoppedMessage : exitedMessage
  yield* say(instance, message(spec.name, status, expected))
  yield* hasEnded(shop, instance, process.pid, status)
  if (expected && !stopped) {
    yield* recordCompletion(shop, instance)
    yield* endStartByHand(shop, instance)
  }
  const isNews = instance.toldExit !== process.spawnId
  instance.toldExit = null
  if (isNews) {
    yield* tell(shop, instance, {
      kind: "exit",
      instance: spec.key,
      address: spec.address,
      pid: process.pid,
      status,
      expected
    })
  }
  yield* releaseStreams(shop, instance, process.spawnId)
})

/**
 * What the latest life left behind, and those of earlier ones that still live. Each is asked for again once it is listed:
 * from then on its end is heard, before that it might have been missed.
 */
const sweep = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  const found = yield* leftBy(shop, instance)
  const candidates = new Map<number, Leftover>()
  for (const { pid, startTicks } of [...instance.leftovers, ...found]) {
    candidates.set(pid, { pid, startTicks })
    shop.leftBehind.set(pid, instance)
  }
  const still: Array<Leftover> = []
  for (const leftover of candidates.values()) {
    const facts = yield* shop.proc.facts(leftover.pid)
    if (facts?.startTicks === leftover.startTicks && isLive(facts)) still.push(leftover)
    else shop.leftBehind.delete(leftover.pid)
  }
  instance.leftovers = still
  if (instance.process === null && instance.spawnId !== null) {
    yield* shop.cgroups.release(instance.spawnId)
  }
  return [{ kind: "swept", left: found.length } as const]
})

/** One by one and after a fresh look, never by group: the group's number may have become another's. */
const killLeft = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  if (instance.ended === null) return
  const found = yield* leftBy(shop, instance)
  for (const { pid } of found) {
    yield* say(instance, killingMessage(instance.spec.name, pid))
    yield* Effect.ignore(shop.proc.signal(pid, SIGKILL, "process"))
  }
  yield* killCgroup(shop, instance)
})

/** What the latest life left in its group and session, and in its cgroup, where it has one. */
const leftBy = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  if (instance.ended === null) return []
  const found = yield* shop.sweeper.left(instance.ended)
  const known = new Set([instance.ended.pid, ...found.map(({ pid }) => pid)])
  const members = instance.spawnId === null ? null : yield* shop.cgroups.members(instance.spawnId)
  const more: Array<ProcessFacts> = []
  for (const pid of members ?? []) {
    const facts = known.has(pid) ? null : yield* shop.proc.facts(pid)
    if (facts !== null && isLive(facts)) more.push(facts)
  }
  return [...found, ...more]
})

/** Nothing can leave it by leaving its group or session. */
const killCgroup = (shop: Workshop, { spawnId }: Instance): Effect.Effect<void> =>
  spawnId === null ? Effect.void : shop.cgroups.kill(spawnId)
