/**
 * Starts and stops by hand with what belongs to them: whatever a program needs is started before it, and what is to be down while
 * a dependency is (`onLoss: "stop"`) is stopped before that.
 */
import * as Effect from "effect/Effect"
import { awaitedAmong } from "../../core/dependency/awaitedAmong.ts"
import { comesUp, holds } from "../../core/dependency/conditions.ts"
import type { ProgramNode } from "../../core/dependency/programGraph.ts"
import { runningGraph } from "../../core/dependency/runningGraph.ts"
import { awaitedText } from "../../core/dependency/waitingText.ts"
import { programKey, programLabel } from "../../core/programKey.ts"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { Awaited, Condition } from "../../domain/Dependency.ts"
import type { InstanceKey } from "../../domain/Instance.ts"
import { settleMs } from "../../domain/limits.ts"
import type { Terms } from "../../domain/Terms.ts"
import type { Origin } from "../../supervise/Supervisor.ts"
import { inTurns } from "../inTurns.ts"
import type { Row } from "../Operator.ts"
import { type Hands, inItsTurn, override, row, wanted } from "./Hands.ts"
import { turnsOfPrograms } from "./restartBeside.ts"
import { endHold, isDown, restartOne, startOne, stopOne } from "./startStop.ts"

interface Chosen {
  readonly all: ReadonlyArray<ActualInstance>
  readonly chosen: ReadonlyArray<ActualInstance>
  readonly who: string
  readonly terms: Terms
}

/** What is needed, and is not there, is started as if it were named, and gets a row that says for whom. */
export const startWithNeeds = (
  hands: Hands,
  request: Chosen & { readonly wait: boolean }
): Effect.Effect<ReadonlyArray<Row>> => {
  const { terms, wait, who } = request
  return withNeeds(hands, request, (it) => startOne(hands, it, who, { wait, terms }))
}

/**
 * What could not be started again is not stopped; what got a new process while it waited for what it needs has what was asked.
 */
export const restartWithNeeds = (
  hands: Hands,
  request: Chosen & { readonly wait: boolean }
): Effect.Effect<ReadonlyArray<Row>> => {
  const { wait, who } = request
  const inTurn = wait ? turnsOfPrograms() : atOnce
  const startsOf = ({ spec }: ActualInstance): number =>
    hands.supervisor.peek().find((it) => it.spec.key === spec.key)?.starts ?? 0
  return withNeeds(hands, request, (instance, command) =>
    Effect.gen(function* () {
      const before = startsOf(instance)
      yield* untilThere(hands, instance)
      const restarted = inItsTurn(hands, command, instance, (it) =>
        startsOf(it) > before
          ? Effect.succeed(row(it, "done", "restarted"))
          : restartIfThere(hands, it, { who, wait })
      )
      return yield* inTurn(instance, restarted)
    })
  )
}

const atOnce = (_: ActualInstance, work: Effect.Effect<Row>): Effect.Effect<Row> => work

const restartIfThere = (
  hands: Hands,
  instance: ActualInstance,
  { wait, who }: { readonly wait: boolean; readonly who: string }
): Effect.Effect<Row> =>
  Effect.gen(function* () {
    const missing = yield* missingFor(hands, instance)
    if (missing.length === 0 || instance.process === null) {
      return yield* restartOne(hands, instance, who, wait)
    }
    // A stop that it was to have before is not made up for.
    if (instance.override?.kind === "stopped") yield* endHold(hands, instance, who)
    return row(instance, "failed", `it waits for ${awaitedText(missing)}; it runs on as it was`)
  })

const withNeeds = (
  hands: Hands,
  request: Chosen & { readonly wait: boolean },
  act: (instance: ActualInstance, command: number) => Effect.Effect<Row>
): Effect.Effect<ReadonlyArray<Row>> => {
  const { all, chosen, wait } = request
  const needed = neededBy(all, chosen)
  const named = new Set(chosen.map(({ spec }) => spec.key))
  const command = hands.supervisor.beginCommand(named)
  if (needed.size === 0) {
    return inTurns(all, chosen, "up", (it) =>
      inItsTurn(hands, command, it, (now) => act(now, command))
    )
  }
  const both = all.filter(({ spec }) => named.has(spec.key) || needed.has(spec.key))
  return inTurns(all, both, "up", (instance) =>
    Effect.gen(function* () {
      const need = needed.get(instance.spec.key)
      const isNamed = named.has(instance.spec.key)
      const done = yield* inItsTurn(hands, command, instance, (it) =>
        isNamed ? act(it, command) : bring(hands, it, need, request)
      )
      if (need === undefined || done.outcome === "failed") return done
      if (wait) yield* untilHolds(hands, instance.spec.key, need.whens)
      return isNamed ? done : { ...done, text: `${done.text}; ${need.by} needs it` }
    })
  )
}

/** What is there already is only to be so the next time as well. */
const bring = (
  hands: Hands,
  instance: ActualInstance,
  need: Need | undefined,
  { terms, wait, who }: Chosen & { readonly wait: boolean }
): Effect.Effect<Row> =>
  need?.whens.every((when) => holds(when, instance)) === true
    ? Effect.as(override(hands, instance, null, who), row(instance, "done", "released"))
    : startOne(hands, instance, who, { wait, terms })

/** What it needs may be on its way, as it was restarted before. Bounded: a probe may never say that it is ready. */
const untilThere = (hands: Hands, instance: ActualInstance): Effect.Effect<void> =>
  Effect.gen(function* () {
    if (Object.keys(instance.spec.definition.dependsOn).length === 0) return
    const all = hands.supervisor.peek()
    const node = runningGraph(all.map(({ spec }) => spec)).nodes.get(programKey(instance.spec))
    for (const { dependency, to } of node?.needs ?? []) {
      for (const { specs } of dependency.optional ? [] : to) {
        for (const { key } of specs) yield* untilHolds(hands, key, [dependency.when])
      }
    }
  }).pipe(Effect.timeoutOption(settleMs), Effect.asVoid)

const missingFor = (
  { supervisor }: Hands,
  { spec }: ActualInstance
): Effect.Effect<ReadonlyArray<Awaited>> =>
  Effect.sync(() => awaitedAmong(spec.definition.dependsOn, supervisor.peek()))

interface Need {
  /** Of all that need it. */
  readonly whens: Array<Condition>
  /** Label of the program that needs it. */
  readonly by: string
}

/** Of all that is chosen and that those need in turn; what holds already, or is optional, is left alone. */
const neededBy = (
  all: ReadonlyArray<ActualInstance>,
  chosen: ReadonlyArray<ActualInstance>
): ReadonlyMap<InstanceKey, Need> => {
  const { nodes } = runningGraph(all.map(({ spec }) => spec))
  const members = Map.groupBy(all, ({ spec }) => programKey(spec))
  const needs = new Map<InstanceKey, Need>()
  const seen = new Set<ProgramNode>()
  const open = chosen.flatMap(({ spec }) => nodes.get(programKey(spec)) ?? [])
  for (const node of open) {
    if (seen.has(node)) continue
    seen.add(node)
    for (const { dependency, to } of node.needs) {
      if (dependency.optional) continue
      const { when } = dependency
      for (const other of to) {
        const missing = (members.get(other.key) ?? []).filter(
          (it) => !holds(when, it) || it.override?.kind === "stopped"
        )
        for (const { spec } of missing) {
          const known = needs.get(spec.key)
          if (known === undefined)
            needs.set(spec.key, { whens: [when], by: programLabel(node.spec) })
          else known.whens.push(when)
        }
        if (missing.length > 0) open.push(other)
      }
    }
  }
  return needs
}

/** Until what needs it may start, or it cannot be waited for any longer. */
const untilHolds = (
  { supervisor }: Hands,
  key: InstanceKey,
  whens: ReadonlyArray<Condition>
): Effect.Effect<void> =>
  Effect.ignore(
    supervisor.until(key, (it) => whens.every((when) => holds(when, it)) || !comesUp(it))
  )

/**
 * All that is named is held before the first is stopped. Those that are to be down with something that is named are no override:
 * they start again when it is back.
 */
export const stopWithDependents = (
  hands: Hands,
  { all, chosen, terms, who }: Chosen
): Effect.Effect<ReadonlyArray<Row>> =>
  Effect.gen(function* () {
    const named = new Set(chosen.map(({ spec }) => spec.key))
    const command = hands.supervisor.beginCommand(named)
    const followers = followersOf(all, chosen)
    for (const key of named) followers.delete(key)
    for (const it of chosen) yield* override(hands, it, wanted("stopped", terms), who)
    const both = all.filter(({ spec }) => named.has(spec.key) || followers.has(spec.key))
    const rows = yield* inTurns(all, followers.size === 0 ? chosen : both, "down", (instance) =>
      inItsTurn(hands, command, instance, (it) => {
        const on = followers.get(instance.spec.key)
        return on === undefined ? stopOne(hands, it, who, terms) : stopFollower(hands, it, on)
      })
    )
    // Only now there is something to wait for.
    for (const [key, on] of followers) {
      const now = hands.supervisor.turnOf(key, command)
      if (now === null || !wasStopped(hands, now)) continue
      yield* Effect.ignore(hands.supervisor.start(now, followOf(on), false))
    }
    return rows
  })

/** What came to its end by itself meanwhile has nothing to start again for. */
const wasStopped = ({ supervisor }: Hands, key: InstanceKey): boolean =>
  supervisor.peek().some(({ spec, state }) => spec.key === key && state === "STOPPED")

const followOf = (on: string): Origin => ({ kind: "follows", on, generation: null })

const stopFollower = (
  { supervisor }: Hands,
  instance: ActualInstance,
  on: string
): Effect.Effect<Row> =>
  supervisor.stop(instance.spec.key, followOf(on)).pipe(
    Effect.as(row(instance, "done", `stopped until ${on} is back`)),
    Effect.catchTag("NoSuchInstance", () =>
      Effect.succeed(row(instance, "failed", "it is no longer declared"))
    )
  )

/** What runs and goes down with what is chosen, or with another that does. A stop of what is down already is nobody's loss. */
const followersOf = (
  all: ReadonlyArray<ActualInstance>,
  chosen: ReadonlyArray<ActualInstance>
): Map<InstanceKey, string> => {
  const { nodes } = runningGraph(all.map(({ spec }) => spec))
  const members = Map.groupBy(all, ({ spec }) => programKey(spec))
  const found = new Map<InstanceKey, string>()
  const seen = new Set<ProgramNode>()
  const open = chosen
    .filter((it) => !isDown(it))
    .flatMap(({ spec }) => nodes.get(programKey(spec)) ?? [])
  for (const node of open) {
    if (seen.has(node)) continue
    seen.add(node)
    for (const other of node.neededBy) {
      const edge = other.needs.find(
        ({ dependency, to }) =>
          dependency.onLoss === "stop" && !dependency.optional && to.includes(node)
      )
      if (edge === undefined) continue
      const running = (members.get(other.key) ?? []).filter(({ process }) => process !== null)
      if (running.length > 0) open.push(other)
      for (const { spec } of running) if (!found.has(spec.key)) found.set(spec.key, edge.name)
    }
  }
  return found
}
