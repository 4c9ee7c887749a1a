import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Store } from "../../src/store/Store.ts"
import { storeLive } from "../../src/store/StoreLive.ts"
import { workspace } from "./runProgram.ts"

const space = workspace()
afterAll(space.remove)
const files = {
  stateFile: join(space.path, "state.db"),
  runtimeFile: join(space.path, "processes.db")
}

describe("a store that another process keeps locked", () => {
  it.live(
    "makes the daemon wait once, not at each change, and takes records again afterwards",
    () =>
      Effect.gen(function* () {
        const { journal } = yield* Store
        const append = Effect.result(journal.append(1, { kind: "daemon", text: "x" }))
        assert.strictEqual((yield* append)._tag, "Success")
        const other = new DatabaseSync(files.stateFile)
        other.exec("BEGIN IMMEDIATE")
        const begun = performance.now()
        for (let at = 0; at < 5; at++) assert.strictEqual((yield* append)._tag, "Failure")
        assert.isBelow(performance.now() - begun, 4_000)
        other.exec("ROLLBACK")
        other.close()
        assert.strictEqual((yield* append)._tag, "Success")
        assert.strictEqual((yield* journal.tail({ instance: null, limit: 9 })).length, 2)
      }).pipe(Effect.provide(storeLive(files)))
  )
})
