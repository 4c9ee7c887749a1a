/** Status and what operators do by hand. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { signalNumber } from "../../domain/Signal.ts"
import { isOver, type Terms } from "../../domain/Terms.ts"
import { type NoSuchName, Operator, type Row } from "../../reconcile/Operator.ts"
import { Store, type StoreFailure } from "../../store/Store.ts"
import { chosenInstances } from "../chosenInstances.ts"
import { ReeveApi } from "../contract.ts"
import { BadRequest, StoreTrouble, suggestible, UnknownName } from "../errors.ts"
import { instanceStatus } from "../instanceStatus.ts"
import { statusAnswer } from "../statusAnswer.ts"

export const InstancesLive = HttpApiBuilder.group(ReeveApi, "instances", (handlers) =>
  handlers
    .handle("list", ({ query }) =>
      Effect.flatMap(chosenInstances(query.name ?? []), (chosen) =>
        Effect.forEach(chosen, instanceStatus)
      )
    )
    .handleRaw("status", ({ query }) => statusAnswer(query.name ?? []))
    .handle("start", ({ payload }) =>
      Effect.flatMap(termsOf(payload), (terms) =>
        operate((operator) => operator.start(payload.targets, payload.who, payload.wait, terms))
      )
    )
    .handle("stop", ({ payload }) =>
      Effect.flatMap(termsOf(payload), (terms) =>
        operate((operator) => operator.stop(payload.targets, payload.who, terms))
      )
    )
    .handle("restart", ({ payload }) =>
      operate((operator) => operator.restart(payload.targets, payload.who, payload.wait))
    )
    .handle("signal", ({ payload }) =>
      signalNumber(payload.signal) === null
        ? Effect.fail(new BadRequest({ text: `There is no signal ${payload.signal}.` }))
        : operate((operator) =>
            operator.signal(payload.signal, payload.targets, payload.scope, payload.who)
          )
    )
    .handle("reload", ({ payload }) =>
      operate((operator) => operator.reload(payload.targets, payload.who))
    )
    .handle("scale", ({ payload }) =>
      Effect.flatMap(termsOf(payload), (terms) =>
        operate((operator) =>
          operator.scale(payload.program, payload.instances, payload.who, terms)
        )
      )
    )
    .handle("release", ({ payload }) =>
      operate((operator) => operator.release(payload.targets, payload.who))
    )
    .handle("overrides", () =>
      Effect.gen(function* () {
        const { overrides } = yield* Store
        return { instances: yield* overrides.list, scales: yield* overrides.scales }
      }).pipe(Effect.mapError(storeTrouble))
    )
)

/** A reason of nothing but space is none; an end that has passed is a slip. */
const termsOf = (asked: {
  readonly reason?: string | null
  readonly until?: number | null
}): Effect.Effect<Terms, BadRequest> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const terms = { reason: asked.reason?.trim() || null, until: asked.until ?? null }
    return isOver(terms, now)
      ? Effect.fail(new BadRequest({ text: "The time that it is to hold for is over already." }))
      : Effect.succeed(terms)
  })

const operate = (
  run: (operator: Operator["Service"]) => Effect.Effect<ReadonlyArray<Row>, NoSuchName>
) =>
  Effect.flatMap(Operator, run).pipe(
    Effect.mapError(
      ({ name, suggestions }) => new UnknownName({ name, suggestions: suggestible(suggestions) })
    )
  )

export const storeTrouble = (failure: StoreFailure) => new StoreTrouble({ text: failure.message })
