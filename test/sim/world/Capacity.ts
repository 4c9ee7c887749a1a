/**
 * That updates leave a program as many instances as it says, judged by what is announced and by what is, without any of the code
 * that decides it: an instance that serves is stopped for a new process only while few enough others are out.
 */
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { EventBody } from "../../../src/domain/Event.ts"
import type { InstanceKey, InstanceSpec } from "../../../src/domain/Instance.ts"
import type { State } from "../../../src/domain/State.ts"
import type { Stage } from "./simulate.ts"

interface Watched extends Pick<Stage, "observer" | "world"> {
  readonly supervisor: Pick<Stage["supervisor"], "peek">
  readonly reconciler: Pick<Stage["reconciler"], "content">
}

export class Capacity {
  /** Since when. */
  private readonly serving = new Map<InstanceKey, number>()
  /** As it was announced last: what reeve believes of its instances may be wrong. */
  private readonly states = new Map<InstanceKey, State>()
  /** When it was tried again, having failed. */
  private readonly triedAgain = new Map<InstanceKey, number>()
  /** When it ended or failed by itself, having served. */
  private readonly lostAt = new Map<InstanceKey, number>()
  private readonly stage: Watched

  constructor(stage: Watched) {
    this.stage = stage
    const { observer } = stage
    const before = observer.heard
    observer.heard = (body) => {
      before(body)
      this.heard(body)
    }
  }

  private heard(body: EventBody): void {
    // What is ready before it has come up does not serve yet.
    if (body.kind === "ready") {
      this.mark(body.instance, body.ready && this.states.get(body.instance) === "RUNNING")
    }
    if (body.kind === "succession" && body.failed === null) this.mark(body.instance, true)
    if (body.kind === "removed") {
      this.serving.delete(body.instance)
      this.states.delete(body.instance)
    }
    if (body.kind !== "state") return
    this.states.set(body.instance, body.to)
    if (failed.has(body.to) && this.serving.has(body.instance)) {
      this.lostAt.set(body.instance, this.stage.world.now())
    }
    if (failed.has(body.from)) this.triedAgain.set(body.instance, this.stage.world.now())
    const why = body.to === "STOPPING" ? this.whyReplaced(body) : null
    if (why !== null) this.check(body.instance, why)
    const now = this.find(body.instance)
    const isReady = now?.spec.definition.ready === null || now?.ready?.ok === true
    this.mark(body.instance, body.to === "RUNNING" && isReady)
  }

  /** Another daemon goes on with these. */
  resume(instances: ReadonlyArray<ActualInstance>): void {
    this.states.clear()
    this.serving.clear()
    for (const { ready, spec, state } of instances) {
      this.states.set(spec.key, state)
      const isReady = spec.definition.ready === null || ready?.ok === true
      this.mark(spec.key, state === "RUNNING" && isReady)
    }
  }

  private mark(key: InstanceKey, serves: boolean): void {
    if (!serves) this.serving.delete(key)
    else if (!this.serving.has(key)) this.serving.set(key, this.stage.world.now())
  }

  /** Null: it is stopped for good, or by somebody. */
  private whyReplaced({
    instance,
    reason
  }: EventBody & { readonly kind: "state" }): "update" | "follows" | null {
    if (reason?.kind === "plan") return reason.text === "fields" ? "update" : null
    if (reason?.kind === "fileChanged") return "follows"
    if (reason?.kind !== "followed") return null
    const spec = this.find(instance)?.spec
    return spec?.definition.dependsOn[reason.on]?.onLoss === "restart" ? "follows" : null
  }

  private check(key: InstanceKey, why: "update" | "follows"): void {
    const { reconciler, world } = this.stage
    const accepted = reconciler.content().accepted?.programs ?? []
    const program = accepted.find(({ instances }) => instances.some((it) => it.key === key))
    const old = this.find(key)?.spec
    const spec = program?.instances.find((it) => it.key === key)
    if (program === undefined || spec === undefined || old === undefined) return
    // What is carried out may be of the content before.
    const most = Math.max(mostOf(spec), mostOf(old))
    if (program.instances.length <= most || !this.hasServed(key)) return
    const out = program.instances.filter((it) => it.key !== key && this.isOut(it, why))
    if (out.length < most) return
    const names = out.map((it) => `${it.key} ${this.states.get(it.key)}`)
    world.wrong(`${key} is replaced (${why}) while ${names.join(" and ")} is out`)
  }

  /** What has come up in this instant was not up when it was decided to replace it. A new probe may say other things. */
  private hasServed(key: InstanceKey): boolean {
    const since = this.serving.get(key)
    const it = this.find(key)
    const isReady = it?.spec.definition.ready === null || it?.ready?.ok === true
    return isReady && since !== undefined && since < this.stage.world.now()
  }

  private isOut({ key }: InstanceSpec, why: "update" | "follows"): boolean {
    const it = this.find(key)
    const state = this.states.get(key)
    if (it === undefined || state === undefined) return false
    if (it.override?.kind === "stopped" || isOver(it)) return false
    // What follows a dependency waits for no other that is down, as that may be so for good.
    if (state === "STOPPED" && (why === "follows" || it.reason?.kind !== "plan")) return false
    if (isUnasked(it, state) || this.isByHand(it)) return false
    // Nor for one that had failed when that was decided, in this instant.
    if (why === "follows" && this.triedAgain.get(key) === this.stage.world.now()) return false
    // Nor does anybody know of a crash before it is announced.
    if (this.lostAt.get(key) === this.stage.world.now()) return false
    if (failed.has(state)) return why === "update"
    return state !== "RUNNING" || (it.spec.definition.ready !== null && it.ready?.ok !== true)
  }

  /** Somebody restarts it in this instant: who follows in the same cannot know. */
  private isByHand({ reason, since }: ActualInstance): boolean {
    return reason?.kind === "operator" && since === this.stage.world.now()
  }

  private find(key: InstanceKey): ActualInstance | undefined {
    return this.stage.supervisor.peek().find(({ spec }) => spec.key === key)
  }
}

const mostOf = ({ definition: { update }, origin }: InstanceSpec): number => {
  const most = update.maxUnavailable ?? (origin === "ini" ? "all" : 1)
  return most === "all" ? Number.POSITIVE_INFINITY : most
}

const failed: ReadonlySet<State> = new Set(["BACKOFF", "FATAL", "EXITED", "UNKNOWN"])

/** It is not to start by itself, and nobody did. */
const isUnasked = ({ override, spec }: ActualInstance, state: State): boolean =>
  ["EXITED", "FATAL"].includes(state) && !spec.definition.start.auto && override === null

const isOver = ({ reason, state }: ActualInstance): boolean =>
  state === "EXITED" && reason?.kind === "exited" && reason.expected
