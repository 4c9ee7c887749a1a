import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { afterAll } from "vitest"
import { writePrivately } from "../../src/os/writePrivately.ts"

describe("a file that only its owner can read", () => {
  const top = fs.mkdtempSync(join(tmpdir(), "reeve-private-"))
  afterAll(() => fs.rmSync(top, { recursive: true, force: true }))

  it.effect("is private also where a readable one was there", () =>
    Effect.gen(function* () {
      const path = join(top, "plan.json")
      fs.writeFileSync(path, "an older and longer text", { mode: 0o644 })
      yield* writePrivately(path, "new")
      assert.strictEqual(fs.readFileSync(path, "utf8"), "new")
      assert.strictEqual(fs.statSync(path).mode & 0o777, 0o600)
    })
  )

  it.effect("is not written through a link, and a failure has its name", () =>
    Effect.gen(function* () {
      const victim = join(top, "victim")
      fs.writeFileSync(victim, "safe")
      fs.symlinkSync(victim, join(top, "link"))
      assert.strictEqual(yield* Effect.flip(writePrivately(join(top, "link"), "new")), "ELOOP")
      assert.strictEqual(fs.readFileSync(victim, "utf8"), "safe")
      assert.strictEqual(yield* Effect.flip(writePrivately(join(top, "no/x"), "new")), "ENOENT")
    })
  )
})
