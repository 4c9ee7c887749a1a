/**
 * Parts of the instance machine (transition.ts): how a start is begun and comes up, and what follows when a process has ended or
 * its start has failed.
 */
import type { ExitStatus, Reason, State } from "../domain/State.ts"
import { sameAwaited } from "./dependency/sameAwaited.ts"
import { exitText } from "./exitText.ts"
import type { Command, InstanceState, Policy } from "./instanceState.ts"

export type Step = readonly [InstanceState, ReadonlyArray<Command>]

export const ended = (policy: Policy, status: ExitStatus, stopped: boolean): Command => ({
  kind: "ended",
  status,
  expected: isExpected(policy, status),
  stopped
})

const isExpected = (policy: Policy, status: ExitStatus): boolean =>
  status.kind === "code" && policy.restart.expectedExitCodes.includes(status.code)

/** The process ended in RUNNING (or while it was not known to be): EXITED, and what the policy says comes next. */
export const ranAndEnded = (
  policy: Policy,
  state: InstanceState,
  status: ExitStatus,
  now: number,
  before: ReadonlyArray<Command>
): Step => {
  const { when } = policy.restart
  const expected = isExpected(policy, status)
  const end: End = {
    reason: { kind: "exited", status, expected },
    goesOn: when === "always" || (when === "unexpected" && !expected),
    text: isTask(policy) ? exitText(status) : `${exitText(status)} soon after its start`
  }
  return cameDown(policy, { ...state, stop: null }, end, now, [
    ...before,
    ended(policy, status, false),
    { kind: "sweep" }
  ])
}

interface End {
  readonly reason: Reason
  /** Another process is to follow. */
  readonly goesOn: boolean
  /** Why it failed, where it is a failure. */
  readonly text: string
}

export const cameDown = (
  policy: Policy,
  state: InstanceState,
  { goesOn, reason, text }: End,
  now: number,
  before: ReadonlyArray<Command>
): Step => {
  const early = isEarly(policy, state, now)
  const counts = early && (goesOn || !isTask(policy))
  const counted: InstanceState = { ...state, failures: counts ? state.failures : 0 }
  const [down, commands] = enter(counted, "EXITED", reason, before)
  if (!(goesOn || state.again) || state.closed) return [down, commands]
  if (!early || state.again) return launch(down, commands)
  return failedStart(policy, down, text, commands)
}

/** What runs to its end: coming up is nothing to it, and each end that is not expected is a failure. */
export const isTask = ({ task = null }: Policy): boolean => task !== null

const isEarly = (policy: Policy, state: InstanceState, now: number): boolean => {
  const { pace, resetAfterMs } = policy.restart.backoff
  const isYoung = resetAfterMs === null || now - state.spawnedAt < resetAfterMs
  return isUnproven(policy, state) || (pace === "restarts" && isYoung)
}

/** It was to become ready in time, and has not so far. */
export const isUnproven = ({ ready: probe }: Policy, { proven }: InstanceState): boolean =>
  !proven && (probe?.withinMs ?? null) !== null

/** One more failure: BACKOFF, or FATAL when the budget is spent. */
export const failedStart = (
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

export const launch = (state: InstanceState, before: ReadonlyArray<Command>): Step => {
  if (state.awaits.length > 0) return wait(state, before)
  const next: InstanceState = {
    ...state,
    life: "pending",
    deadline: null,
    stop: null,
    again: false,
    proven: false
  }
  return enter(next, "STARTING", null, [...before, { kind: "spawn" }])
}

/** A start that has to wait. Nothing is told where it waits for the same already. */
export const wait = (state: InstanceState, before: ReadonlyArray<Command>): Step => {
  const next: InstanceState = { ...state, deadline: null, stop: null, again: false }
  return isWaiting(state) && sameAwaited(state.reason.on, state.awaits)
    ? [next, before]
    : enter(next, "STOPPED", { kind: "waiting", on: state.awaits }, before)
}

export const isWaiting = (
  state: InstanceState
): state is InstanceState & { readonly reason: Reason & { readonly kind: "waiting" } } =>
  state.state === "STOPPED" && state.reason?.kind === "waiting"

export const succeed = (policy: Policy, state: InstanceState): Step =>
  enter(atRunning(policy, state), "RUNNING", null, [{ kind: "succeeded" }])

export const atRunning = (policy: Policy, state: InstanceState): InstanceState =>
  isUnproven(policy, state) ? { ...state, deadline: null } : cameUp(policy, state)

/** The counter after coming up; where only uptime resets it, the moment of that is the next deadline. */
export const cameUp = (policy: Policy, state: InstanceState): InstanceState => {
  if (isTask(policy)) return { ...state, deadline: null }
  const { pace, resetAfterMs } = policy.restart.backoff
  if (pace === "starts" || resetAfterMs === null || state.failures === 0) {
    return { ...state, failures: 0, deadline: null }
  }
  return { ...state, deadline: state.spawnedAt + resetAfterMs }
}

export const enter = (
  state: InstanceState,
  to: State,
  reason: Reason | null,
  before: ReadonlyArray<Command>
): Step => [
  { ...state, state: to, reason },
  [...before, { kind: "enter", from: state.state, to, reason }]
]
