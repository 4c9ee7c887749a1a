/** Reads along with everything that is announced and done, and says what must not be. One per run. */
import { canonicalJson } from "../../../src/core/canonicalJson.ts"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { EventBody } from "../../../src/domain/Event.ts"
import type { Address, InstanceKey, InstanceSpec } from "../../../src/domain/Instance.ts"
import type { Reason, State } from "../../../src/domain/State.ts"
import type { Attempt, SimProcess, World } from "./World.ts"

interface Known {
  address: Address
  /** That it was last tried to be started with; null: never. */
  spec: InstanceSpec | null
  state: State
  /** Failed starts in a row, counted from what was announced. */
  failures: number
  /** The count may have begun anew or not: its revision changed, and nothing that needs a new process. */
  unsure: boolean
  /** When the state was entered. */
  since: number
  /** Its process was announced as ready. */
  ready: boolean
}

export class Observer {
  /** Every instance that is known, as announced. */
  readonly known = new Map<InstanceKey, Known>()
  /** When somebody asked for a start of an instance: a wait may end early then. */
  readonly askedAt = new Map<InstanceKey, number>()
  /** Held by operators, as far as their commands say. */
  readonly stoppedByHand = new Set<InstanceKey>()
  /** States entered so far. */
  changes = 0
  /** Signals and starts so far: a live change must add nothing. */
  touches = 0
  /** Instances of the starts among them. */
  readonly started: Array<InstanceKey> = []
  /** Hears everything that is announced. */
  heard: (body: EventBody) => void = () => undefined
  /** Is told that a shutdown begins. */
  closed: () => void = () => undefined
  /** The instance as it is now. */
  find: (key: InstanceKey) => ActualInstance | undefined = () => undefined
  /** The wave of a shutdown in which one is stopped. */
  waveOf: (key: InstanceKey, spec: InstanceSpec) => number = (_, spec) => spec.groupPriority
  /** What was being stopped when the shutdown began, and what is stopped since by hand or as it failed. */
  readonly stoppingBefore = new Set<InstanceKey>()
  /** A daemon dies, or another one begins: what is announced in between may be told twice, or never. */
  isBetween = false
  private readonly world: World
  /** Lives of instances that were removed: what they left behind is nobody's concern. */
  readonly over = new Set<string>()
  /** Those among them whose process could not be ended before. */
  readonly ghosts = new Set<string>()
  private readonly owners = new Map<number, InstanceKey>()
  /** The latest process with a pid, also one that the kernel has forgotten. */
  private readonly lives = new Map<number, SimProcess>()

  constructor(world: World) {
    this.world = world
    world.onSignal = (pid, signal) => this.signalled(pid, signal)
    world.onAttempt = (attempt) => this.attempted(attempt)
    world.onStart = (process) => {
      const { pid, spawnId } = process
      this.lives.set(pid, process)
      this.touches += 1
      if (world.closing) world.wrong(`${spawnId} was started after the shutdown began`)
      const attempt = world.attempts.find((it) => it.spawnId === spawnId)
      if (attempt === undefined) return
      this.owners.set(pid, attempt.key)
      this.started.push(attempt.key)
    }
  }

  /** The shutdown is about to begin. What is being stopped already is no matter of its order. */
  close(): void {
    this.world.closing = true
    this.closed()
    for (const [key, { state }] of this.known) {
      if (state === "STOPPING") this.stoppingBefore.add(key)
    }
  }

  /** The next daemon is up, and goes on with these. */
  resume(instances: ReadonlyArray<ActualInstance>): void {
    this.isBetween = false
    const before = new Map(this.known)
    for (const [key, { state }] of before) if (state !== "UNKNOWN") this.known.delete(key)
    for (const { ready, since, spec, started, state } of instances) {
      const { address, key } = spec
      const now = { spec: started ?? before.get(key)?.spec ?? null, ready: ready?.ok === true }
      this.known.set(key, { address, state, failures: 0, unsure: true, since, ...now })
    }
  }

  /** A start is tried: only now it counts what the instance is to be. */
  private attempted({ key, spec }: Pick<Attempt, "key" | "spec">): void {
    const known = this.known.get(key)
    if (known === undefined) return
    const { spec: before } = known
    known.spec = spec
    if (before === null || before.revision === spec.revision) return
    const { dependsOn, liveness, ready, stop, task, update } = spec.definition
    const live = { dependsOn, liveness, ready, stop, task, update }
    const sameButLive = { ...before.definition, ...live }
    if (canonicalJson(sameButLive) === canonicalJson(spec.definition)) known.unsure = true
    else Object.assign(known, { failures: 0, unsure: false })
  }

  event(body: EventBody): void {
    this.world.note(eventText(body))
    this.heard(body)
    switch (body.kind) {
      case "state":
        this.entered(body)
        return
      case "removed":
        this.stoppedByHand.delete(body.instance)
        for (const { key, spawnId } of this.world.attempts) {
          if (key !== body.instance) continue
          this.over.add(spawnId)
          if (this.known.get(key)?.state === "UNKNOWN") this.ghosts.add(spawnId)
        }
        this.known.delete(body.instance)
        return
      case "renamed":
        this.renamed(body)
        return
      case "added":
        this.known.set(body.instance, { address: body.address, ...fresh })
        return
      case "ready": {
        const known = this.known.get(body.instance)
        if (known === undefined || !body.ready) return
        known.ready = true
        if (known.state === "RUNNING") Object.assign(known, { failures: 0, unsure: false })
        return
      }
      case "exit":
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

  private renamed({ address, from, instance }: EventBody & { readonly kind: "renamed" }): void {
    const found = [...this.known].find(([, known]) => known.address === from)
    if (found === undefined) {
      if (!this.isBetween) this.world.wrong(`${from} was renamed and is unknown`)
      return
    }
    const [key, known] = found
    this.known.delete(key)
    this.known.set(instance, { ...known, address })
    const asked = this.askedAt.get(key)
    if (asked !== undefined && this.askedAt.delete(key)) this.askedAt.set(instance, asked)
    if (this.stoppedByHand.delete(key)) this.stoppedByHand.add(instance)
    for (const attempt of this.world.attempts) if (attempt.key === key) attempt.key = instance
    for (const run of this.world.hookRuns) if (run.key === key) run.key = instance
    for (const [pid, owner] of this.owners) if (owner === key) this.owners.set(pid, instance)
  }

  private entered(body: EventBody & { readonly kind: "state" }): void {
    const { from, instance, pid, reason, to } = body
    const known = this.known.get(instance)
    if (this.isBetween) {
      this.changes += 1
      if (known !== undefined) known.state = to
      return
    }
    if (known === undefined) {
      this.world.wrong(`${instance} is announced and unknown`)
      return
    }
    if (known.state !== from) {
      this.world.wrong(`${instance} is announced from ${from}, but was ${known.state}`)
    }
    known.state = to
    this.changes += 1
    // It may have failed before a process was tried.
    const now = this.find(instance)
    const tried = to === "BACKOFF" ? now?.started : null
    if (tried) this.attempted({ key: instance, spec: tried })
    const isOwn = reason !== null && ownStops.has(reason.kind)
    if (to === "STOPPING" && isOwn && this.world.closing) this.stoppingBefore.add(instance)
    if (to === "STARTING") known.ready = false
    if (known.spec === null) return
    const isLate = reason?.kind === "unhealthy" && reason.text.startsWith("not ready within")
    if (to === "STOPPING" && isLate && known.ready) {
      this.world.wrong(`${instance} was ready and is stopped: ${reason.text}`)
    }
    // A change of what is no matter of the process holds for the one that runs.
    const { restart, start } = (now?.spec ?? known.spec).definition
    if (to === "RUNNING") this.cameUp(instance, pid, known.spec.definition.start.stableAfterMs)
    if (restart.backoff.kind !== "linear") {
      // Not counted here, and the schedule may be changed while failures count on.
      known.unsure = true
      return
    }
    if (from === "BACKOFF" && to === "STARTING" && !known.unsure) {
      const time = this.world.now()
      const waited = time - known.since
      const asked = time - (this.askedAt.get(instance) ?? Number.NEGATIVE_INFINITY) <= 2_000
      if (!asked && waited < known.failures * restart.backoff.stepMs) {
        this.world.wrong(`${instance} waited ${waited} ms after ${known.failures} failures`)
      }
    }
    known.since = this.world.now()
    const isUp = known.ready || known.spec.definition.ready === null
    if (to === "RUNNING" && isUp) Object.assign(known, { failures: 0, unsure: false })
    // Whether it counts on until it is ready may have been changed since it was started.
    else if (to === "RUNNING") known.unsure = true
    if (to === "BACKOFF") known.failures += 1
    if (to !== "FATAL") return
    const { failures, unsure } = known
    Object.assign(known, { failures: 0, unsure: false })
    if (unsure) return
    const attempts = reason?.kind === "gaveUp" ? reason.attempts : 0
    if (typeof start.retries === "number" && attempts !== start.retries + 1) {
      this.world.wrong(`${instance} gave up after ${attempts} failures, ${start.retries} retries`)
    }
    if (attempts !== failures) {
      this.world.wrong(`${instance} says ${attempts} failures, ${failures} were announced`)
    }
  }

  private cameUp(instance: InstanceKey, pid: number | null, stableAfterMs: number): void {
    const process = pid === null ? undefined : this.lives.get(pid)
    if (process === undefined) {
      this.world.wrong(`${instance} is RUNNING without a process`)
      return
    }
    const lived = (process.dead ? (process.dieAt ?? 0) : this.world.now()) - process.bornAt
    // An exit heard in the very millisecond of the limit counts as having come up, by supervisord's table.
    const onTheLimit = this.world.now() - process.bornAt === stableAfterMs
    if (lived < stableAfterMs && !onTheLimit)
      this.world.wrong(`${instance} is RUNNING and lived ${lived} ms`)
  }

  private signalled(pid: number, signal: number): void {
    this.touches += 1
    const key = this.owners.get(pid)
    const target = key === undefined ? undefined : this.known.get(key)
    if (!this.world.closing || key === undefined || target === undefined || signal === 0) return
    if (this.stoppingBefore.has(key)) return
    if (this.world.processes.get(pid)?.owner !== "program") return
    for (const [other, { spec, state }] of this.known) {
      if (spec === null || target.spec === null) continue
      if (this.waveOf(other, spec) <= this.waveOf(key, target.spec)) continue
      if (["STARTING", "RUNNING", "STOPPING", "BACKOFF"].includes(state)) {
        this.world.wrong(`${key} is stopped while ${other} of a higher priority is ${state}`)
      }
    }
  }
}

/** Of one instance, in no order with others; what a plan stops beside a shutdown is not among them. */
const ownStops: ReadonlySet<Reason["kind"]> = new Set(["operator", "recycled", "unhealthy"])

const fresh = {
  spec: null,
  state: "STOPPED",
  failures: 0,
  unsure: false,
  since: 0,
  ready: false
} as const

const eventText = (body: EventBody): string => {
  if (body.kind !== "state") return JSON.stringify(body)
  const { from, instance, reason, to } = body
  return `${instance} ${from} -> ${to} ${reason === null ? "" : JSON.stringify(reason)}`
}
