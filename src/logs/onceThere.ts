/**
 * For readers of a log that is being rotated: between the renaming of a full file and the opening of its successor the name
 * belongs to none. A log that is not there at all costs a reader the few looks.
 */
import * as Effect from "effect/Effect"

const looks = 5
const between = "20 millis"

/** `look` gives null where the file is not there. */
export const onceThere = <A>(look: Effect.Effect<A | null>): Effect.Effect<A | null> =>
  Effect.gen(function* () {
    for (let left = looks - 1; ; left--) {
      const found = yield* look
      if (found !== null || left === 0) return found
      yield* Effect.sleep(between)
    }
  })
