/** Files that programs watch: a change is noted with the instances, and a look restarts or signals those that may be. */
import * as Effect from "effect/Effect"
import type { Desk } from "./Desk.ts"
import { lookLater } from "./look.ts"

/** For ever. */
export const heedSources = (desk: Desk): Effect.Effect<never> =>
  heedBurst(desk).pipe(
    Effect.catchDefect((defect) => Effect.logError("a changed file was not heeded", defect)),
    Effect.forever
  )

const heedBurst = (desk: Desk): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { memory, place } = desk
    const changes = yield* place.sources.next
    let isNews = false
    for (const { at, effect, keys, path } of changes) {
      for (const key of keys) {
        const noted = place.supervisor.noteChange(key, { effect, path, at })
        const found = yield* Effect.orElseSucceed(noted, () => false)
        isNews ||= found
      }
    }
    if (!isNews) return
    // What failed may have failed of what the file was.
    memory.failed = null
    yield* lookLater(desk)
  })
