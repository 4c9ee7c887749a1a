import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import type { Desired } from "../../src/domain/Desired.ts"
import { storedGenerations } from "../../src/domain/limits.ts"
import { stateMigrations } from "../../src/store/migrations.ts"
import { Store, type StoreFailure } from "../../src/store/Store.ts"
import { storeLive } from "../../src/store/StoreLive.ts"
import { declare, nothing, program } from "./planning/world.ts"

const files = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "reeve-contents-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
).pipe(
  Effect.map((path) => ({
    stateFile: join(path, "state.db"),
    runtimeFile: join(path, "runtime.db")
  }))
)

type Files = Effect.Success<typeof files>

const withStore = <A, E>(at: Files, work: Effect.Effect<A, E, Store>) =>
  Effect.provide(work, storeLive(at))

/** Programs a and b, c as its command says; each call makes new objects. */
const state = (command: string): Desired =>
  declare(
    ...["a", "b", "c"].map((name) =>
      program({ name, definition: { command: name === "c" ? command : "sleep 1" } })
    )
  )

const append = (desired: Desired): Effect.Effect<number, StoreFailure, Store> =>
  Effect.flatMap(Store, ({ generations }) =>
    generations.append({ desired, plan: plan(desired, nothing, unattended), who: "ann", at: 1 })
  )

const contentOf = (number: number) =>
  Effect.flatMap(Store, ({ generations }) =>
    Effect.map(generations.get(number), (found) => found?.content)
  )

const inFile = <A>({ stateFile }: Files, look: (database: DatabaseSync) => A): A => {
  const database = new DatabaseSync(stateFile)
  try {
    return look(database)
  } finally {
    database.close()
  }
}

const count = (at: Files, table: "parts" | "contents" | "generations"): number =>
  inFile(at, (database) =>
    Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.["rows"])
  )

/** Groups and three programs. */
const whole = 4

describe("contents of generations", () => {
  it.effect("are given back as they were, whatever they share", () =>
    Effect.gen(function* () {
      const at = yield* files
      const kept = state("one")
      const states = [kept, state("two"), { ...state("two"), git: { commit: "c0", dirty: true } }]
      const all = [...states, declare(), kept]
      yield* withStore(at, Effect.forEach(all, append))
      const read = Effect.forEach(all, (_, index) => contentOf(index + 1))
      assert.deepStrictEqual(yield* withStore(at, read), all)
    })
  )

  it.effect("are stored once as long as they stay, also over the end of the daemon", () =>
    Effect.gen(function* () {
      const at = yield* files
      yield* withStore(at, append(state("one")))
      assert.strictEqual(count(at, "parts"), whole)
      yield* withStore(at, Effect.andThen(append(state("two")), append(state("two"))))
      assert.strictEqual(count(at, "parts"), whole + 1)
      yield* withStore(at, append(state("three")))
      assert.strictEqual(count(at, "parts"), whole + 2)
    })
  )

  it.effect("go with the last generation that uses them, also when they came back", () =>
    Effect.gen(function* () {
      const at = yield* files
      const one = state("one")
      yield* withStore(
        at,
        Effect.gen(function* () {
          for (const desired of [one, state("two"), one]) yield* append(desired)
          const last = state("last")
          for (let more = 0; more < storedGenerations - 1; more++) yield* append(last)
          assert.deepStrictEqual(yield* contentOf(3), one)
          yield* append(last)
        })
      )
      assert.strictEqual(count(at, "generations"), storedGenerations)
      assert.strictEqual(count(at, "contents"), storedGenerations)
      assert.strictEqual(count(at, "parts"), whole)
    })
  )

  it.effect("share nothing with a generation that could not be written", () =>
    Effect.gen(function* () {
      const at = yield* files
      yield* withStore(
        at,
        Effect.gen(function* () {
          yield* append(state("one"))
          inFile(at, (database) =>
            database.exec(
              `CREATE TRIGGER refusal BEFORE INSERT ON contents BEGIN SELECT raise(ABORT, 'full'); END`
            )
          )
          const two = state("two")
          yield* Effect.flip(append(two))
          inFile(at, (database) => database.exec("DROP TRIGGER refusal"))
          const number = yield* append(two)
          assert.deepStrictEqual(yield* contentOf(number), two)
        })
      )
    })
  )

  it.effect("of an older store are read, and the next generation is stored beside them", () =>
    Effect.gen(function* () {
      const at = yield* files
      const old = state("old")
      inFile(at, (database) => {
        for (const { sql } of stateMigrations.slice(0, 2)) database.exec(sql)
        database.exec(
          "CREATE TABLE migrations (number INTEGER PRIMARY KEY, applied_at REAL) STRICT"
        )
        database.exec("INSERT INTO migrations VALUES (1, 0), (2, 0)")
        database
          .prepare(
            `INSERT INTO generations (hash, git, accepted_at, who, outcome, actions, content, plan)
             VALUES ('h', ?, 1, 'ann', 'applied', 0, ?, NULL)`
          )
          .run(JSON.stringify(old.git), JSON.stringify(old))
      })
      const next = state("new")
      yield* withStore(
        at,
        Effect.gen(function* () {
          assert.strictEqual(yield* append(next), 2)
          assert.deepStrictEqual(yield* contentOf(1), old)
          assert.deepStrictEqual(yield* contentOf(2), next)
        })
      )
      assert.strictEqual(count(at, "parts"), whole)
    })
  )
})
