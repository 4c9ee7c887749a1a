/** Databases as the code before this schema wrote them (state 3 to 5, runtime 1), opened by today's. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import { Address, InstanceKey } from "../../src/domain/Instance.ts"
import { noTerms } from "../../src/domain/Terms.ts"
import { writeContents } from "../../src/store/contents.ts"
import { writeInstances } from "../../src/store/instances.ts"
import { type Migration, runtimeMigrations, stateMigrations } from "../../src/store/migrations.ts"
import { checkSchemas, type StoreFiles } from "../../src/store/openStore.ts"
import { Store } from "../../src/store/Store.ts"
import { storeLive } from "../../src/store/StoreLive.ts"
import { exitedRecord } from "./exitedRecord.ts"
import { declare, nothing, program } from "./planning/world.ts"

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "reeve-migration-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

/** What that code did to a new file. */
const openAt = (path: string, migrations: ReadonlyArray<Migration>, last: number): DatabaseSync => {
  const database = new DatabaseSync(path)
  database.exec("PRAGMA journal_mode = WAL")
  database.exec(
    "CREATE TABLE migrations (number INTEGER PRIMARY KEY, applied_at REAL NOT NULL) STRICT"
  )
  for (const { number, sql } of migrations) {
    if (number > last) continue
    database.exec(sql)
    database.prepare("INSERT INTO migrations VALUES (?, 1)").run(number)
  }
  return database
}

const one = declare(program({ name: "web" }))
const two = declare(program({ name: "web" }), program({ name: "db" }))
const key = InstanceKey.make("web/web/0")
const added = { kind: "added", instance: key, address: Address.make("web") } as const

/** `schema`: the number of its last migration; from 4 on, what instances are is not in this file. */
const writeState = (path: string, schema: number): void => {
  const database = openAt(path, stateMigrations, schema)
  const insert = database.prepare(
    `INSERT INTO generations (hash, git, accepted_at, who, outcome, detail, actions)
     VALUES (?, ?, ?, 'ann', 'applied', NULL, 1)`
  )
  const contents = writeContents(database)
  for (const [at, desired] of [one, two].entries()) {
    const { lastInsertRowid } = insert.run(desired.hash, JSON.stringify(desired.git), at)
    contents.put(Number(lastInsertRowid), desired, plan(desired, nothing, unattended)).keep()
  }
  const journal = database.prepare("INSERT INTO journal (at, instance, body) VALUES (?, ?, ?)")
  journal.run(5, key, JSON.stringify(added))
  journal.run(6, null, JSON.stringify({ kind: "daemon", text: "started" }))
  database.exec(`
    INSERT INTO overrides (key, kind, who, at) VALUES ('${key}', 'stopped', 'bea', 7);
    INSERT INTO scales ("group", program, instances, who, at) VALUES ('web', 'web', 4, 'bea', 8)`)
  if (schema < 4) {
    database.exec(`
      INSERT INTO specs VALUES ('h', '{}');
      INSERT INTO instances VALUES ('${key}', 'h', 'h', 'RUNNING', NULL, NULL, 1, 2, NULL)`)
  }
  database.close()
}

const writeRuntime = (path: string): void => {
  const database = openAt(path, runtimeMigrations, 1)
  database.exec(`
    INSERT INTO processes VALUES ('s-1', '${key}', 'web', 41, 9, 'boot', 3, 'rev', 'inh', NULL, NULL);
    INSERT INTO processes VALUES
      ('s-0', '${key}', 'web', 40, 8, 'boot', 2, 'rev', 'inh', '{"kind":"code","code":0}', 4)`)
  database.close()
}

const schemaOf = (path: string): unknown => {
  const database = new DatabaseSync(path)
  try {
    return database.prepare("SELECT max(number) AS number FROM migrations").get()?.["number"]
  } finally {
    database.close()
  }
}

const written = (schema: number) =>
  Effect.map(directory, (path): StoreFiles => {
    const files = { stateFile: join(path, "state.db"), runtimeFile: join(path, "processes.db") }
    writeState(files.stateFile, schema)
    writeRuntime(files.runtimeFile)
    return files
  })

describe("a store of the schema before", () => {
  it.effect.each([3, 4, 5])("keeps all that is of use, from schema %i on", (schema) =>
    Effect.gen(function* () {
      const files = yield* written(schema)
      assert.isNull(checkSchemas(files))
      yield* Effect.gen(function* () {
        const { generations, journal, overrides, processes, rebuilt } = yield* Store
        assert.deepEqual(rebuilt, [])
        const list = yield* generations.list(9)
        assert.deepEqual(
          list.map(({ good, hash, number, outcome, who }) => ({
            good,
            hash,
            number,
            outcome,
            who
          })),
          [
            { good: true, hash: two.hash, number: 2, outcome: "applied", who: "ann" },
            { good: true, hash: one.hash, number: 1, outcome: "applied", who: "ann" }
          ]
        )
        assert.deepEqual((yield* generations.latest)?.content, two)
        assert.deepEqual((yield* generations.get(1))?.content, one)
        const events = yield* journal.list({ instance: null, after: 0, limit: 9 })
        assert.deepEqual(
          events.map(({ at, body }) => ({ at, body })),
          [
            { at: 5, body: added },
            { at: 6, body: { kind: "daemon", text: "started" } }
          ]
        )
        assert.deepEqual(yield* overrides.list, [
          { key, kind: "stopped", who: "bea", at: 7, ...noTerms }
        ])
        assert.deepEqual([list[0]?.rollbackOf, list[0]?.reason], [null, null])
        assert.isNull(yield* overrides.pin)
        const scale = { group: "web", program: "web", instances: 4, who: "bea", at: 8, ...noTerms }
        assert.deepEqual(yield* overrides.scales, [scale])
        const terms = { reason: "disk swap", until: 10 }
        yield* overrides.put({ key, kind: "stopped", who: "cy", at: 9, ...terms })
        assert.deepEqual(yield* overrides.list, [
          { key, kind: "stopped", who: "cy", at: 9, ...terms }
        ])
        const live = yield* processes.live
        assert.deepEqual(
          live.map(({ instance, pid, spawnId }) => ({ instance, pid, spawnId })),
          [{ instance: key, pid: 41, spawnId: "s-1" }]
        )
        const [end] = yield* processes.ends(["s-0"])
        assert.deepEqual(end?.exit, { kind: "code", code: 0 })
        // And it is written on.
        const next = { desired: one, plan: plan(one, nothing, unattended), who: "cy", at: 9 }
        assert.equal(yield* generations.append(next), 3)
        const back = { ...next, pinned: { rollbackOf: 2, reason: "leaks" } }
        assert.equal(yield* generations.append(back), 4)
        assert.deepEqual(yield* overrides.pin, { generation: 2, who: "cy", at: 9, reason: "leaks" })
        yield* overrides.removePin
        assert.isNull(yield* overrides.pin)
        assert.equal((yield* processes.sources).size, 0)
      }).pipe(Effect.provide(storeLive(files)))
      assert.equal(schemaOf(files.stateFile), stateMigrations.at(-1)?.number)
      assert.equal(schemaOf(files.runtimeFile), runtimeMigrations.at(-1)?.number)
    })
  )

  it.effect("is what the last migration begins with", () =>
    Effect.sync(() => {
      assert.equal(stateMigrations.at(-1)?.number, 8)
      assert.equal(runtimeMigrations.at(-1)?.number, 4)
    })
  )

  it.effect("keeps what its instances are", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const files = { stateFile: join(path, "state.db"), runtimeFile: join(path, "processes.db") }
      const records = program({ name: "web", instances: 2 }).instances.map(exitedRecord)
      const before = openAt(files.runtimeFile, runtimeMigrations, 3)
      for (const record of records) writeInstances(before).put(record)
      before.close()
      yield* Effect.gen(function* () {
        const { instances } = yield* Store
        assert.deepEqual(yield* instances.list, records)
        const [first] = records
        if (first !== undefined) yield* instances.put({ ...first, state: "FATAL" })
        assert.deepEqual(
          (yield* instances.list).map(({ state }) => state),
          ["FATAL", "EXITED"]
        )
      }).pipe(Effect.provide(storeLive(files)))
      assert.equal(schemaOf(files.runtimeFile), 4)
    })
  )

  it.effect("is told from one of a newer reeve without a change to either file", () =>
    Effect.gen(function* () {
      const files = yield* written(3)
      const database = new DatabaseSync(files.runtimeFile)
      database.exec("INSERT INTO migrations VALUES (99, 0)")
      database.close()
      const found = checkSchemas(files)
      assert.match(found?.message ?? "", /processes\.db was written by a newer reeve \(schema 99/)
      assert.deepEqual([files.stateFile, files.runtimeFile].map(schemaOf), [3, 99])
    })
  )
})
