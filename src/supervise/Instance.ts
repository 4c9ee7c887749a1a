/**
 * What the supervisor holds of one instance: a mutable cell that only its own actor changes, and the plain snapshot that
 * everybody else gets.
 */
import type * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type { Pacer } from "../core/backoff.ts"
import { makePacer } from "../core/backoff.ts"
import { type InstanceEvent, type InstanceState, initialState } from "../core/instanceState.ts"
import type { ActualInstance, Override } from "../domain/Actual.ts"
import type { Limits } from "../domain/Definition.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Standing, Told } from "../domain/Probe.ts"
import type { ExitStatus, Process, Reason, State } from "../domain/State.ts"
import type { SinkSpec } from "../logs/LogPlane.ts"
import type { InstanceRecord } from "../store/Store.ts"
import type { HealthMessage, Probing } from "./health/Probing.ts"
import type { InLine } from "./hooks/hookLine.ts"
import { Mailbox } from "./Mailbox.ts"
import type { StartFailure } from "./Supervisor.ts"
import type { StdinQueue } from "./stdinWriter.ts"
import type { Beside, FailedSuccession } from "./succession/Beside.ts"
import { successorOf } from "./succession/successorOf.ts"

export interface Leftover {
  readonly pid: number
  readonly startTicks: number
}

export interface Waiter {
  /** Looks at the instance after each change; true when it has been answered. */
  readonly look: (instance: Instance) => boolean
  /** The instance was removed. */
  readonly gone: () => void
  /** It is about the instance whatever its process is, and goes over to a successor. */
  readonly follows: boolean
}

export interface Instance {
  spec: InstanceSpec
  /** Taken when the instance comes to rest (restart). */
  nextSpec: InstanceSpec | null
  started: InstanceSpec | null
  machine: InstanceState
  /** As announced, or about to be (`telling`); the machine is ahead of it while its commands are carried out. */
  state: State
  reason: Reason | null
  process: Process | null
  /** Of the process that ended last, for the announcements that follow its end. */
  endedPid: number | null
  ended: Leftover | null
  since: number
  nextAttemptAt: number | null
  startedAt: number | null
  stoppedAt: number | null
  exit: ExitStatus | null
  spawnError: string
  startFailure: StartFailure["kind"]
  starts: number
  /** How often it came to rest. */
  rests: number
  leftovers: ReadonlyArray<Leftover>
  announcedLeftovers: string
  logTrouble: ReadonlyMap<string, string>
  override: Override | null
  /** The latest command by hand that named it; 0: none did. */
  command: number
  generation: number | null
  /** Streams of the process that lives, and the FIFO of its stdin. */
  streams: ReadonlyArray<string>
  stdin: string | null
  /** Announcements that are on their way into the journal, in their order. */
  telling: ReadonlyArray<Fiber.Fiber<void>>
  /** Ends when what the process before wrote is where it belongs; null: nothing is awaited. */
  releasing: Fiber.Fiber<void> | null
  /** The process life that was intended last. */
  spawnId: string | null
  /** The process life whose exit an earlier daemon told already; null: none. */
  toldExit: string | null
  /** Why its process has to be replaced whatever is declared; null: it need not for such a reason. */
  mustRestart: string | null
  /** A watched file that changed since its latest process began; null: none did. */
  changedFile: string | null
  /** A file that it reads anew and that changed since its process began and since its reload signal; null: none did. */
  unreadFile: string | null
  /** Wall clock, milliseconds: of the latest reload signal to its process; null: it had none. */
  reloadedAt: number | null
  /** The limits that its latest process has: those it was started with, and what was changed since. Null: not known. */
  limits: Limits | null
  /** Which of its limits could not be changed in its process, and why; null: all are as they are declared. */
  limitsRefused: string | null
  /** What its probes say of the process that lives; null: there is none, or nothing to probe. */
  ready: Standing | null
  liveness: Standing | null
  /** What its process tells of itself; null: nothing so far. */
  told: Told | null
  /** The process life that these three are about. */
  probedLife: string | null
  probing: Probing | null
  /** Monotonic: when another `ready` was declared for it last. */
  readyChangedAt: number
  /** The FIFO behind its readiness descriptor; null: it has none. */
  readyPipe: string | null
  /** As whom the process holds listening sockets; null: it has none. */
  socketHolder: string | null
  /** As whom the instance claims those of `sockets`, from its first start on; null: it has none. */
  socketClaim: string | null
  /** What its stdin has not taken yet; null: nothing waits. */
  stdinQueue: StdinQueue | null
  /** With whose rights its log files were opened last. */
  openAs: SinkSpec["openAs"]
  /** The hook that runs, and those that wait for its end. */
  hooks: ReadonlyArray<InLine>
  /** Runs the first of them. */
  hookFiber: Fiber.Fiber<unknown> | null
  pacer: Pacer
  /** The new process that is to take the place of its own; null: none is. */
  successor: Instance | null
  /** What became of the last one that came to nothing; null: none did since the last was begun. */
  failedSuccession: FailedSuccession | null
  /** Null: it is the instance of its key. */
  beside: Beside | null
  removed: boolean
  readonly mailbox: Mailbox<Message>
  readonly waiters: Set<Waiter>
}

/** What an actor is told. */
export type Message =
  | { readonly kind: "exited"; readonly spawnId: string; readonly status: ExitStatus }
  | { readonly kind: "run"; readonly task: Task }
  /** What it waits for has changed. */
  | { readonly kind: "opened" }
  | HealthMessage
  /** Work after which the machine is told what it gives. */
  | { readonly kind: "hear"; readonly work: Effect.Effect<ReadonlyArray<InstanceEvent>> }

/** Work that must not run beside the actor's own; it answers by itself. */
export type Task = Effect.Effect<void>

/** Of thousands of instances most have none of anything, and share it. */
const none: ReadonlyArray<never> = []
const noTrouble: ReadonlyMap<string, string> = new Map()

export const makeInstance = (
  spec: InstanceSpec,
  past: {
    readonly record: InstanceRecord | null
    readonly override: Override | null
    readonly now: number
  }
): Instance => {
  const reason = reasonBefore(past.record)
  return {
    spec,
    nextSpec: null,
    started: past.record?.started ?? null,
    machine: { ...initialState, reason },
    state: "STOPPED",
    reason,
    process: null,
    endedPid: null,
    ended: null,
    since: past.record?.since ?? past.now,
    nextAttemptAt: null,
    startedAt: past.record?.startedAt ?? null,
    stoppedAt: past.record?.stoppedAt ?? null,
    exit: past.record?.exit ?? null,
    spawnError: "",
    startFailure: "spawn",
    starts: 0,
    rests: 0,
    leftovers: none,
    announcedLeftovers: "",
    logTrouble: noTrouble,
    override: past.override,
    command: 0,
    generation: null,
    streams: none,
    stdin: null,
    telling: none,
    releasing: null,
    spawnId: null,
    toldExit: null,
    mustRestart: null,
    changedFile: null,
    unreadFile: null,
    reloadedAt: null,
    limits: null,
    limitsRefused: null,
    ready: null,
    liveness: null,
    told: null,
    probedLife: null,
    probing: null,
    readyChangedAt: Number.NEGATIVE_INFINITY,
    readyPipe: null,
    socketHolder: null,
    socketClaim: null,
    stdinQueue: null,
    openAs: null,
    hooks: none,
    hookFiber: null,
    pacer: makePacer(spec.definition.restart.backoff),
    successor: null,
    failedSuccession: null,
    beside: null,
    removed: false,
    mailbox: new Mailbox(),
    waiters: new Set()
  }
}

/** A wait ends with the run of reeve that it was in. */
const reasonBefore = (record: InstanceRecord | null): Reason =>
  record === null || record.reason === null || record.reason.kind === "waiting"
    ? { kind: "neverStarted" }
    : record.reason

export const toActual = (instance: Instance): ActualInstance => ({
  spec: instance.spec,
  state: instance.state,
  reason: instance.reason,
  process: instance.process,
  started: instance.started,
  since: instance.since,
  nextAttemptAt: instance.nextAttemptAt,
  startedAt: instance.startedAt,
  stoppedAt: instance.stoppedAt,
  exit: instance.exit,
  spawnError: instance.spawnError,
  failures: instance.machine.failures,
  starts: instance.starts,
  leftovers: instance.leftovers.map(({ pid }) => pid),
  logTrouble:
    instance.logTrouble.size === 0
      ? null
      : [...instance.logTrouble].map(([channel, text]) => `${channel}: ${text}`).join("; "),
  override: instance.override,
  mustRestart: instance.mustRestart,
  lastStartTicks: instance.process?.startTicks ?? instance.ended?.startTicks ?? null,
  changedFile: instance.changedFile,
  unreadFile: instance.unreadFile,
  wasReady: instance.machine.proven,
  hook: hookAtWork(instance),
  limitsRefused: instance.limitsRefused,
  ready: instance.ready,
  liveness: instance.liveness,
  told: instance.told,
  successor: successorOf(instance)
})

export const hookAtWork = ({ hooks: [first] }: Instance): ActualInstance["hook"] =>
  first === undefined || first.task.command === null ? null : first.task.hook

/** At rest: nothing lives and nothing comes by itself; or UNKNOWN, where waiting would have no end. */
export const isAtRest = (instance: Instance): boolean => {
  switch (instance.state) {
    case "STOPPED":
    case "EXITED":
    case "FATAL":
    case "UNKNOWN":
      return true
    case "STARTING":
    case "RUNNING":
    case "BACKOFF":
    case "STOPPING":
      return false
  }
}

export const tellWaiters = (instance: Instance): void => {
  for (const waiter of instance.waiters) {
    if (waiter.look(instance)) instance.waiters.delete(waiter)
  }
}

export const dismissWaiters = (instance: Instance): void => {
  for (const waiter of instance.waiters) waiter.gone()
  instance.waiters.clear()
}
