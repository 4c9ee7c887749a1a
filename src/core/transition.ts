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
 *   STOPPING  "again"   –         sweep → STOPPED; unhealthy   KILL; at last UNKNOWN     swept: as left, or looks again
 *                                 as RUNNING or STARTING       signal, where that waits  stopPrepared: signal
 *   UNKNOWN   "again"   STOPPING  STOPPED if a stop was asked  –                         –
 *                                 for, else as RUNNING
 *
 * - A process is young until more than `stableAfterMs` have passed and it was seen alive after that: a tick alone never
 *   declares RUNNING, since the exit may be on its way (supervisord does, and thereby resets its counter: G1).
 * - `failures` counts failed starts; more of them than `retries` is FATAL. It survives BACKOFF → STOPPED (G29). Coming up sets
 *   it to 0, except where restarts are paced: there `resetAfterMs` of uptime does, and an exit before that counts like a
 *   failed start.
 * - "failed" in STARTING and RUNNING stops a process in order (it is not alive any more, was not ready in time, or used more
 *   memory than it may); then it has failed: its start, or as by an unexpected end. A stop or a start that is asked for
 *   meanwhile wins.
 * - Where a start has a time to become ready in, it has not come up before it was: failures count on, and an end is early.
 * - A task that comes up has not done anything yet: its failures count until it ends as expected, or FATAL.
 * - Restarts that are not paced follow at once, without any delay, also with `stableAfterMs` 0 (G2).
 * - A stop is complete when the process has ended and what it left behind was looked at. With `stop.group` "all" the rest of the
 *   group has the rest of the timeout, then KILL; with "kill" it gets KILL at once; with "no" it is left and reported.
 * - With a hook `beforeStop` the stop signal waits for its end, at most as long as the hook may take; the stop's own time counts
 *   from the signal on. A process that ends meanwhile is waited for no longer.
 * - A stop timeout of 0 sends KILL right behind the stop signal, once (G30).
 * - Wherever the table says STARTING it is STOPPED, waiting, while a condition does not hold (`awaits`); "opened" starts it
 *   then, and a stop ends the wait. So does "completed": what a task was changed to is undone, and it had completed before.
 * - UNKNOWN is a live process that could not be signalled or killed. It is not the end: its exit is still heard.
 */
import type { ExitStatus, Reason } from "../domain/State.ts"
import type { Command, InstanceEvent, InstanceState, Policy } from "./instanceState.ts"
import {
  atRunning,
  cameUp,
  ended,
  enter,
  failedStart,
  isTask,
  isUnproven,
  isWaiting,
  launch,
  ranAndEnded,
  type Step,
  succeed
} from "./lifeSteps.ts"
import {
  beginStop,
  climb,
  completeStop,
  sendStop,
  stopEnded,
  swept,
  takenOver,
  unknown
} from "./stopSteps.ts"
import { tooQuick } from "./tooQuick.ts"

export type { Step } from "./lifeSteps.ts"

export const transition = (
  policy: Policy,
  state: InstanceState,
  event: InstanceEvent,
  now: number
): Step => {
  switch (event.kind) {
    case "start":
      return start(policy, state)
    case "opened":
      return isWaiting(state) && !state.closed ? launch(state, []) : [state, []]
    case "completed":
      return isWaiting(state) ? enter(state, "EXITED", hasCompletedReason, []) : [state, []]
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
      return spawnFailed(policy, state, event.text, now)
    case "exited":
      return exited(policy, state, event.status, now)
    case "ready":
      return ready(policy, state)
    case "failed":
      return failed(policy, state, event, now)
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

/** The only end of a task that completes it (design, section 5). */
const hasCompletedReason: Reason = {
  kind: "exited",
  status: { kind: "code", code: 0 },
  expected: true
}

const start = (policy: Policy, state: InstanceState): Step => {
  if (state.closed) return [state, []]
  switch (state.state) {
    case "STOPPED":
    case "EXITED":
    case "FATAL":
      // It has all its attempts again.
      return launch(isTask(policy) && !isWaiting(state) ? { ...state, failures: 0 } : state, [])
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
      return isWaiting(state) ? enter(state, "STOPPED", reason, []) : [state, []]
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
      return [{ ...state, again: false, stop: takenOver(state.stop, reason) }, []]
  }
}

const ready = (policy: Policy, state: InstanceState): Step => {
  if (state.life !== "live" || state.proven) return [state, []]
  const proven: InstanceState = { ...state, proven: true }
  const isUp = state.state === "RUNNING" && isUnproven(policy, state)
  return [isUp ? cameUp(policy, proven) : proven, []]
}

const failed = (
  policy: Policy,
  state: InstanceState,
  { during, text }: InstanceEvent & { readonly kind: "failed" },
  now: number
): Step => {
  if (state.life !== "live") return [state, []]
  switch (state.state) {
    case "STARTING":
      return beginStop(policy, state, { kind: "unhealthy", text, during: "start" }, now)
    case "RUNNING":
      return beginStop(policy, state, { kind: "unhealthy", text, during }, now)
    case "STOPPED":
    case "EXITED":
    case "FATAL":
    case "BACKOFF":
    case "STOPPING":
    case "UNKNOWN":
      return [state, []]
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

const spawnFailed = (policy: Policy, state: InstanceState, text: string, now: number): Step => {
  if (state.life !== "pending") return [state, []]
  const none: InstanceState = { ...state, life: "none", deadline: null }
  return state.state === "STOPPING"
    ? completeStop(policy, none, now, [])
    : failedStart(policy, none, text, [])
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
      if (isYoung(state, now)) {
        const ended: Command = { kind: "ended", status, expected: false, stopped: false }
        return failedStart(policy, none, tooQuick, [ended, { kind: "sweep" }])
      }
      const [up, commands] = enter(atRunning(policy, none), "RUNNING", null, [])
      return ranAndEnded(policy, up, status, now, commands)
    }
    case "RUNNING":
      return ranAndEnded(policy, none, status, now, [])
    case "STOPPING":
      return stopEnded(policy, none, status, now)
    case "UNKNOWN":
      return state.stop === null
        ? ranAndEnded(policy, none, status, now, [])
        : completeStop(policy, none, now, [ended(policy, status, true), { kind: "sweep" }])
  }
}

/** By what held when it was started: the deadline was set then. */
const isYoung = ({ deadline, life }: InstanceState, now: number): boolean =>
  life === "dead" || (deadline !== null && now < deadline - 1)

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
