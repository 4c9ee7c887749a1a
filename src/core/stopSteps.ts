/**
 * Parts of the instance machine (transition.ts): the ladder of a stop, from the signal over KILL to the end of what is left, and
 * what follows when it is complete.
 */
import type { ExitStatus, Reason } from "../domain/State.ts"
import type { Command, InstanceState, Policy, Stopping } from "./instanceState.ts"
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
export const sendStop = (
  policy: Policy,
  state: InstanceState,
  stop: Stopping,
  now: number
): Step => {
  const atOnce = policy.stop.timeoutMs === 0
  const killAt = now + killAfterMs(policy)
  return [
    { ...state, deadline: killAt, stop: { ...stop, killAt, kills: atOnce ? 1 : 0, waits: false } },
    atOnce ? [{ kind: "signal" }, { kind: "kill" }] : [{ kind: "signal" }]
  ]
}

const killAfterMs = (policy: Policy): number =>
  policy.stop.timeoutMs === 0 ? rearmMs(policy) : policy.stop.timeoutMs

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
  const stop = state.stop
  const killAt = stop === null ? now : stop.waits ? now + killAfterMs(policy) : stop.killAt
  return [
    { ...state, deadline: killAt, stop: stop === null ? null : { ...stop, killAt, waits: false } },
    [ended(policy, status, true), { kind: "sweep" }]
  ]
}

/** The deadline of a stop: KILL, again KILL, and at last no more waiting. */
export const climb = (
  policy: Policy,
  state: InstanceState,
  stopping: NonNullable<InstanceState["stop"]>,
  now: number
): Step => {
  if (stopping.waits) return sendStop(policy, state, stopping, now)
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
