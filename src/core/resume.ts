/**
 * How an instance goes on whose daemon has died, as a pure function of what was written down and what is found. The record may be
 * one step behind: it is written when a process is about to be started, when a stop is about to begin, and after each step. What
 * happened to the process since then is fed to the machine as if it were heard only now; of a stop nobody knows whether the
 * signal was sent, so it is sent again; a hook that it waited for runs again, within the time that it had.
 *
 *   on record            process lives                process has ended            there is none
 *   none                 as if just started           –                            – (a delay that was not drawn is drawn)
 *   pending              spawned                      spawned, exited              spawned anew; in STOPPING: not started
 *   live, dead           goes on                      exited                       exited, nobody knows how
 */
import type { ExitStatus, State } from "../domain/State.ts"
import type { Command, InstanceEvent, InstanceState, Policy } from "./instanceState.ts"
import { type Step, transition } from "./transition.ts"

/** What is found of the latest process life. Times are monotonic. */
export type Trace =
  | { readonly kind: "none" }
  | { readonly kind: "alive"; readonly spawnedMs: number }
  | { readonly kind: "ended"; readonly spawnedMs: number; readonly status: ExitStatus }

export interface Saved {
  readonly machine: InstanceState
  /** The state that was announced last; the machine may have been ahead of it. */
  readonly announced: State
  /** False: of the orders of the last step some may not have been carried out. */
  readonly settled: boolean
}

/** The machine from now on, and the orders to carry out first. */
export const resume = (policy: Policy, saved: Saved, trace: Trace, now: number): Step => {
  const { announced, machine } = saved
  const missed: ReadonlyArray<Command> =
    announced === machine.state
      ? []
      : [{ kind: "enter", from: announced, to: machine.state, reason: machine.reason }]
  const [next, commands] = goOn(policy, saved, trace, now)
  // A process that is started anew is announced with its pid, as always.
  return commands[0]?.kind === "spawn"
    ? [next, [...commands, ...missed]]
    : [next, [...missed, ...commands]]
}

const goOn = (policy: Policy, saved: Saved, trace: Trace, now: number): Step => {
  const { machine } = saved
  switch (machine.life) {
    case "none":
      return trace.kind === "alive" ? appeared(policy, machine, trace, now) : between(saved)
    case "pending":
      return afterSpawn(policy, machine, trace, now)
    case "live":
    case "dead":
      return withProcess(policy, saved, trace, now)
  }
}

/** A process that the record does not know (it could not be written): it is what the machine would have started. */
const appeared = (policy: Policy, machine: InstanceState, trace: Trace, now: number): Step => {
  const started: InstanceState = {
    ...machine,
    life: "pending",
    deadline: null,
    stop: null,
    proven: false
  }
  const entered: Step = [
    { ...started, state: "STARTING", reason: null },
    [{ kind: "enter", from: machine.state, to: "STARTING", reason: null }]
  ]
  return andThen(entered, (state) => afterSpawn(policy, state, trace, now))
}

/** No process is to be there. What waits for an answer that died with the daemon asks again. */
const between = ({ machine, settled }: Saved): Step => {
  if (machine.state === "BACKOFF" && machine.deadline === null) {
    return [machine, [{ kind: "pace", attempt: Math.max(1, machine.failures) }]]
  }
  return machine.state === "STOPPING" && !settled ? [machine, [{ kind: "sweep" }]] : [machine, []]
}

const afterSpawn = (policy: Policy, machine: InstanceState, trace: Trace, now: number): Step => {
  switch (trace.kind) {
    case "none":
      return machine.state === "STOPPING"
        ? transition(policy, machine, { kind: "spawnFailed", text: "it was not started" }, now)
        : [machine, [{ kind: "spawn" }]]
    case "alive":
      return transition(policy, machine, { kind: "spawned" }, spawnedAt(machine, trace, now))
    case "ended":
      return andThen(
        transition(policy, machine, { kind: "spawned" }, spawnedAt(machine, trace, now)),
        (state) => transition(policy, state, exitedWith(trace.status), now)
      )
  }
}

/** A stop that waited for the spawn begins now, not when that was. */
const spawnedAt = (
  machine: InstanceState,
  trace: Exclude<Trace, { readonly kind: "none" }>,
  now: number
): number => (machine.state === "STOPPING" ? now : Math.min(trace.spawnedMs, now))

const withProcess = (policy: Policy, saved: Saved, trace: Trace, now: number): Step => {
  const { machine, settled } = saved
  switch (trace.kind) {
    case "none":
      return transition(policy, machine, exitedWith({ kind: "unknown" }), now)
    case "ended":
      return transition(policy, machine, exitedWith(trace.status), now)
    case "alive": {
      // "dead" was a first look at a process that ended: one that lives is alive.
      const alive: InstanceState = { ...machine, life: "live" }
      if (machine.life === "dead") return [{ ...alive, deadline: now }, []]
      if (machine.stop?.waits === true) return [alive, [{ kind: "prepareStop" }]]
      return machine.state === "STOPPING" && !settled ? [alive, signals(alive)] : [alive, []]
    }
  }
}

const signals = ({ stop }: InstanceState): ReadonlyArray<Command> =>
  stop !== null && stop.kills > 0 ? [{ kind: "signal" }, { kind: "kill" }] : [{ kind: "signal" }]

const exitedWith = (status: ExitStatus): InstanceEvent => ({ kind: "exited", status })

const andThen = ([state, commands]: Step, next: (state: InstanceState) => Step): Step => {
  const [after, more] = next(state)
  return [after, [...commands, ...more]]
}
