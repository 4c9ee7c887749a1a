/**
 * What a plan in the making has found so far. Programs come after those that they need, so that what becomes of these is known.
 */
import type { ActualInstance } from "../domain/Actual.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import type { Drift, Hold } from "../domain/Plan.ts"
import { byText } from "./byText.ts"
import type { Course } from "./dependency/cascade.ts"
import { isComing, isMet } from "./dependency/conditions.ts"
import type { Edge, ProgramNode } from "./dependency/programGraph.ts"
import { doneBefore } from "./drafts.ts"
import type { Draft } from "./order.ts"
import type { Facts } from "./planFacts.ts"
import { programKey, programLabel } from "./programKey.ts"

export class Findings implements Course {
  readonly drafts: Array<Draft> = []
  readonly metadata = new Set<InstanceKey>()
  readonly drift: Array<Drift> = []
  /** Programs (`programKey`) that changed, and of which something is left for later or for a person. */
  readonly postponed = new Set<string>()
  private readonly guarded = new Map<string, { text: string; instances: Array<InstanceKey> }>()
  private readonly started = new Set<string>()
  private readonly renewed = new Set<string>()
  private readonly renewedNow = new Set<string>()
  private readonly awaited = new Map<ProgramNode, ReadonlyArray<Edge>>()
  private readonly facts: Facts

  constructor(facts: Facts) {
    this.facts = facts
  }

  add(draft: Draft): void {
    this.drafts.push(draft)
    const { body, spec } = draft
    const starts = body.kind === "restart" || (body.kind === "start" && body.run)
    // What runs serves on: who follows it does when the new one has its place.
    if (!starts || (body.kind === "restart" && body.overlap)) return
    this.started.add(programKey(spec))
    const before = this.facts.before(spec)
    if (before === undefined || before.starts === 0) return
    // What could not be ended may not be this time either: those who follow it do when it has another process.
    if (before.state === "UNKNOWN") return
    this.renewed.add(programKey(spec))
    if (body.awaits.length === 0) this.renewedNow.add(programKey(spec))
  }

  isRenewed({ key }: ProgramNode): boolean {
    return this.renewed.has(key)
  }

  isRenewedNow({ key }: ProgramNode): boolean {
    return this.renewedNow.has(key)
  }

  instancesOf({ specs }: ProgramNode): ReadonlyArray<ActualInstance> {
    return specs.flatMap((spec) => this.facts.before(spec) ?? [])
  }

  /** Whether the plan starts processes of a program that is meant. */
  starts({ to }: Edge): boolean {
    return to.some(({ key }) => this.started.has(key))
  }

  /** What is not there now, or goes away by the plan, before it is there. */
  awaitedBy(node: ProgramNode | undefined): ReadonlyArray<Edge> {
    if (node === undefined || node.needs.length === 0) return []
    const known = this.awaited.get(node)
    if (known !== undefined) return known
    const edges = node.needs.filter((edge) => this.starts(edge) || !this.isMet(edge))
    this.awaited.set(node, edges)
    return edges
  }

  /** It comes up already: the restart waits for it, and not for another plan. */
  isComing({ dependency, to }: Edge): boolean {
    return isComing(
      dependency,
      to.flatMap((program) => this.instancesOf(program))
    )
  }

  private isMet({ dependency, to }: Edge): boolean {
    const { before, completed } = this.facts
    const isWhole = to.every(({ specs }) =>
      specs.every((it) => before(it) !== undefined || completed(it) !== null)
    )
    const present = to.flatMap(({ specs }) =>
      specs.flatMap((spec) => before(spec) ?? (completed(spec) === null ? [] : doneBefore(spec)))
    )
    return isMet(dependency, present) && (isWhole || dependency.optional)
  }

  /** Its process goes on although its definition says otherwise. */
  postpone(spec: InstanceSpec, drift: Drift): void {
    this.postponed.add(programKey(spec))
    this.drift.push(drift)
  }

  protect(spec: InstanceSpec, text: string): void {
    this.postponed.add(programKey(spec))
    const label = programLabel(spec)
    const hold = this.guarded.get(label) ?? {
      text: `${label} is protected: ${text}`,
      instances: []
    }
    hold.instances.push(spec.key)
    this.guarded.set(label, hold)
  }

  protectedHolds(): ReadonlyArray<Hold> {
    return [...this.guarded]
      .sort(([a], [b]) => byText(a, b))
      .map(([, hold]) => ({ kind: "protected", ...hold }))
  }
}
