import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import type { CrashPlant } from "../sim/crash/world/CrashPlant.ts"
import { explain, tryAll } from "../sim/crash/world/everyPoint.ts"
import { goesBack } from "../sim/crash/world/stories.ts"

describe("the death of a daemon while somebody goes back", () => {
  it("changes nothing in how it ends, before and after each call", async () => {
    const { failed, trials } = await tryAll(goesBack)
    if (failed !== null) assert.fail(explain(failed.trial, failed.run))
    assert.isAbove(trials, 100)
  })

  it("finds a daemon that forgets what is pinned", async () => {
    const plant: CrashPlant = {
      store: (honest) => ({
        ...honest,
        overrides: { ...honest.overrides, pin: Effect.succeed(null) }
      })
    }
    const { failed } = await tryAll(goesBack, { plant, hunting: true })
    assert.isNotNull(failed)
  })
})
