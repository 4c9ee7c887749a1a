/** Status and what operators do by hand. */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { signalNumber } from "../../domain/Signal.ts"
import { type NoSuchName, Operator, type Row } from "../../reconcile/Operator.ts"
import { Store, type StoreFailure } from "../../store/Store.ts"
import { chosenInstances } from "../chosenInstances.ts"
import { ReeveApi } from "../contract.ts"
import { BadRequest, StoreTrouble, suggestible, UnknownName } from "../errors.ts"
import { instanceStatus } from "../instanceStatus.ts"

export const InstancesLive = HttpApiBuilder.group(ReeveApi, "instances", (handlers) =>
  handlers
    .handle("list", ({ query }) =>
      Effect.flatMap(chosenInstances(query.name ?? []), (chosen) =>
        Effect.forEach(chosen, instanceStatus)
      )
    )
    .handle("start", ({ payload }) =>
      operate((operator) => operator.start(payload.targets, payload.who, payload.wait))
    )
    .handle("stop", ({ payload }) =>
      operate((operator) => operator.stop(payload.targets, payload.who))
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
    .handle("scale", ({ payload }) =>
      operate((operator) => operator.scale(payload.program, payload.instances, payload.who))
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

const operate = (
  run: (operator: Operator["Service"]) => Effect.Effect<ReadonlyArray<Row>, NoSuchName>
) =>
  Effect.flatMap(Operator, run).pipe(
    Effect.mapError(
      ({ name, suggestions }) => new UnknownName({ name, suggestions: suggestible(suggestions) })
    )
  )

export const storeTrouble = (failure: StoreFailure) => new StoreTrouble({ text: failure.message })
