/**
 * The difference between what is declared and what runs, as data: `plan(desired, actual, options)`. Pure; equal input gives
 * equal bytes, because everything is walked in sorted order and nothing here reads a clock. It decides everything: the
 * executor only carries out. After its actions were carried out, the next plan has none.
 */
import type { Actual, ActualInstance, Override } from "../domain/Actual.ts"
import type { Awaited } from "../domain/Dependency.ts"
import type { Desired } from "../domain/Desired.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Cause, Drift, Plan } from "../domain/Plan.ts"
import { byText } from "./byText.ts"
import { decide, type Verdict } from "./decide.ts"
import { type Cascade, cascadeOf } from "./dependency/cascade.ts"
import type { Edge } from "./dependency/programGraph.ts"
import { awaitedText } from "./dependency/waitingText.ts"
import { common, startOf, stopBody } from "./drafts.ts"
import { driftOf, reloadDrift, scaleDrift, sourceDrift, unpredictableDrift } from "./drift.ts"
import { driftLine } from "./driftLine.ts"
import { Findings } from "./Findings.ts"
import { followsOthers } from "./followsOthers.ts"
import { guards } from "./guards.ts"
import { type Draft, order } from "./order.ts"
import { type Facts, gather, isKept, type PlanOptions } from "./planFacts.ts"
import { programKey } from "./programKey.ts"
import { reloadNeed } from "./reloadNeed.ts"
import { comingText, comingUp, failedText, isInTheWay, overlaps } from "./rollout/successor.ts"
import { updatePolicy } from "./rollout/updatePolicy.ts"
import { basisOf } from "./stale.ts"
import { toRun } from "./toRun.ts"

export const plan = (desired: Desired, actual: Actual, options: PlanOptions): Plan => {
  const facts = gather(desired, actual, options)
  const found = new Findings(facts)
  for (const spec of facts.inOrder) {
    const before = facts.before(spec)
    if (before === undefined) found.add(added(spec, facts, found))
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
  const { actions, stages } = order(drafts, facts.placeOf)
  const touched = new Set([...found.postponed, ...drafts.map(({ spec }) => programKey(spec))])
  const existing = new Set(actual.instances.map(({ spec }) => programKey(spec)))
  const staying = new Set(facts.declared.map(programKey))
  for (const { spec } of facts.renames.values()) staying.add(programKey(spec))
  const holds = guards({
    mode: options.mode,
    confirmed: options.confirmed,
    actions: actions.length,
    existing: existing.size,
    removed: [...existing].filter((key) => !staying.has(key)).length,
    failedBefore: options.failed === desired.hash,
    bad: options.bad,
    pin: options.pin
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
    metadata: facts.declared.flatMap(({ key }) => (found.metadata.has(key) ? [key] : [])),
    drift: found.drift.sort((a, b) => byText(a.address, b.address)),
    held: [...holds, ...found.protectedHolds()],
    basis: basisOf(actions, facts.instances)
  }
}

const added = (spec: InstanceSpec, facts: Facts, found: Findings): Draft => {
  const completion = facts.completed(spec)
  if (completion !== null) {
    const cause = { kind: "completed", at: completion.at } as const
    return startOf(spec, cause, { run: false, awaits: [] })
  }
  const override = facts.overrides.get(spec.key) ?? null
  const run = toRun(spec, override, facts.needed)
  const cause = scaleCause(spec, facts) ?? neededCause(spec, override, facts) ?? firstStart
  const awaits = awaitedNames(found.awaitedBy(facts.graph.nodes.get(programKey(spec))))
  return startOf(spec, cause, { run, awaits })
}

const firstStart: Cause = { kind: "firstStart" }

const neededCause = (
  spec: InstanceSpec,
  override: Override | null,
  { needed }: Facts
): Cause | null => {
  const by = needed.get(programKey(spec))
  return by === undefined || override !== null || spec.definition.start.auto
    ? null
    : { kind: "needed", by }
}

const awaitedNames = (edges: ReadonlyArray<Edge>): ReadonlyArray<Awaited> =>
  edges.map(({ dependency, name }) => ({ program: name, when: dependency.when }))

const kept = (spec: InstanceSpec, before: ActualInstance, facts: Facts, found: Findings): void => {
  const wanted = toRun(spec, before.override, facts.needed)
  const decided = decide(spec, before, facts.diff, wanted)
  if (decided.kind !== "nothing" && facts.options.unpredictable.has(programKey(spec))) {
    found.postpone(spec, unpredictableDrift(spec, before))
    tellToReload(before.spec, before, found)
    return
  }
  const process = before.process
  if (!facts.live && process !== null) {
    const cause: Cause = { kind: "drift", text: `pid ${process.pid} runs from before` }
    found.add({ spec, body: { kind: "adopt", ...common(spec, cause), pid: process.pid } })
  }
  const renamed = before.spec.key !== spec.key || before.spec.address !== spec.address
  if (renamed) {
    const cause: Cause = { kind: "renamed", from: before.spec.address, to: spec.address }
    const from = before.spec.key
    found.add({
      spec,
      body: { kind: "rename", ...common(spec, cause), from, pid: process?.pid ?? null }
    })
  }
  const node = facts.graph.nodes.get(programKey(spec))
  const cascade = node === undefined ? null : cascadeOf(node, before, found)
  const verdict = cascade === null ? decided : withCascade(decided, cascade)
  // A rename touches no process: protection lets it pass, and waits with the rest.
  const ends = process !== null && ["rest", "restart", "stop"].includes(verdict.kind)
  if (ends && isKept(spec, facts.options)) {
    const what = verdict.kind === "restart" ? "restarted" : "stopped"
    found.protect(spec, `it would be ${what}${whyEnds(verdict)}; ${confirmation}`)
    tellToReload(spec, before, found)
    return
  }
  const edges = found.awaitedBy(node)
  if (draftFor(verdict, { spec, before, decided, renamed, edges, facts, found })) return
  const drift = driftOf(spec, before, wanted)
  if (drift !== null) found.drift.push(drift)
  for (const change of facts.sourceChanges(before.spec.key)) {
    found.drift.push(sourceDrift(spec, before, change))
  }
}

/** Fields that change are taken on the way. */
const withCascade = (decided: Verdict, { kind, on }: Cascade): Verdict | Rest => {
  if (kind === "restart" && decided.kind === "restart") return decided
  const changes = "cause" in decided && decided.cause.kind === "fields" ? decided.cause.changes : []
  return { kind, cause: { kind: "dependency", on, changes } }
}

/** Down while something else gets a new process. */
interface Rest {
  readonly kind: "rest"
  readonly cause: Cause
}

interface Around {
  readonly spec: InstanceSpec
  /** Without what others do to it. */
  readonly decided: Verdict
  /** It takes the new specification by that. */
  readonly renamed: boolean
  readonly before: ActualInstance
  /** What is not there at that time. */
  readonly edges: ReadonlyArray<Edge>
  readonly facts: Facts
  readonly found: Findings
}

/** Whether all that is to be said of the instance is said by it. */
const draftFor = (verdict: Verdict | Rest, around: Around): boolean => {
  const { before, decided, edges, facts, found, spec } = around
  const awaits = awaitedNames(edges)
  switch (verdict.kind) {
    case "restart": {
      const coming = comingUp(before, spec)
      if (coming !== null && overlaps(spec, before, verdict.cause)) {
        const text = `its restart${whyEnds(verdict)} ${comingText(coming)}`
        found.drift.push(driftLine(spec, "waiting", text))
        return true
      }
      if (cameToNothing(verdict.cause, around)) return true
      // What has no process loses none: it waits with the new definition.
      const blocked =
        before.process === null
          ? []
          : edges.filter((edge) => !found.starts(edge) && !found.isComing(edge))
      const failed =
        before.process === null || followsOthers(verdict.cause) ? null : facts.lacking(spec)
      if (blocked.length > 0 || failed !== null) {
        takeInPlace(around)
        tellToReload(spec, before, found)
        found.postpone(
          spec,
          failed === null
            ? blockedDrift(spec, verdict, "waiting", awaitedText(awaitedNames(blocked)))
            : blockedDrift(spec, verdict, "lacking", `${failed} to be ready`)
        )
        return true
      }
      const after = edges.flatMap(({ to }) => to.map(({ key }) => key))
      found.add({
        spec,
        after,
        body: {
          kind: "restart",
          ...common(spec, verdict.cause),
          awaits,
          ...mannerOf(around, verdict.cause)
        }
      })
      return true
    }
    case "start": {
      const needed =
        verdict.cause.kind === "drift" ? neededCause(spec, before.override, facts) : null
      const cause = needed ?? verdict.cause
      found.add(startOf(spec, cause, { run: true, awaits }))
      return true
    }
    case "stop":
    case "rest": {
      if (decided.kind === "restart") {
        found.add({ spec, body: { kind: "update", ...common(spec, decided.cause) } })
      } else takeInPlace(around)
      const lost = verdict.kind === "stop" ? lostBy(spec, verdict.cause) : []
      found.add({ spec, body: stopBody(spec, verdict.cause, { forget: false, awaits: lost }) })
      if (verdict.kind === "stop") return true
      found.add(startOf(spec, verdict.cause, { run: true, awaits }))
      return true
    }
    case "update":
    case "metadata":
    case "nothing":
      takeInPlace(around)
      tellToReload(spec, before, found)
      return false
  }
}

/** It was to follow a changed file beside what runs, and failed: one attempt for each change. */
const cameToNothing = (cause: Cause, { before, found, spec }: Around): boolean => {
  const text = failedText(before, spec)
  if (text === null || cause.kind !== "watch" || !overlaps(spec, before, cause)) return false
  tellToReload(spec, before, found)
  const again = `${text}; another change of its files or \`reeve apply\` tries it again`
  const at = before.successor?.since ?? null
  found.drift.push(driftLine(spec, "waiting", again, { at }))
  return true
}

/** How its program is updated. */
const mannerOf = ({ before, facts: { counts }, spec }: Around, cause: Cause) => {
  const { maxUnavailable, rollback } = updatePolicy(spec)
  const count = counts.get(programKey(spec))?.declared ?? 0
  return {
    atOnce: count > maxUnavailable ? maxUnavailable : null,
    // Alone it makes room for itself by a plain restart; among others it would only be down.
    overlap: overlaps(spec, before, cause) && (count > 1 || !isInTheWay(spec, before)),
    rollback
  }
}

/** What touches no process is taken, whatever becomes of that. */
const takeInPlace = ({ decided, found, renamed, spec }: Around): void => {
  if (decided.kind === "update") {
    found.add({ spec, body: { kind: "update", ...common(spec, decided.cause) } })
  }
  if (decided.kind === "metadata" && !renamed) found.metadata.add(spec.key)
}

/** Where the process goes on. No guard holds that: it ends nothing. */
const tellToReload = (spec: InstanceSpec, before: ActualInstance, found: Findings): void => {
  const need = reloadNeed(spec, before)
  if (need === null) return
  const { path, signal, until } = need
  if (until === null) {
    found.add({ spec, body: { kind: "signal", ...common(spec, { kind: "watch", path }), signal } })
    return
  }
  found.drift.push(reloadDrift(spec, { path, signal, until }))
}

/** What it waits for then. */
const lostBy = ({ definition }: InstanceSpec, cause: Cause): ReadonlyArray<Awaited> => {
  if (cause.kind !== "dependency") return []
  const lost = definition.dependsOn[cause.on]
  return lost === undefined ? [] : [{ program: cause.on, when: lost.when }]
}

const leave = ({ spec }: ActualInstance, facts: Facts, found: Findings): void => {
  if (isKept(spec, facts.options)) {
    found.protect(spec, `it would be stopped, as it is no longer declared; ${confirmation}`)
    return
  }
  const { commit, dirty } = facts.desired.git
  const since = dirty ? null : commit
  const cause = scaleCause(spec, facts) ?? { kind: "removed", since }
  found.add({ spec, body: stopBody(spec, cause, { forget: true, awaits: [] }) })
}

/** Null unless the program has instances before, and is declared. */
const scaleCause = (spec: InstanceSpec, { counts, named, scales }: Facts): Cause | null => {
  const count = counts.get(programKey(spec))
  if (count === undefined || count.existing === 0 || !named.has(programKey(spec))) return null
  const scale = scales.get(programKey(spec))
  return scale?.instances === count.declared
    ? { kind: "operator", who: scale.who, text: `scaled to ${scale.instances}` }
    : { kind: "scaled", from: count.existing, to: count.declared }
}

const confirmation = "`reeve apply --yes-protected` does it"

const whyEnds = (verdict: Verdict | Rest): string => {
  if (!("cause" in verdict)) return ""
  const { cause } = verdict
  if (cause.kind === "dependency") return ` with ${cause.on}`
  if (cause.kind === "watch") return ` (${cause.path} changed)`
  return cause.kind === "fields"
    ? ` (${cause.changes.map(({ path }) => path).join(", ")} changed)`
    : ""
}

/** What has to be replaced and cannot yet: it goes on as it is. */
const blockedDrift = (
  spec: InstanceSpec,
  verdict: Verdict,
  kind: "lacking" | "waiting",
  on: string
): Drift => driftLine(spec, kind, `its restart${whyEnds(verdict)} waits for ${on}`)
