/**
 * The life of an instance, as one total and pure function: state × event → next state and the commands that carry it out.
 * It never looks at a clock, draws a number or touches a process; whoever calls it executes the commands in order and feeds
 * their answers back before anything else happens to the instance.
 *
 *   state     start     stop      exited                       tick (deadline)           answers
 *   STOPPED   STARTING  –         –                            –                         –
 *   EXITED    STARTING  –         –                            –                         –
 *   FATAL     STARTING  –         –                            –                         –
 *   BACKOFF   STARTING  STOPPED   –                            STARTING                  paced: arms the deadline
 *   STARTING  –         STOPPING  young: BACKOFF or FATAL      check → RUNNING           spawnFailed: BACKOFF or FATAL
 *                                 else: RUNNING, then as there
 *   RUNNING   –         STOPPING  EXITED, then by policy       failures := 0             –
 *                                 STARTING, BACKOFF or FATAL
 *   STOPPING  "again"   –         sweep → STOPPED              KILL; at last UNKNOWN     swept: STOPPED, or looks again
 *                                                              signal, where that waits  stopPrepared: signal
 *   UNKNOWN   "again"   STOPPING  STOPPED if a stop was asked  –                         –
 *                                 for, else as RUNNING
 *
 * - A process is young until more than `stableAfterMs` have passed and it was seen alive after that: a tick alone never
 *   declares RUNNING, since the exit may be on its way (supervisord does, and thereby resets its counter: G1).
 * - `failures` counts failed starts; more of them than `retries` is FATAL. It survives BACKOFF → STOPPED (G29). Coming up sets
 *   it to 0, except where restarts are paced: there `resetAfterMs` of uptime does, and an exit before that counts like a
 *   failed start.
 * - Restarts that are not paced follow at once, without any delay, also with `stableAfterMs` 0 (G2).
 * - A stop is complete when the process has ended and what it left behind was looked at. With `stop.group` "all" the rest of the
 *   group has the rest of the timeout, then KILL; with "kill" it gets KILL at once; with "no" it is left and reported.
 * - With a hook `beforeStop` the stop signal waits for its end, at most as long as the hook may take; the stop's own time counts
 *   from the signal on. A process that ends meanwhile is waited for no longer.
 * - A stop timeout of 0 sends KILL right behind the stop signal, once (G30).
 * - UNKNOWN is a live process that could not be signalled or killed. It is not the end: its exit is still heard.
 */
import type { ExitStatus, Reason, State } from "../domain/State.ts"
import { exitText } from "./exitText.ts"
import type { Command, InstanceEvent, InstanceState, Policy, Stopping } from "./instanceState.ts"
import { killAttempts, rearmMs, sweepMs } from "./stopLimits.ts"

export type Step = readonly [InstanceState, ReadonlyArray<Command>]

export const transition = (
  policy: Policy,
  state: InstanceState,
  event: InstanceEvent,
  now: number
): Step => {
  switch (event.kind) {
    case "start":
      return start(state)
    case "stop":
      return stop(policy, state, event.reason, now)
    case "shutdown":
      return stop(policy, { ...state, closed: true, again: false }, { kind: "shutdown" }, now)
    case "close":
      return [{ ...state, closed: true, again: false }, []]
    case "renewed":
      return [{ ...state, failures: 0 }, []]
    case "stopPrepared":
      return state.state === "STOPPING" && state.stop?.waits === true
        ? sendStop(policy, state, state.stop, now)
        : [state, []]
    case "spawned":
      return spawned(policy, state, now)
    case "spawnFailed":
      return spawnFailed(policy, state, event.text)
    case "exited":
      return exited(policy, state, event.status, now)
    case "tick":
      return state.deadline === null || now < state.deadline
        ? [state, []]
        : tick(policy, state, now)
    case "checked":
      return checked(policy, state, event.alive)
    case "paced":
      return state.state === "BACKOFF" && state.deadline === null
        ? [{ ...state, deadline: now + Math.max(0, event.delayMs) }, []]
        : [state, []]
    case "swept":
      return swept(policy, state, event.left, now)
    case "signalFailed":
      return state.state === "STOPPING" && state.life !== "none"
        ? unknown(state, event.text)
        : [state, []]
  }
}

const start = (state: InstanceState): Step => {
  if (state.closed) return [state, []]
  switch (state.state) {
    case "STOPPED":
    case "EXITED":
    case "FATAL":
    case "BACKOFF":
      return launch(state, [])
    case "STARTING":
    case "RUNNING":
      return [state, []]
    case "STOPPING":
    case "UNKNOWN":
      return [{ ...state, again: true }, []]
  }
}

const stop = (policy: Policy, state: InstanceState, reason: Reason, now: number): Step => {
  switch (state.state) {
    case "STOPPED":
    case "EXITED":
    case "FATAL":
      return [state, []]
    case "BACKOFF":
      return enter({ ...state, deadline: null }, "STOPPED", reason, [])
    case "STARTING":
    case "RUNNING":
    case "UNKNOWN":
      return beginStop(policy, state, reason, now)
    case "STOPPING":
      return [{ ...state, again: false }, []]
  }
}

const spawned = (policy: Policy, state: InstanceState, now: number): Step => {
  if (state.life !== "pending") return [state, []]
  const live: InstanceState = { ...state, life: "live", spawnedAt: now }
  if (state.state === "STOPPING" && state.stop !== null) {
    return beginStop(policy, live, state.stop.reason, now)
  }
  if (policy.start.stableAfterMs === 0) return succeed(policy, live)
  return [{ ...live, deadline: now + policy.start.stableAfterMs + 1 }, []]
}

const spawnFailed = (policy: Policy, state: InstanceState, text: string): Step => {
  if (state.life !== "pending") return [state, []]
  const none: InstanceState = { ...state, life: "none", deadline: null }
  return state.state === "STOPPING" ? completeStop(none, []) : failedStart(policy, none, text, [])
}

const exited = (policy: Policy, state: InstanceState, status: ExitStatus, now: number): Step => {
  if (state.life !== "live" && state.life !== "dead") return [state, []]
  const none: InstanceState = { ...state, life: "none", deadline: null }
  switch (state.state) {
    case "STOPPED":
    case "EXITED":
    case "FATAL":
    case "BACKOFF":
      return [none, []]
    case "STARTING": {
      const young = state.life === "dead" || now - state.spawnedAt < policy.start.stableAfterMs
      if (young) {
        const ended: Command = { kind: "ended", status, expected: false, stopped: false }
        return failedStart(policy, none, tooQuick, [ended, { kind: "sweep" }])
      }
      const [up, commands] = enter(cameUp(policy, none), "RUNNING", null, [])
      return ranAndEnded(policy, up, status, now, commands)
    }
    case "RUNNING":
      return ranAndEnded(policy, none, status, now, [])
    case "STOPPING":
      return stopEnded(policy, none, status, now)
    case "UNKNOWN":
      return state.stop === null
        ? ranAndEnded(policy, none, status, now, [])
        : completeStop(none, [ended(policy, status, true), { kind: "sweep" }])
  }
}

const tick = (policy: Policy, state: InstanceState, now: number): Step => {
  switch (state.state) {
    case "STOPPED":
    case "EXITED":
    case "FATAL":
    case "UNKNOWN":
      return [{ ...state, deadline: null }, []]
    case "STARTING":
      return [{ ...state, deadline: null }, [{ kind: "check" }]]
    case "RUNNING":
      return [{ ...state, deadline: null, failures: 0 }, []]
    case "BACKOFF":
      return state.closed ? [{ ...state, deadline: null }, []] : launch(state, [])
    case "STOPPING":
      return state.stop === null ? [state, []] : climb(policy, state, state.stop, now)
  }
}

const checked = (policy: Policy, state: InstanceState, alive: boolean): Step => {
  if (state.state !== "STARTING" || state.life !== "live") return [state, []]
  return alive ? succeed(policy, state) : [{ ...state, life: "dead", deadline: null }, []]
}

const swept = (policy: Policy, state: InstanceState, left: number, now: number): Step => {
  if (state.state !== "STOPPING" || state.life !== "none" || state.stop === null) return [state, []]
  const { kills, killAt, sweeps } = state.stop
  if (left === 0 || policy.stop.group === "no" || kills >= killAttempts) {
    return completeStop(state, [])
  }
  const waited: InstanceState = { ...state, stop: { ...state.stop, sweeps: sweeps + 1 } }
  if (policy.stop.group === "kill" && kills === 0) return killLeft(policy, waited, now)
  return [{ ...waited, deadline: Math.min(killAt, now + sweepMs(sweeps)) }, []]
}

/** supervisord.md 2.6. */
const tooQuick = "Exited too quickly (process log may have details)"

const ended = (policy: Policy, status: ExitStatus, stopped: boolean): Command => ({
  kind: "ended",
  status,
  expected: isExpected(policy, status),
  stopped
})

const isExpected = (policy: Policy, status: ExitStatus): boolean =>
  status.kind === "code" && policy.restart.expectedExitCodes.includes(status.code)

/** The process ended in RUNNING (or while it was not known to be): EXITED, and what the policy says comes next. */
const ranAndEnded = (
  policy: Policy,
  state: InstanceState,
  status: ExitStatus,
  now: number,
  before: ReadonlyArray<Command>
): Step => {
  const { backoff, when } = policy.restart
  const expected = isExpected(policy, status)
  const early =
    backoff.pace === "restarts" &&
    (backoff.resetAfterMs === null || now - state.spawnedAt < backoff.resetAfterMs)
  const [down, commands] = enter(
    { ...state, stop: null, failures: early ? state.failures : 0 },
    "EXITED",
    { kind: "exited", status, expected },
    [...before, ended(policy, status, false), { kind: "sweep" }]
  )
  const restart = when === "always" || (when === "unexpected" && !expected) || state.again
  if (!restart || state.closed) return [down, commands]
  if (!early || state.again) return launch(down, commands)
  return failedStart(policy, down, `${exitText(status)} soon after its start`, commands)
}

/** One more failure: BACKOFF, or FATAL when the budget is spent. */
const failedStart = (
  policy: Policy,
  state: InstanceState,
  text: string,
  before: ReadonlyArray<Command>
): Step => {
  const failures = state.failures + 1
  const [waiting, commands] = enter(
    { ...state, life: "none", deadline: null, failures },
    "BACKOFF",
    { kind: "startFailed", text },
    before
  )
  const { retries } = policy.start
  if (retries === "unlimited" || failures <= retries) {
    return [waiting, [...commands, { kind: "pace", attempt: failures }]]
  }
  return enter({ ...waiting, failures: 0 }, "FATAL", { kind: "gaveUp", text, attempts: failures }, [
    ...commands,
    { kind: "gaveUp" }
  ])
}

const launch = (state: InstanceState, before: ReadonlyArray<Command>): Step => {
  const next: InstanceState = {
    ...state,
    life: "pending",
    deadline: null,
    stop: null,
    again: false
  }
  return enter(next, "STARTING", null, [...before, { kind: "spawn" }])
}

const succeed = (policy: Policy, state: InstanceState): Step =>
  enter(cameUp(policy, state), "RUNNING", null, [{ kind: "succeeded" }])

/** The counter after coming up; where only uptime resets it, the moment of that is the next deadline. */
const cameUp = (policy: Policy, state: InstanceState): InstanceState => {
  const { pace, resetAfterMs } = policy.restart.backoff
  if (pace === "starts" || resetAfterMs === null || state.failures === 0) {
    return { ...state, failures: 0, deadline: null }
  }
  return { ...state, deadline: state.spawnedAt + resetAfterMs }
}

const beginStop = (policy: Policy, state: InstanceState, reason: Reason, now: number): Step => {
  const isPending = state.life === "pending"
  const hookMs = isPending ? null : (policy.hooks.beforeStop?.timeoutMs ?? null)
  const killAt = now + (hookMs ?? 0) + killAfterMs(policy)
  const stop = { reason, killAt, kills: 0, sweeps: 0, waits: hookMs !== null }
  const begun: InstanceState = {
    ...state,
    again: false,
    deadline: isPending ? null : killAt,
    stop
  }
  const [entered, commands] =
    state.state === "STOPPING" ? [begun, []] : enter(begun, "STOPPING", reason, [])
  if (isPending) return [entered, commands]
  if (hookMs !== null) {
    return [{ ...entered, deadline: now + hookMs }, [...commands, { kind: "prepareStop" }]]
  }
  const [next, signals] = sendStop(policy, entered, stop, now)
  return [next, [...commands, ...signals]]
}

/** The stop signal, and from now on the time until KILL. */
const sendStop = (policy: Policy, state: InstanceState, stop: Stopping, now: number): Step => {
  const atOnce = policy.stop.timeoutMs === 0
  const killAt = now + killAfterMs(policy)
  return [
    { ...state, deadline: killAt, stop: { ...stop, killAt, kills: atOnce ? 1 : 0, waits: false } },
    atOnce ? [{ kind: "signal" }, { kind: "kill" }] : [{ kind: "signal" }]
  ]
}

const killAfterMs = (policy: Policy): number =>
  policy.stop.timeoutMs === 0 ? rearmMs(policy) : policy.stop.timeoutMs

const stopEnded = (policy: Policy, state: InstanceState, status: ExitStatus, now: number): Step => {
  const stop = state.stop
  const killAt = stop === null ? now : stop.waits ? now + killAfterMs(policy) : stop.killAt
  return [
    { ...state, deadline: killAt, stop: stop === null ? null : { ...stop, killAt, waits: false } },
    [ended(policy, status, true), { kind: "sweep" }]
  ]
}

/** The deadline of a stop: KILL, again KILL, and at last no more waiting. */
const climb = (
  policy: Policy,
  state: InstanceState,
  stopping: NonNullable<InstanceState["stop"]>,
  now: number
): Step => {
  if (stopping.waits) return sendStop(policy, state, stopping, now)
  if (now < stopping.killAt) return [{ ...state, deadline: stopping.killAt }, [{ kind: "sweep" }]]
  if (state.life === "none") {
    return stopping.kills >= killAttempts ? completeStop(state, []) : killLeft(policy, state, now)
  }
  if (stopping.kills >= killAttempts) {
    return unknown(state, `still there after ${stopping.kills} SIGKILLs`)
  }
  return [rearmed(policy, state, now), [{ kind: "kill" }]]
}

const killLeft = (policy: Policy, state: InstanceState, now: number): Step => [
  rearmed(policy, state, now),
  [{ kind: "killLeft" }, { kind: "sweep" }]
]

const rearmed = (policy: Policy, state: InstanceState, now: number): InstanceState => {
  if (state.stop === null) return state
  const killAt = now + rearmMs(policy)
  return {
    ...state,
    deadline: killAt,
    stop: { ...state.stop, killAt, kills: state.stop.kills + 1 }
  }
}

const unknown = (state: InstanceState, text: string): Step =>
  enter({ ...state, deadline: null }, "UNKNOWN", { kind: "signalFailed", text }, [])

/** STOPPED; and STARTING when a start was asked for meanwhile. */
const completeStop = (state: InstanceState, before: ReadonlyArray<Command>): Step => {
  const reason: Reason = state.stop?.reason ?? { kind: "shutdown" }
  const down: InstanceState = { ...state, deadline: null, stop: null }
  const [stopped, commands] = enter(down, "STOPPED", reason, before)
  return state.again && !state.closed ? launch(stopped, commands) : [stopped, commands]
}

const enter = (
  state: InstanceState,
  to: State,
  reason: Reason | null,
  before: ReadonlyArray<Command>
): Step => [
  { ...state, state: to, reason },
  [...before, { kind: "enter", from: state.state, to, reason }]
]
