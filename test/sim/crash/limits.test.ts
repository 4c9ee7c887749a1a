import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import type { CrashPlant } from "./world/CrashPlant.ts"
import { explain, tryAll } from "./world/everyPoint.ts"
import { limitsChange } from "./world/stories.ts"

describe("the death of a daemon while limits change", () => {
  it("leaves every process with those that are declared, before and after each call", async () => {
    const { failed, trials } = await tryAll(limitsChange)
    if (failed !== null) assert.fail(explain(failed.trial, failed.run))
    assert.isAbove(trials, 60)
  })

  it("finds a daemon that only says that it changes them", async () => {
    const plant: CrashPlant = {
      proc: (honest) => ({ ...honest, changeLimits: () => Effect.succeed([]) })
    }
    const { failed } = await tryAll(limitsChange, { plant, hunting: true })
    assert.include(failed?.run.violations ?? [], "team:a has other limits than are declared")
  })
})
