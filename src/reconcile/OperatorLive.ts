/**
 * Commands by hand. A stop, a start against `start.auto` and a scale are overrides: recorded before they are carried out, so
 * that they hold whatever happens then. All names are resolved before anything is touched.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { noTerms } from "../domain/Terms.ts"
import { Events } from "../events/Events.ts"
import { Store } from "../store/Store.ts"
import { Supervisor } from "../supervise/Supervisor.ts"
import type { Hands } from "./byHand/Hands.ts"
import { leaveCompleted } from "./byHand/leaveCompleted.ts"
import { release } from "./byHand/release.ts"
import { reloadOne } from "./byHand/reloadOne.ts"
import { scale } from "./byHand/scale.ts"
import { signalOne } from "./byHand/signalOne.ts"
import { restartWithNeeds, startWithNeeds, stopWithDependents } from "./byHand/together.ts"
import { inTurns } from "./inTurns.ts"
import { NoSuchName, Operator } from "./Operator.ts"
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
        Effect.gen(function* () {
          const meant = yield* resolve(hands, targets)
          const { all } = meant
          return yield* leaveCompleted(hands, meant, who, (chosen) =>
            startWithNeeds(hands, { all, chosen, who, wait, terms })
          )
        }),
      stop: (targets, who, terms = noTerms) =>
        Effect.gen(function* () {
          const { all, chosen } = yield* resolve(hands, targets)
          return yield* stopWithDependents(hands, { all, chosen, who, terms })
        }),
      restart: (targets, who, wait) =>
        Effect.gen(function* () {
          const meant = yield* resolve(hands, targets)
          const { all } = meant
          return yield* leaveCompleted(hands, meant, who, (chosen) =>
            restartWithNeeds(hands, { all, chosen, who, wait, terms: noTerms })
          )
        }),
      signal: (signal, targets, scope, who) =>
        Effect.gen(function* () {
          const { all, chosen } = yield* resolve(hands, targets)
          return yield* inTurns(all, chosen, "up", (it) =>
            signalOne(hands, it, { signal, scope, who })
          )
        }),
      reload: (targets, who) =>
        Effect.gen(function* () {
          const { all, chosen } = yield* resolve(hands, targets)
          return yield* inTurns(all, chosen, "up", (it) => reloadOne(hands, it, who))
        }),
      scale: (program, instances, who, terms = noTerms) =>
        scale(hands, program, { instances, who, terms }),
      release: (targets, who) =>
        Effect.flatMap(resolve(hands, targets), ({ chosen }) => release(hands, chosen, who))
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
    const keys = new Set(found.keys)
    const chosen = instances.filter(({ spec }) => keys.has(spec.key))
    return { all: instances, chosen, named: found.named }
  })
