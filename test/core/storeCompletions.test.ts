import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { InstanceKey } from "../../src/domain/Instance.ts"
import { storedCompletions } from "../../src/domain/limits.ts"
import { Store } from "../../src/store/Store.ts"
import { storeLive } from "../../src/store/StoreLive.ts"
import { StoreReader } from "../../src/store/StoreReader.ts"
import { storeReaderLive } from "../../src/store/StoreReaderLive.ts"
import { program } from "./planning/world.ts"

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "reeve-completions-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)
const filesIn = (path: string) => ({
  stateFile: join(path, "state.db"),
  runtimeFile: join(path, "runtime.db")
})

const completion = (name = "migrate", at = 7) => {
  const [spec] = program({ name, definition: { task: { once: true } } }).instances
  if (spec === undefined) throw new Error("no instance")
  return { key: spec.key, spec, at }
}

const open = <A, E>(path: string, work: Effect.Effect<A, E, Store>) =>
  Effect.provide(work, storeLive(filesIn(path)))

describe("what completed", () => {
  it.effect("is there for the next daemon, and for commands without one", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const { key } = completion()
      yield* open(
        path,
        Effect.gen(function* () {
          const { completions } = yield* Store
          assert.deepEqual(yield* completions.list, [])
          assert.isNull(yield* completions.get(key))
          yield* completions.put(completion())
          yield* completions.put(completion("other"))
          yield* completions.put(completion("other", 9))
          assert.deepEqual(yield* completions.get(key), completion())
          yield* completions.put(completion("gone"))
          yield* completions.remove(completion("gone").key)
        })
      )
      const kept = [completion(), completion("other", 9)]
      yield* open(
        path,
        Effect.gen(function* () {
          const { completions } = yield* Store
          assert.deepEqual(yield* completions.list, kept)
          assert.deepEqual(yield* completions.get(key), completion())
        })
      )
      const read = Effect.flatMap(StoreReader, ({ completions }) => completions.list)
      const found = yield* Effect.provide(read, storeReaderLive(filesIn(path)))
      assert.deepEqual(found, kept)
    })
  )

  it.effect("is not lost with a row beside it that cannot be read", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const [good, bad] = [completion(), completion("other")]
      yield* open(
        path,
        Store.use(({ completions }) => Effect.andThen(completions.put(bad), completions.put(good)))
      )
      const database = new DatabaseSync(filesIn(path).stateFile)
      database.prepare("UPDATE completions SET spec = '{}' WHERE key = ?").run(bad.key)
      database.close()
      const said: Array<string> = []
      const logger = Logger.make(({ message }) => void said.push(String(message)))
      const listed = open(
        path,
        Store.use(({ completions }) =>
          Effect.gen(function* () {
            assert.deepEqual(yield* completions.list, [good])
            assert.deepEqual(yield* completions.get(good.key), good)
            assert.isNull(yield* completions.get(bad.key))
            yield* completions.put(bad)
            assert.deepEqual(yield* completions.get(bad.key), bad)
          })
        )
      )
      yield* Effect.provide(listed, Logger.layer([logger]))
      assert.strictEqual(said.length, 1)
      assert.match(
        said[0] ?? "",
        /^a row of completed tasks cannot be read and is left out: corrupt/
      )
    })
  )

  it.effect("is of the key that it is on record under", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const key = InstanceKey.make("schema/schema/0")
      yield* open(
        path,
        Effect.flatMap(Store, ({ completions }) => completions.put({ ...completion(), key }))
      )
      const read = Effect.flatMap(Store, ({ completions }) => completions.get(key))
      const found = yield* open(path, read)
      assert.strictEqual(found?.spec.key, key)
    })
  )

  it.effect("is forgotten, the oldest first, where there is too much of it", () =>
    Effect.gen(function* () {
      const path = yield* directory
      yield* open(path, Effect.void)
      const database = new DatabaseSync(filesIn(path).stateFile)
      const { spec } = completion()
      database
        .prepare(
          `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
           INSERT INTO completions SELECT 'job/job/' || i, ?, i FROM n`
        )
        .run(storedCompletions, JSON.stringify(spec))
      database.close()
      yield* open(
        path,
        Effect.flatMap(Store, ({ completions }) =>
          completions.put({ ...completion(), at: storedCompletions * 2 })
        )
      )
      const after = new DatabaseSync(filesIn(path).stateFile)
      const count = after.prepare("SELECT count(*) AS n, min(at) AS oldest FROM completions").get()
      after.close()
      assert.deepEqual({ ...count }, { n: storedCompletions, oldest: 2 })
    })
  )
})
