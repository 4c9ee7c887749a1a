/** Drives the instance machine without an actor: a clock, a script per process life, and a record of what was ordered. */
import type { Command, InstanceEvent, InstanceState, Policy } from "../../src/core/instanceState.ts"
import { initialState } from "../../src/core/instanceState.ts"
import { transition } from "../../src/core/transition.ts"
import { noHooks } from "../../src/domain/Hooks.ts"
import type { ExitStatus, State } from "../../src/domain/State.ts"

export const code = (number: number): ExitStatus => ({ kind: "code", code: number })
export const killedBy = (signal: string, number: number): ExitStatus => ({
  kind: "signal",
  signal,
  number,
  core: false
})

/** supervisord's defaults. */
export const iniPolicy: Policy = {
  start: { auto: true, stableAfterMs: 1_000, retries: 3 },
  restart: {
    when: "unexpected",
    expectedExitCodes: [0],
    maxLifetimeMs: null,
    lifetimeVariance: 0.1,
    backoff: {
      kind: "linear",
      stepMs: 1_000,
      maxMs: null,
      jitter: 0,
      resetAfterMs: null,
      pace: "starts"
    }
  },
  stop: { signal: "TERM", timeoutMs: 10_000, group: "no", command: null },
  hooks: noHooks
}

/** Defaults of TypeScript programs, without jitter. */
export const typescriptPolicy: Policy = {
  start: { auto: true, stableAfterMs: 1_000, retries: "unlimited" },
  restart: {
    when: "unexpected",
    expectedExitCodes: [0],
    maxLifetimeMs: null,
    lifetimeVariance: 0.1,
    backoff: {
      kind: "exponential",
      initialMs: 1_000,
      factor: 2,
      maxMs: 60_000,
      jitter: 0,
      resetAfterMs: 60_000,
      pace: "restarts"
    }
  },
  stop: { signal: "TERM", timeoutMs: 10_000, group: "all", command: null },
  hooks: noHooks
}

/** One process life. `afterMs` null: it does not end by itself. */
export interface Life {
  readonly spawnError?: string
  readonly afterMs?: number | null
  readonly status?: ExitStatus
  /** Ends this long after a stop signal; null: ignores it. Default 0. */
  readonly stopsAfterMs?: number | null
  readonly survivesKill?: boolean
  /** Its exit is delivered this much later than it happened. */
  readonly exitLateMs?: number
  readonly leaves?: number
}

export interface Entry {
  readonly at: number
  readonly what: string
}

interface Alive {
  readonly life: Life
  diesAt: number | null
  status: ExitStatus
}

export class Machine {
  now = 0
  state: InstanceState = initialState
  readonly log: Array<Entry> = []
  private alive: Alive | null = null
  private left = 0
  private readonly pending: Array<Life>
  readonly policy: Policy

  constructor(policy: Policy, lives: ReadonlyArray<Life>) {
    this.policy = policy
    this.pending = [...lives]
  }

  get states(): ReadonlyArray<State> {
    return this.log.flatMap(({ what }) => (what.startsWith("->") ? [what.slice(2) as State] : []))
  }

  at(what: string): ReadonlyArray<number> {
    return this.log.filter((entry) => entry.what === what).map(({ at }) => at)
  }

  send(event: InstanceEvent): void {
    const [next, commands] = transition(this.policy, this.state, event, this.now)
    this.state = next
    const answers = commands.flatMap((command) => this.obey(command))
    for (const answer of answers) this.send(answer)
  }

  /** Lets time pass, event by event. */
  runUntil(end: number): void {
    for (;;) {
      const exitAt =
        this.alive?.diesAt == null ? null : this.alive.diesAt + (this.alive.life.exitLateMs ?? 0)
      const due = [exitAt, this.state.deadline].filter((time) => time !== null)
      const next = Math.min(...due)
      if (due.length === 0 || next > end) break
      this.now = Math.max(this.now, next)
      if (exitAt === next && this.alive !== null) {
        const { status, life } = this.alive
        this.alive = null
        this.left = life.leaves ?? 0
        this.send({ kind: "exited", status })
      } else {
        this.send({ kind: "tick" })
      }
    }
    this.now = end
  }

  private obey(command: Command): ReadonlyArray<InstanceEvent> {
    const note = (what: string): void => {
      this.log.push({ at: this.now, what })
    }
    switch (command.kind) {
      case "enter":
        note(`->${command.to}`)
        return []
      case "spawn":
        return this.spawn(note)
      case "prepareStop":
        note("prepareStop")
        return []
      case "signal":
        note("signal")
        if (this.alive === null || this.alive.life.stopsAfterMs === null) return []
        this.end(this.alive.life.stopsAfterMs ?? 0, killedBy("SIGTERM", 15))
        return []
      case "kill":
        note("kill")
        if (this.alive?.life.survivesKill !== true) this.end(0, killedBy("SIGKILL", 9))
        return []
      case "killLeft":
        note("killLeft")
        this.left = 0
        return []
      case "check":
        return [{ kind: "checked", alive: this.alive !== null && !this.isDead(this.alive) }]
      case "sweep":
        return [{ kind: "swept", left: this.left }]
      case "pace":
        return [{ kind: "paced", delayMs: command.attempt * 1_000 }]
      case "ended":
        note(command.stopped ? "stopped" : command.expected ? "exited" : "exited badly")
        return []
      case "succeeded":
      case "gaveUp":
        note(command.kind)
        return []
    }
  }

  private spawn(note: (what: string) => void): ReadonlyArray<InstanceEvent> {
    const life = this.pending.length > 1 ? this.pending.shift() : this.pending[0]
    if (life === undefined) throw new Error("a script has at least one life")
    note("spawn")
    if (life.spawnError !== undefined) return [{ kind: "spawnFailed", text: life.spawnError }]
    const { afterMs = null, status = code(0) } = life
    this.alive = { life, status, diesAt: afterMs === null ? null : this.now + afterMs }
    return [{ kind: "spawned" }]
  }

  private end(afterMs: number, status: ExitStatus): void {
    if (this.alive === null || this.isDead(this.alive)) return
    const diesAt = this.now + afterMs
    if (this.alive.diesAt !== null && this.alive.diesAt < diesAt) return
    this.alive.diesAt = diesAt
    this.alive.status = status
  }

  private isDead(alive: Alive): boolean {
    return alive.diesAt !== null && alive.diesAt <= this.now
  }
}
