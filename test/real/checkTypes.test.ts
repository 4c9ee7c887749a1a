import { symlinkSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { checkTypes } from "../../src/config/checkTypes.ts"
import { loadingLive, workspace } from "./loading.ts"

const wrong = `export const a: number = "text"\n`

describe("check --types", () => {
  it.live("tells the errors of the user's compiler", () =>
    Effect.gen(function* () {
      const path = yield* workspace({ "programs/a.ts": wrong })
      symlinkSync(
        fileURLToPath(new URL("../../node_modules", import.meta.url)),
        `${path}/node_modules`
      )
      const [problem] = yield* checkTypes([`${path}/programs`])
      assert.deepEqual([problem?.severity, problem?.line, problem?.column], ["error", 1, 14])
      assert.match(problem?.file ?? "", /programs\/a\.ts$/)
      assert.match(problem?.message ?? "", /not assignable.*TS2322/)
    }).pipe(Effect.scoped, Effect.provide(loadingLive()))
  )

  it.live("says that there is none", () =>
    Effect.gen(function* () {
      const path = yield* workspace({ "a.ts": wrong })
      const problems = yield* checkTypes([path])
      assert.deepEqual(
        problems.map(({ severity, message }) => [severity, message]),
        [["warning", "types are not checked: no TypeScript compiler is installed here"]]
      )
    }).pipe(Effect.scoped, Effect.provide(loadingLive()))
  )
})
