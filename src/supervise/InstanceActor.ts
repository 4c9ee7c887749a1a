/**
 * The actor of one instance: takes messages in order, feeds the machine, has its orders carried out. It is a fiber while there is
 * something to do or a moment to wait for, and rests in its mailbox otherwise. A defect in one step ends that step, never the
 * daemon: it is logged, and the actor goes on with what is true.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Command, InstanceEvent } from "../core/instanceState.ts"
import { failing, healthEnd } from "./health/deadlines.ts"
import { takeHealth } from "./health/takeHealth.ts"
import { tendProbes } from "./health/tendProbes.ts"
import { callOff } from "./hooks/hookLine.ts"
import { dismissWaiters, type Instance, type Message, type Task, tellWaiters } from "./Instance.ts"
import { lifetimeEnd, recycling } from "./lifetime.ts"
import type { Mailbox } from "./Mailbox.ts"
import { obey } from "./obey.ts"
import { putDown } from "./record.ts"
import { say } from "./say.ts"
import { told } from "./tell.ts"
import type { Workshop } from "./Workshop.ts"

/**
 * Runs until there is nothing to do before the next message ("rests"), or until the instance is removed and, should its process
 * have outlived that, until that has ended too. `first` comes before everything, also before a deadline that has passed already;
 * null: there is nothing.
 */
export const runActor = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  first: Task | null
) {
  if (first !== null) yield* takeStep(shop, instance, first)
  while (!instance.removed || instance.process !== null) {
    if (instance.removed) dismissWaiters(instance)
    const message = yield* nextMessage(shop, instance)
    if (message === "rests") return message
    // What it was told is on record, or begins when the next daemon looks.
    if (shop.state.leaving) return yield* Effect.never
    shop.state.atWork += 1
    yield* Effect.ensuring(
      takeStep(shop, instance, handle(shop, instance, message)),
      // Also after a step that failed: who counts as at rest has told everything.
      Effect.andThen(
        told(instance),
        Effect.sync(() => {
          shop.state.atWork -= 1
        })
      )
    )
  }
  dismissWaiters(instance)
  return "isOver" as const
})

const takeStep = (shop: Workshop, instance: Instance, work: Task): Effect.Effect<void> =>
  Effect.catchCause(work, (cause) =>
    Cause.hasInterruptsOnly(cause)
      ? Effect.failCause(cause)
      : Effect.andThen(
          say(instance, { level: "error", text: `a step failed: ${Cause.pretty(cause)}` }),
          rebuild(shop, instance)
        )
  )

/**
 * A message, or null when the machine's deadline, the end of the process's lifetime or of its health has come (an early look is
 * harmless). One timer, and only while something is waited for. Messages go first, but for the end of STARTING: whether the
 * process lived long enough must be seen before its exit is heard.
 */
const nextMessage = (shop: Workshop, instance: Instance): Effect.Effect<Message | null | "rests"> =>
  Effect.suspend(() => {
    const { machine, mailbox } = instance
    const due = nextLook(shop, instance)
    if (due === null) return Effect.succeed(mailbox.poll() ?? "rests")
    const waitMs = Math.min(Math.ceil(due - shop.monotonicNow()), longestSleepMs)
    if (waitMs <= 0) {
      return Effect.succeed(machine.state === "STARTING" ? null : mailbox.poll())
    }
    return Effect.map(arrivalWithin(mailbox, waitMs), () => mailbox.poll())
  })

/** A race of two fibers would cost a stop more than its signal does: one timer rings. */
const arrivalWithin = (mailbox: Mailbox<Message>, waitMs: number): Effect.Effect<void> =>
  Effect.acquireUseRelease(
    Effect.sleep(waitMs).pipe(
      Effect.andThen(Effect.sync(() => mailbox.ring())),
      Effect.forkDetach({ startImmediately: true })
    ),
    () => mailbox.arrival(),
    (timer) => Effect.sync(() => timer.interruptUnsafe())
  )

/** A timer counts in 31 bits of milliseconds. */
const longestSleepMs = 24 * 3_600_000

const nextLook = (shop: Workshop, instance: Instance): number | null => {
  const { deadline } = instance.machine
  const besideAt = instance.beside?.due() ?? null
  const moments = [deadline, lifetimeEnd(shop, instance), healthEnd(shop, instance), besideAt]
  const awaited = moments.filter((moment) => moment !== null)
  return awaited.length === 0 ? null : Math.min(...awaited)
}

const handle = (
  shop: Workshop,
  instance: Instance,
  message: Message | null
): Effect.Effect<void> => {
  if (message === null) {
    return Effect.flatMap(due(shop, instance), (events) =>
      step(shop, instance, { kind: "tick" }, ...events)
    )
  }
  switch (message.kind) {
    case "run":
      return message.task
    case "opened":
      return step(shop, instance, { kind: "opened" })
    case "hear":
      return Effect.flatMap(message.work, (events) => step(shop, instance, ...events))
    case "exited":
      return instance.process?.spawnId === message.spawnId
        ? step(shop, instance, { kind: "exited", status: message.status })
        : Effect.void
    case "seen":
    case "line":
    case "notices":
      return Effect.flatMap(takeHealth(shop, instance, message), (events) =>
        events.length === 0 ? Effect.void : step(shop, instance, ...events)
      )
  }
}

/** What its machine is to be told because of the time. */
const due = (shop: Workshop, instance: Instance): Effect.Effect<ReadonlyArray<InstanceEvent>> =>
  Effect.flatMap(failing(shop, instance), (events) =>
    events.length > 0 ? Effect.succeed(events) : recycling(shop, instance)
  )

/**
 * Events, each with all that follows from it; then the record, the announcements, and those who wait, who so never see what is
 * true between two of them.
 */
export const step = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  ...events: ReadonlyArray<InstanceEvent>
) {
  if (shop.state.closing && !instance.machine.closed) feed(shop, instance, { kind: "close" })
  const before = instance.machine
  const pending: Array<InstanceEvent> = [...events]
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const answers: Array<InstanceEvent> = []
    for (const command of feed(shop, instance, next)) {
      answers.push(...(yield* obey(shop, instance, command)))
    }
    pending.unshift(...answers)
  }
  const { deadline } = instance.machine
  instance.nextAttemptAt =
    instance.state === "BACKOFF" && deadline !== null
      ? Math.round(shop.wallNow() + deadline - shop.monotonicNow())
      : null
  yield* announceLeftovers(shop, instance)
  yield* tendProbes(shop, instance)
  shop.memoryWatch.tend(instance)
  yield* told(instance)
  if (instance.machine !== before && !instance.removed) yield* putDown(shop, instance, true)
  if (instance.releasing !== null) yield* released(instance, instance.releasing)
  tellWaiters(instance)
  if (instance.beside !== null) yield* instance.beside.tend
})

/** Who hears of the end of a process finds all that it wrote; its successor does not wait for that. */
const released = (instance: Instance, releasing: Fiber.Fiber<void>): Effect.Effect<void> =>
  Effect.andThen(
    Effect.sync(() => {
      instance.releasing = null
    }),
    Fiber.join(releasing)
  )

/** After the death of a daemon: first the orders that are due (core/resume), then what follows from them. */
export const resumeWith = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  commands: ReadonlyArray<Command>,
  events: ReadonlyArray<InstanceEvent>
) {
  const answers: Array<InstanceEvent> = []
  for (const command of commands) answers.push(...(yield* obey(shop, instance, command)))
  yield* step(shop, instance, ...answers, ...events)
  if (commands.length > 0) yield* putDown(shop, instance, true)
})

/** What it depends on is looked at in the same instant as the machine decides by it. */
const feed = (shop: Workshop, instance: Instance, event: InstanceEvent) => {
  const awaits = shop.dependents.awaitedBy(instance)
  if (awaits !== instance.machine.awaits) instance.machine = { ...instance.machine, awaits }
  const [next, commands] = shop.transition(
    instance.spec.definition,
    instance.machine,
    event,
    shop.monotonicNow()
  )
  const launches = commands.some(({ kind }) => kind === "spawn")
  instance.machine = launches && isNew(instance) ? { ...next, failures: 0 } : next
  return commands
}

/** What was never tried in this revision begins with a clean count. */
const isNew = ({ machine, process, spec, started }: Instance): boolean =>
  process === null && machine.life === "none" && started?.revision !== spec.revision

const announceLeftovers = (shop: Workshop, instance: Instance): Effect.Effect<void> =>
  Effect.suspend(() => {
    const pids = instance.leftovers.map(({ pid }) => pid)
    const now = pids.join(" ")
    if (instance.state === "STOPPING" || now === instance.announcedLeftovers) return Effect.void
    instance.announcedLeftovers = now
    if (pids.length === 0) return Effect.void
    const { key, address } = instance.spec
    return Effect.andThen(
      say(instance, { level: "warn", text: `${address} left processes behind: ${now}` }),
      shop.events.emit({ kind: "leftovers", instance: key, address, pids })
    )
  })

/** After a defect: the machine is brought back to what is known of the process. A pause keeps a repeated defect from spinning. */
const rebuild = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  yield* Effect.sleep(1_000)
  const { machine, process } = instance
  if (machine.state !== instance.state) {
    const { reason, state } = machine
    const missed = { kind: "enter", from: instance.state, to: state, reason } as const
    yield* Effect.ignoreCause(obey(shop, instance, missed))
  }
  if (machine.life === "pending") {
    yield* callOff(shop, instance, "beforeStart")
    const answer: InstanceEvent =
      process === null
        ? { kind: "spawnFailed", text: "an error inside reeve; its log says more" }
        : { kind: "spawned" }
    yield* Effect.ignoreCause(step(shop, instance, answer))
  } else if (process === null && machine.life !== "none") {
    yield* Effect.ignoreCause(step(shop, instance, { kind: "exited", status: { kind: "unknown" } }))
  }
})
