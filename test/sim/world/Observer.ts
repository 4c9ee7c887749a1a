/** Reads along with everything that is announced and done, and says what must not be. One per run. */
import type { EventBody } from "../../../src/domain/Event.ts"
import type { InstanceKey, InstanceSpec } from "../../../src/domain/Instance.ts"
import type { State } from "../../../src/domain/State.ts"
import type { SimProcess, World } from "./World.ts"

interface Known {
  spec: InstanceSpec
  state: State
  /** Failed starts in a row, counted from what was announced. */
  failures: number
}

export class Observer {
  /** Every instance that is known, as announced. */
  readonly known = new Map<InstanceKey, Known>()
  /** Held by operators, as far as their commands say. */
  readonly stoppedByHand = new Set<InstanceKey>()
  /** Signals and starts so far: a live change must add nothing. */
  touches = 0
  private readonly stoppingBefore = new Set<InstanceKey>()
  private readonly world: World
  private readonly owners = new Map<number, InstanceKey>()
  /** The latest process with a pid, also one that the kernel has forgotten. */
  private readonly lives = new Map<number, SimProcess>()

  constructor(world: World) {
    this.world = world
    world.onSignal = (pid, signal) => this.signalled(pid, signal)
    world.onStart = (process) => {
      const { pid, spawnId } = process
      this.lives.set(pid, process)
      this.touches += 1
      if (world.closing) world.wrong(`${spawnId} was started after the shutdown began`)
      const attempt = world.attempts.find((it) => it.spawnId === spawnId)
      if (attempt !== undefined) this.owners.set(pid, attempt.key)
    }
  }

  /** The shutdown is about to begin. What is being stopped already is no matter of its order. */
  close(): void {
    this.world.closing = true
    for (const [key, { state }] of this.known) {
      if (state === "STOPPING") this.stoppingBefore.add(key)
    }
  }

  /** A specification that the supervisor was given; `fresh`: for a process of its own. */
  expect(spec: InstanceSpec, fresh: boolean): void {
    const known = this.known.get(spec.key)
    if (known === undefined) {
      this.known.set(spec.key, { spec, state: "STOPPED", failures: 0 })
      return
    }
    if (fresh && known.spec.revision !== spec.revision) known.failures = 0
    known.spec = spec
  }

  event(body: EventBody): void {
    this.world.note(eventText(body))
    switch (body.kind) {
      case "state":
        this.entered(body)
        return
      case "removed":
        this.stoppedByHand.delete(body.instance)
        return
      case "exit":
      case "added":
      case "renamed":
      case "signalled":
      case "log":
      case "leftovers":
      case "generation":
      case "rejected":
      case "override":
      case "daemon":
        return
    }
  }

  renamed(from: InstanceKey, spec: InstanceSpec): void {
    const known = this.known.get(from)
    if (known === undefined) return
    this.known.delete(from)
    if (this.stoppedByHand.delete(from)) this.stoppedByHand.add(spec.key)
    this.known.set(spec.key, { ...known, spec })
    for (const [pid, key] of this.owners) if (key === from) this.owners.set(pid, spec.key)
  }

  private entered(body: EventBody & { readonly kind: "state" }): void {
    const { from, instance, pid, reason, to } = body
    const known = this.known.get(instance)
    if (known === undefined) {
      this.world.wrong(`${instance} is announced and unknown`)
      return
    }
    if (known.state !== from) {
      this.world.wrong(`${instance} is announced from ${from}, but was ${known.state}`)
    }
    known.state = to
    const { restart, start } = known.spec.definition
    if (to === "RUNNING") this.cameUp(instance, pid, start.stableAfterMs)
    if (restart.backoff.pace !== "starts") return
    if (to === "RUNNING") known.failures = 0
    if (to === "BACKOFF") known.failures += 1
    if (to !== "FATAL") return
    const attempts = reason?.kind === "gaveUp" ? reason.attempts : 0
    if (typeof start.retries === "number" && attempts !== start.retries + 1) {
      this.world.wrong(`${instance} gave up after ${attempts} failures, ${start.retries} retries`)
    }
    if (attempts !== known.failures) {
      this.world.wrong(`${instance} says ${attempts} failures, ${known.failures} were announced`)
    }
    known.failures = 0
  }

  private cameUp(instance: InstanceKey, pid: number | null, stableAfterMs: number): void {
    const process = pid === null ? undefined : this.lives.get(pid)
    if (process === undefined) {
      this.world.wrong(`${instance} is RUNNING without a process`)
      return
    }
    const lived = (process.dead ? (process.dieAt ?? 0) : this.world.now()) - process.bornAt
    if (lived < stableAfterMs) this.world.wrong(`${instance} is RUNNING and lived ${lived} ms`)
  }

  private signalled(pid: number, signal: number): void {
    this.touches += 1
    const key = this.owners.get(pid)
    const target = key === undefined ? undefined : this.known.get(key)
    if (!this.world.closing || key === undefined || target === undefined || signal === 0) return
    if (this.stoppingBefore.has(key)) return
    if (this.world.processes.get(pid)?.owner !== "program") return
    for (const [other, { spec, state }] of this.known) {
      if (spec.groupPriority <= target.spec.groupPriority) continue
      if (["STARTING", "RUNNING", "STOPPING", "BACKOFF"].includes(state)) {
        this.world.wrong(`${key} is stopped while ${other} of a higher priority is ${state}`)
      }
    }
  }
}

const eventText = (body: EventBody): string => {
  if (body.kind !== "state") return JSON.stringify(body)
  const { from, instance, reason, to } = body
  return `${instance} ${from} -> ${to} ${reason === null ? "" : JSON.stringify(reason)}`
}
