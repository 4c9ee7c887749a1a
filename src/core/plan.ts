/**
 * The difference between what is declared and what runs, as data: `plan(desired, actual, options)`. Pure; equal input gives
 * equal bytes, because everything is walked in sorted order and nothing here reads a clock. It decides everything: the
 * executor only carries out. After its actions were carried out, the next plan has none.
 */
import type { Actual, ActualInstance } from "../domain/Actual.ts"
import type { Desired } from "../domain/Desired.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import type { Cause, Drift, Hold, Plan } from "../domain/Plan.ts"
import { byText } from "./byText.ts"
import { decide, isToRun, type Verdict } from "./decide.ts"
import { driftOf, scaleDrift } from "./drift.ts"
import { guards } from "./guards.ts"
import { type Draft, order } from "./order.ts"
import { type Facts, gather, type PlanOptions } from "./planFacts.ts"
import { programKey, programLabel } from "./programKey.ts"
import { basisOf } from "./stale.ts"

export const plan = (desired: Desired, actual: Actual, options: PlanOptions): Plan => {
  const facts = gather(desired, actual, options)
  const found = new Findings()
  for (const spec of facts.declared) {
    const before = facts.before(spec)
    if (before === undefined) found.drafts.push(added(spec, facts))
    else kept(spec, before, facts, found)
  }
  for (const instance of facts.removed) leave(instance, facts, found)
  for (const spec of facts.scaled) {
    const scale = facts.scales.get(programKey(spec))
    if (scale !== undefined) found.drift.push(scaleDrift(spec, scale))
  }

  const { only } = options
  const drafts =
    only === null
      ? found.drafts
      : found.drafts.filter(({ spec: { key } }) =>
          only.has(facts.renames.get(key)?.spec.key ?? key)
        )
  const { actions, stages } = order(drafts)
  const touched = new Set(drafts.map(({ spec }) => programKey(spec)))
  const existing = new Set(actual.instances.map(({ spec }) => programKey(spec)))
  const staying = new Set(facts.declared.map(programKey))
  for (const { spec } of facts.renames.values()) staying.add(programKey(spec))
  const holds = guards({
    mode: options.mode,
    confirmed: options.confirmed,
    actions: actions.length,
    existing: existing.size,
    removed: [...existing].filter((key) => !staying.has(key)).length,
    failedBefore: options.failed === desired.hash
  })
  return {
    formatVersion: 1,
    git: desired.git,
    desired: desired.hash,
    programs: desired.programs.length,
    unchanged: desired.programs.filter(
      ({ group, name }) => !touched.has(programKey({ group, program: name }))
    ).length,
    actions,
    stages,
    metadata: found.metadata,
    drift: found.drift.sort((a, b) => byText(a.address, b.address)),
    held: [...holds, ...found.protectedHolds()],
    basis: basisOf(actions, facts.instances)
  }
}

class Findings {
  readonly drafts: Array<Draft> = []
  readonly metadata: Array<InstanceKey> = []
  readonly drift: Array<Drift> = []
  private readonly guarded = new Map<string, { text: string; instances: Array<InstanceKey> }>()

  protect(spec: InstanceSpec, text: string): void {
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

const common = (spec: InstanceSpec, cause: Cause) => ({
  instance: spec.key,
  address: spec.address,
  program: spec.program,
  cause,
  source: spec.source
})

const added = (spec: InstanceSpec, facts: Facts): Draft => {
  const run = isToRun(spec, facts.overrides.get(spec.key) ?? null)
  const cause = scaleCause(spec, facts) ?? { kind: "firstStart" }
  return { spec, body: { kind: "start", ...common(spec, cause), run } }
}

const kept = (spec: InstanceSpec, before: ActualInstance, facts: Facts, found: Findings): void => {
  const verdict = decide(spec, before, facts.diff)
  if (verdict.kind !== "nothing" && facts.options.unpredictable.has(programKey(spec))) {
    found.drift.push(unpredictableDrift(spec, before))
    return
  }
  const process = before.process
  if (!facts.live && process !== null) {
    const cause: Cause = { kind: "drift", text: `pid ${process.pid} runs from before` }
    found.drafts.push({ spec, body: { kind: "adopt", ...common(spec, cause), pid: process.pid } })
  }
  const renamed = before.spec.key !== spec.key || before.spec.address !== spec.address
  if (renamed) {
    const cause: Cause = { kind: "renamed", from: before.spec.address, to: spec.address }
    const from = before.spec.key
    found.drafts.push({
      spec,
      body: { kind: "rename", ...common(spec, cause), from, pid: process?.pid ?? null }
    })
  }
  // A rename touches no process: protection lets it pass, and waits with the rest.
  if (verdict.kind === "restart" && spec.protect && !facts.options.protectedToo) {
    found.protect(spec, `it would be restarted${fieldsOf(verdict)}; ${confirmation}`)
    return
  }
  switch (verdict.kind) {
    case "restart":
    case "update":
      found.drafts.push({ spec, body: { kind: verdict.kind, ...common(spec, verdict.cause) } })
      break
    case "start":
      found.drafts.push({
        spec,
        body: { kind: "start", ...common(spec, verdict.cause), run: true }
      })
      break
    case "metadata":
      if (!renamed) found.metadata.push(spec.key)
      break
    case "nothing":
      break
  }
  if (verdict.kind === "start" || verdict.kind === "restart") return
  const drift = driftOf(spec, before)
  if (drift !== null) found.drift.push(drift)
}

const leave = ({ spec }: ActualInstance, facts: Facts, found: Findings): void => {
  if (spec.protect && !facts.options.protectedToo) {
    found.protect(spec, `it would be stopped, as it is no longer declared; ${confirmation}`)
    return
  }
  const { commit, dirty } = facts.desired.git
  const since = dirty ? null : commit
  const { command, signal, timeoutMs } = spec.definition.stop
  const cause = scaleCause(spec, facts) ?? { kind: "removed", since }
  const body = { ...common(spec, cause), forget: true, command, signal, timeoutMs }
  found.drafts.push({ spec, body: { kind: "stop", ...body } })
}

/** Null unless the program has instances both before and after. */
const scaleCause = (spec: InstanceSpec, { counts, scales }: Facts): Cause | null => {
  const count = counts.get(programKey(spec))
  if (count === undefined || count.declared === 0 || count.existing === 0) return null
  const scale = scales.get(programKey(spec))
  return scale?.instances === count.declared
    ? { kind: "operator", who: scale.who, text: `scaled to ${scale.instances}` }
    : { kind: "scaled", from: count.existing, to: count.declared }
}

const confirmation = "`reeve apply --yes-protected` does it"

const fieldsOf = (verdict: Verdict): string => {
  if (!("cause" in verdict)) return ""
  if (verdict.cause.kind === "watch") return ` (${verdict.cause.path} changed)`
  if (verdict.cause.kind !== "fields") return ""
  return ` (${verdict.cause.changes.map(({ path }) => path).join(", ")} changed)`
}

const unpredictableDrift = (spec: InstanceSpec, { override }: ActualInstance): Drift => ({
  instance: spec.key,
  address: spec.address,
  kind: "unpredictable",
  text: "its definition differs at each evaluation although no file changed (a clock, a random number?); left as it is",
  override,
  at: null,
  until: null
})
