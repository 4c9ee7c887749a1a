import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, beforeEach, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { describe } from "vitest"
import { type LateLog, makeLateLog } from "../../src/daemon/lateLog.ts"

describe("reeve's own log", () => {
  let directory = ""
  let file = ""
  let log: LateLog
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "reeve-late-"))
    file = join(directory, "reeve.log")
    log = makeLateLog({ defaultFile: file, screen: null })
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const say = (text: string) =>
    Effect.runPromise(Effect.provide(Effect.logInfo(text), Logger.layer([log.logger])))
  const lines = () => readFileSync(file, "utf8").trimEnd().split("\n")

  it("holds what was said before it was opened, in order and with its time", async () => {
    const before = new Date().toISOString()
    await say("first")
    log.defect("uncaught exception", "second")
    const after = new Date().toISOString()
    await log.open()
    await say("third")
    await log.close()
    const [first = "", second = "", third = "", ...more] = lines()
    assert.match(first, / info first$/)
    assert.match(second, / fatal uncaught exception: second$/)
    assert.match(third, / info third$/)
    assert.deepEqual(more, [])
    for (const early of [first, second]) {
      const time = early.slice(0, before.length)
      assert.isTrue(before <= time && time <= after, early)
    }
  })

  it("holds what was said by a daemon that ended before it was opened", async () => {
    await say("cannot go on")
    await log.close()
    assert.match(lines().join("\n"), /^\S+ info cannot go on$/)
  })
})
