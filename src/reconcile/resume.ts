/** `reeve resume`: the files decide again. What they say now is looked at as after a save, with every guard. */
import * as Effect from "effect/Effect"
import { printable } from "../core/printable.ts"
import type { StoreFailure } from "../store/Store.ts"
import { type Desk, inTurn, isManual, supersede } from "./Desk.ts"
import { lookToTheEnd } from "./look.ts"
import { statusOf } from "./Memory.ts"
import type { Applied, Resumed } from "./Reconciler.ts"
import { tellPin } from "./tellPin.ts"

export const resume = (desk: Desk, who: string): Effect.Effect<Resumed, StoreFailure> =>
  Effect.gen(function* () {
    const { memory, place } = desk
    yield* supersedeRollback(desk)
    const { pin, settled } = yield* inTurn(
      desk,
      Effect.gen(function* () {
        const { pin } = memory
        if (pin === null) return { pin, settled: null }
        yield* place.store.overrides.removePin
        memory.pin = null
        memory.pending = null
        memory.failed = null
        const text = `generation ${pin.generation} is not pinned any more, by ${printable(who)}: the files decide again`
        yield* tellPin(desk, text)
        return { pin, settled: yield* lookToTheEnd(desk, false) }
      })
    )
    const applied: Applied | null = settled === null ? null : yield* settled
    return { pin, applied, status: statusOf(memory) }
  })

/** Reads the files; where they are good, and apply by themselves, a rollback at work begins nothing more. */
const supersedeRollback = (desk: Desk): Effect.Effect<void> =>
  desk.load.pipe(
    Effect.flatMap(({ desired }) =>
      desk.memory.pin === null || isManual(desk, desired)
        ? Effect.void
        : supersede(desk, desired.hash)
    ),
    Effect.ignore
  )
