/**
 * Parts of the instance machine (transition.ts): the ladder of a stop, from the signal over KILL to the end of what is left, and
 * what follows when it is complete.
 */
import type { ExitStatus, Reason } from "../domain/State.ts"
import type { Command, InstanceState, Policy } from "./instanceState.ts"
import { cameDown, ended, enter, failedStart, launch, type Step, wait } from "./lifeSteps.ts"
import { killAttempts, rearmMs, sweepMs } from "./stopLimits.ts"

export const swept = (policy: Policy, state: InstanceState, left: number, now: number): Step => {
  if (state.state !== "STOPPING" || state.life !== "none" || state.stop === null) return [state, []]
  const { kills, killAt, sweeps } = state.stop
  if (left === 0 || policy.stop.group === "no" || kills >= killAttempts) {
    return completeStop(policy, state, now, [])
  }
  const waited: InstanceState = { ...state, stop: { ...state.stop, sweeps: sweeps + 1 } }
  if (policy.stop.group === "kill" && kills === 0) return killLeft(policy, waited, now)
  return [{ ...waited, deadline: Math.min(killAt, now + sweepMs(sweeps)) }, []]
}

export const beginStop = (
  policy: Policy,
  state: InstanceState,
  reason: Reason,
  now: number
): Step => {
  const atOnce = policy.stop.timeoutMs === 0
  const killAt = now + (atOnce ? rearmMs(policy) : policy.stop.timeoutMs)
  const next: InstanceState = {
    ...state,
    again: false,
    deadline: state.life === "pending" ? null : killAt,
    stop: { reason, killAt, kills: atOnce ? 1 : 0, sweeps: 0 }
  }
  const signals: ReadonlyArray<Command> =
    state.life === "pending"
      ? []
      : atOnce
        ? [{ kind: "signal" }, { kind: "kill" }]
        : [{ kind: "signal" }]
  if (state.state === "STOPPING") return [next, signals]
  const [entered, commands] = enter(next, "STOPPING", reason, [])
  return [entered, [...commands, ...signals]]
}

/** A stop that somebody wants is no failure any more, and none that ends by itself. */
export const takenOver = (
  stopping: InstanceState["stop"],
  reason: Reason
): InstanceState["stop"] =>
  stopping?.reason.kind === "unhealthy" || stopping?.reason.kind === "waiting"
    ? { ...stopping, reason }
    : stopping

export const stopEnded = (
  policy: Policy,
  state: InstanceState,
  status: ExitStatus,
  now: number
): Step => {
  const killAt = state.stop?.killAt ?? now
  return [{ ...state, deadline: killAt }, [ended(policy, status, true), { kind: "sweep" }]]
}

/** The deadline of a stop: KILL, again KILL, and at last no more waiting. */
export const climb = (
  policy: Policy,
  state: InstanceState,
  stopping: NonNullable<InstanceState["stop"]>,
  now: number
): Step => {
  if (now < stopping.killAt) return [{ ...state, deadline: stopping.killAt }, [{ kind: "sweep" }]]
  if (state.life === "none") {
    return stopping.kills >= killAttempts
      ? completeStop(policy, state, now, [])
      : killLeft(policy, state, now)
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

export const unknown = (state: InstanceState, text: string): Step =>
  enter({ ...state, deadline: null }, "UNKNOWN", { kind: "signalFailed", text }, [])

/** STOPPED, and STARTING when a start was asked for meanwhile; or what a failure leads to. */
export const completeStop = (
  policy: Policy,
  state: InstanceState,
  now: number,
  before: ReadonlyArray<Command>
): Step => {
  const reason: Reason = state.stop?.reason ?? { kind: "shutdown" }
  const down: InstanceState = { ...state, deadline: null, stop: null }
  if (reason.kind === "unhealthy" && !state.closed && !state.again) {
    const { text } = reason
    if (reason.during === "start") return failedStart(policy, down, text, before)
    return cameDown(
      policy,
      down,
      { reason, goesOn: policy.restart.when !== "never", text },
      now,
      before
    )
  }
  const again = state.again && !state.closed
  if (again && state.awaits.length > 0) return wait(down, before)
  const [stopped, commands] = enter(down, "STOPPED", reason, before)
  return again ? launch(stopped, commands) : [stopped, commands]
}
