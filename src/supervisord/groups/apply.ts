/** The reconciler makes one group as it is in the register; where it cannot, the register is put back. */
import * as Effect from "effect/Effect"
import type { Applied } from "../../reconcile/Reconciler.ts"
import { NotApplied } from "../Configuration.ts"
import { who } from "../rpc/Bench.ts"
import type { Places } from "./Places.ts"

export const apply = (
  { reconciler }: Places,
  name: string,
  takeBack: () => void
): Effect.Effect<Applied, NotApplied> =>
  reconciler.applyGroup(name, who).pipe(
    Effect.mapError(({ problems }) => {
      takeBack()
      return new NotApplied({ text: problems[0]?.message ?? "the files have errors" })
    }),
    Effect.tap(({ failures: [first] }) =>
      first === undefined
        ? Effect.void
        : Effect.fail(new NotApplied({ text: `${first.address}: ${first.text}` }))
    )
  )
