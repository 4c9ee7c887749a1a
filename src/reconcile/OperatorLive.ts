/**
 * Commands by hand. A stop, a start against `start.auto` and a scale are overrides: recorded before they are carried out, so
 * that they hold whatever happens then. All names are resolved before anything is touched.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { byRank } from "../core/compareSpecs.ts"
import type { ActualInstance } from "../domain/Actual.ts"
import { actionsAtOnce } from "../domain/limits.ts"
import { noTerms } from "../domain/Terms.ts"
import { Events } from "../events/Events.ts"
import { Store } from "../store/Store.ts"
import { Supervisor } from "../supervise/Supervisor.ts"
import type { Hands } from "./byHand/Hands.ts"
import { release } from "./byHand/release.ts"
import { scale } from "./byHand/scale.ts"
import { signalOne } from "./byHand/signalOne.ts"
import { restartOne, startOne, stopOne } from "./byHand/startStop.ts"
import { NoSuchName, Operator, type Row } from "./Operator.ts"
import { Reconciler } from "./Reconciler.ts"
import { resolveTargets } from "./resolveTargets.ts"

export const OperatorLive = Layer.effect(
  Operator,
  Effect.gen(function* () {
    const hands: Hands = {
      supervisor: yield* Supervisor,
      store: yield* Store,
      events: yield* Events,
      reconciler: yield* Reconciler
    }
    return {
      start: (targets, who, wait, terms = noTerms) =>
        inRanks(hands, targets, "up", (it) => startOne(hands, it, who, { wait, terms })),
      stop: (targets, who, terms = noTerms) =>
        inRanks(hands, targets, "down", (it) => stopOne(hands, it, who, terms)),
      restart: (targets, who, wait) =>
        inRanks(hands, targets, "up", (it) => restartOne(hands, it, who, wait)),
      signal: (signal, targets, scope, who) =>
        inRanks(hands, targets, "up", (it) => signalOne(hands, it, { signal, scope, who })),
      scale: (program, instances, who, terms = noTerms) =>
        scale(hands, program, { instances, who, terms }),
      release: (targets, who) =>
        Effect.flatMap(resolve(hands, targets), (chosen) => release(hands, chosen, who))
    } satisfies Operator["Service"]
  })
)

const resolve = ({ supervisor }: Hands, targets: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const instances = yield* supervisor.snapshot
    const found = resolveTargets(
      targets,
      instances.map(({ spec }) => spec)
    )
    if (found.kind === "unknown") {
      const { name, suggestions } = found
      return yield* new NoSuchName({ name, suggestions })
    }
    const chosen = new Set(found.keys)
    return instances.filter(({ spec }) => chosen.has(spec.key))
  })

/** Ranks one after the other, as a plan has them; side by side within one. Rows come in the supervisor's order. */
const inRanks = (
  hands: Hands,
  targets: ReadonlyArray<string>,
  direction: "up" | "down",
  act: (instance: ActualInstance) => Effect.Effect<Row>
): Effect.Effect<ReadonlyArray<Row>, NoSuchName> =>
  Effect.gen(function* () {
    const chosen = yield* resolve(hands, targets)
    const ranks = [...Map.groupBy(chosen, rankOf).values()].sort(([a], [b]) =>
      a === undefined || b === undefined ? 0 : byRank(a.spec, b.spec)
    )
    if (direction === "down") ranks.reverse()
    const rows = new Map<ActualInstance, Row>()
    for (const rank of ranks) {
      const done = yield* Effect.forEach(rank, act, { concurrency: actionsAtOnce })
      for (const [at, instance] of rank.entries()) {
        const row = done[at]
        if (row !== undefined) rows.set(instance, row)
      }
    }
    return chosen.flatMap((instance) => rows.get(instance) ?? [])
  })

const rankOf = ({ spec }: ActualInstance): string =>
  `${spec.groupPriority} ${spec.definition.priority}`
