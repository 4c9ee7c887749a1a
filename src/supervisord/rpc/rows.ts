/**
 * What is done to many processes, told in rows (supervisord.md 4.4): first what is known at once, then in the order in which the
 * rest comes. supervisord looks about once a second and tells what it finds in the order of the processes; so do we with what
 * comes within one second, so that a script sees the same rows.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import { faults } from "../../core/xmlrpc/XmlRpcValue.ts"
import type { ActualInstance } from "../../domain/Actual.ts"
import { actionsAtOnce } from "../../domain/limits.ts"
import type { RpcFault } from "../Rpc.ts"
import type { Bench } from "./Bench.ts"
import type { Begin } from "./begun.ts"

const passMs = 1_000

/** Each rank of priorities is begun before the next one; `wait` false: what is begun is done. */
export const beginAll = (
  bench: Bench,
  instances: ReadonlyArray<ActualInstance>,
  begin: Begin,
  wait: boolean
): Effect.Effect<XmlRpcValue> =>
  Effect.gen(function* () {
    const began = bench.now()
    const rows: Array<XmlRpcValue> = []
    const waiting: Array<{ instance: ActualInstance; wait: Effect.Effect<void, RpcFault> }> = []
    for (const rank of Map.groupBy(instances, rankOf).values()) {
      const outcomes = yield* Effect.forEach(
        rank,
        (instance) => Effect.result(begin(bench, instance, instance.spec.address)),
        { concurrency: actionsAtOnce }
      )
      for (const [at, outcome] of outcomes.entries()) {
        const instance = rank[at]
        if (instance === undefined) continue
        if (Result.isFailure(outcome)) rows.push(row(instance, outcome.failure))
        else if (!wait || outcome.success.wait === null) rows.push(row(instance, null))
        else waiting.push({ instance, wait: outcome.success.wait })
      }
    }
    const passes = yield* Effect.forEach(
      waiting,
      ({ instance, wait }) =>
        Effect.map(Effect.result(wait), (outcome) => ({
          pass: Math.floor((bench.now() - began) / passMs),
          row: row(instance, Result.isFailure(outcome) ? outcome.failure : null)
        })),
      { concurrency: "unbounded" }
    )
    return [...rows, ...passes.sort((a, b) => a.pass - b.pass).map((one) => one.row)]
  })

/** Null: it went well. */
export const row = ({ spec }: ActualInstance, failure: RpcFault | null): XmlRpcValue =>
  new Map<string, XmlRpcValue>([
    ["name", spec.name],
    ["group", spec.group],
    ["status", failure?.code ?? faults.SUCCESS],
    ["description", failure?.text ?? "OK"]
  ])

const rankOf = ({ spec }: ActualInstance): string =>
  `${spec.groupPriority} ${spec.definition.priority}`
