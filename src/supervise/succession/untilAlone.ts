import * as Effect from "effect/Effect"
import { ownKey } from "../../core/besideKey.ts"
import type { InstanceKey } from "../../domain/Instance.ts"
import { watch } from "../ask.ts"
import type { Instance } from "../Instance.ts"
import type { Table } from "../Table.ts"

/** What stands beside the process of an instance, and can be waited for. */
export const besidesOf = (
  { besides }: Pick<Table, "besides">,
  key: InstanceKey
): ReadonlyArray<Instance> =>
  [...besides].filter((one) => ownKey(one.spec.key) === key && !isOver(one))

/** Until nothing stands beside the process of an instance any more: old ones have ended, a successor was taken away. */
export const untilAlone = (table: Table, key: InstanceKey): Effect.Effect<void> =>
  Effect.suspend(() => untilOver(besidesOf(table, key)))

export const untilOver = (besides: ReadonlyArray<Instance>): Effect.Effect<void> =>
  Effect.forEach(
    besides,
    (one) => Effect.ignore(watch(one, (now) => (isOver(now) ? Effect.void : null))),
    { concurrency: "unbounded", discard: true }
  )

/** For one that cannot be ended the wait would have no end. */
export const isOver = ({ removed, state }: Instance): boolean => removed || state === "UNKNOWN"
