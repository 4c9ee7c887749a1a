/** The reconciler makes one group as it is in the register; where it cannot, the register is put back. */
import * as Effect from "effect/Effect"
import { pinText } from "../../core/pinText.ts"
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
    Effect.mapError((failure) => {
      takeBack()
      const text =
        failure._tag === "Pinned"
          ? `${pinText(failure.pin)}; reeve resume lets the files decide again`
          : (failure.problems[0]?.message ?? "the files have errors")
      return new NotApplied({ text })
    }),
    Effect.tap(({ failures: [first] }) =>
      first === undefined
        ? Effect.void
        : Effect.fail(new NotApplied({ text: `${first.address}: ${first.text}` }))
    )
  )
