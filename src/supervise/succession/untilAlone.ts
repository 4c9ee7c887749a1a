import * as Effect from "effect/Effect"
import { ownKey } from "../../core/besideKey.ts"
import type { InstanceKey } from "../../domain/Instance.ts"
import { watch } from "../ask.ts"
import type { Instance } from "../Instance.ts"
import type { Table } from "../Table.ts"

/** Until nothing stands beside the process of an instance any more: old ones have ended, a successor was taken away. */
export const untilAlone = (table: Table, key: InstanceKey): Effect.Effect<void> =>
  Effect.suspend(() => {
    const own = [...table.besides].filter(({ spec }) => ownKey(spec.key) === key)
    const ended = (one: (typeof own)[number]) =>
      Effect.ignore(watch(one, (now) => (isOver(now) ? Effect.void : null)))
    return Effect.forEach(own, ended, { concurrency: "unbounded", discard: true })
  })

/** For one that cannot be ended the wait would have no end. */
export const isOver = ({ removed, state }: Instance): boolean => removed || state === "UNKNOWN"
