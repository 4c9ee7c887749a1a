/**
 * What an operator stopped stays stopped over a crash of the daemon, but, as in supervisord, not over an orderly end, a reload
 * or a reboot. The boot that the overrides were made in is on record beside them.
 */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { Proc } from "../../os/Proc.ts"
import { readNamed, writePrivately } from "../../os/writePrivately.ts"
import { Store } from "../../store/Store.ts"

/** At the start: what was done by hand before the machine was booted is forgotten. */
export const keepOverridesOfThisBoot = Effect.fnUntraced(function* (stateDirectory: string) {
  const { bootId } = yield* Proc
  const path = join(stateDirectory, "boot")
  const known = yield* Effect.orElseSucceed(readNamed(path), () => "")
  if (known.trim() === bootId) return
  yield* dropOverrides
  yield* Effect.ignore(writePrivately(path, `${bootId}\n`))
})

/** At an orderly end. */
export const dropOverrides = Effect.gen(function* () {
  const { overrides } = yield* Store
  const known = yield* Effect.orElseSucceed(overrides.list, () => [])
  yield* Effect.forEach(known, ({ key }) => Effect.ignore(overrides.remove(key)), {
    // In one commit.
    concurrency: "unbounded",
    discard: true
  })
})
