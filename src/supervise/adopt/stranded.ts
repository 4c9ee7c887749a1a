/**
 * Processes that live although another one goes on as the process of their instance: a full disk, or a lost one, kept it from the
 * record which of the two has the place. Each is taken for an old one that stands beside the other, and is ended as such.
 */
import * as Effect from "effect/Effect"
import { besideKey, isBeside, ownKey } from "../../core/besideKey.ts"
import { initialState } from "../../core/instanceState.ts"
import type { InstanceKey, InstanceSpec } from "../../domain/Instance.ts"
import { savedMachine } from "../../store/resumption.ts"
import type { InstanceRecord } from "../../store/Store.ts"
import { startFact } from "../facts.ts"
import type { Workshop } from "../Workshop.ts"
import type { Census, Life } from "./census.ts"

export interface Taken {
  readonly record: InstanceRecord
  /** The process that lives; else the one that the record speaks of, with its end; null: there was none. */
  readonly life: Life | null
}

/** `taken`: what goes on by its own record. */
export const strandedLives = Effect.fnUntraced(function* (
  shop: Workshop,
  { lives }: Census,
  taken: ReadonlyArray<Taken>
) {
  const found = new Set(taken.flatMap(({ life }) => life?.record.spawnId ?? []))
  const records = new Map(taken.map(({ record }) => [record.spec.key, record]))
  const stranded: Array<Taken> = []
  for (const { end, record } of lives.values()) {
    const { instance, spawnId } = record
    const own = records.get(ownKey(instance))
    if (end !== null || own === undefined || found.has(spawnId)) continue
    const key = isBeside(instance) ? instance : besideKey(instance, spawnId)
    const life = { record: { ...record, instance: key }, end }
    yield* shop.guard(shop.store.processes.started(life.record))
    yield* shop.keeper.mirror(spawnId, startFact(life.record))
    stranded.push({ record: besideOf(own, key, spawnId), life })
  }
  return stranded
})

const besideOf = (own: InstanceRecord, key: InstanceKey, spawnId: string): InstanceRecord => {
  const renamed = (spec: InstanceSpec): InstanceSpec => ({ ...spec, key })
  return {
    ...own,
    spec: renamed(own.spec),
    started: own.started === null ? null : renamed(own.started),
    next: null,
    state: "STOPPED",
    reason: null,
    exit: null,
    resumption: {
      ...own.resumption,
      machine: savedMachine(initialState),
      spawnId,
      settled: true,
      leftovers: [],
      ended: null,
      mustRestart: null,
      changedFile: null,
      unreadFile: null,
      reloadedAt: null,
      limits: null,
      limitsRefused: null,
      health: null,
      hooks: [],
      removed: false
    }
  }
}
