import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { besideKey } from "../../src/core/besideKey.ts"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import { InstanceKey, type InstanceSpec } from "../../src/domain/Instance.ts"
import { journalEvents } from "../../src/domain/limits.ts"
import { noTerms } from "../../src/domain/Terms.ts"
import { Store, StoreFailure } from "../../src/store/Store.ts"
import { storeLive } from "../../src/store/StoreLive.ts"
import { StoreReader } from "../../src/store/StoreReader.ts"
import { storeReaderLive } from "../../src/store/StoreReaderLive.ts"
import { exitedRecord } from "./exitedRecord.ts"
import { allRunning, declare, nothing, processOf, program } from "./planning/world.ts"

const memory = { stateFile: ":memory:", runtimeFile: ":memory:" }
const inMemory = <A, E>(work: Effect.Effect<A, E, Store>) => Effect.provide(work, storeLive(memory))

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "reeve-store-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)
const filesIn = (path: string) => ({
  stateFile: join(path, "state.db"),
  runtimeFile: join(path, "runtime.db")
})

const desired = declare(program({ name: "web" }), program({ name: "__proto__" }))
const entry = { desired, plan: plan(desired, nothing, unattended), who: "ann", at: 7 }
const key = InstanceKey.make("web/web/0")
const started = (at: number) => ({ kind: "added", instance: key, address: address(at) }) as const
const address = (at: number) => specs(1)[0]?.address ?? raise(at)
const raise = (at: number): never => {
  throw new Error(`no instance ${at}`)
}
const specs = (count: number): ReadonlyArray<InstanceSpec> =>
  program({ name: "web", instances: count }).instances

const messageOf = (exit: Exit.Exit<unknown, unknown>): string => {
  if (!Exit.isFailure(exit)) return "succeeded"
  const reason = exit.cause.reasons[0]
  return reason?._tag === "Fail" && reason.error instanceof StoreFailure
    ? reason.error.message
    : "another failure"
}

describe("the store", () => {
  it.effect("journals events of one turn together, in order, with rising ids", () =>
    inMemory(
      Effect.gen(function* () {
        const { journal } = yield* Store
        const events = yield* Effect.forEach(
          Array.from({ length: 100 }, (_, at) => at),
          (at) => journal.append(at, started(at)),
          { concurrency: "unbounded" }
        )
        assert.deepEqual(
          events.map(({ id }) => id),
          events.map((_, at) => at + 1)
        )
        yield* journal.append(100, { kind: "daemon", text: "ready" })
        const all = yield* journal.list({ instance: null, after: 98, limit: 10 })
        assert.deepEqual(
          all.map(({ at, id }) => [id, at]),
          [
            [99, 98],
            [100, 99],
            [101, 100]
          ]
        )
        const tail = yield* journal.tail({ instance: key, limit: 2 })
        assert.deepEqual(
          tail.map(({ id }) => id),
          [99, 100]
        )
      })
    )
  )

  it.effect("bounds the journal", () =>
    inMemory(
      Effect.gen(function* () {
        const { journal } = yield* Store
        const body = { kind: "daemon", text: "x" } as const
        yield* Effect.forEach(
          Array.from({ length: journalEvents + 2_000 }),
          () => journal.append(0, body),
          { concurrency: "unbounded", discard: true }
        )
        const [oldest] = yield* journal.list({ instance: null, after: 0, limit: 1 })
        assert.isAtLeast(oldest?.id ?? 0, 2_000)
      })
    )
  )

  it.effect("remembers overrides and scales over a restart", () =>
    Effect.gen(function* () {
      const files = filesIn(yield* directory)
      const other = InstanceKey.make("api/api/0")
      const terms = { reason: "disk swap", until: 1_800_000_000_000 }
      const scale = { group: "g", instances: 2, who: "ann", at: 5, ...noTerms }
      yield* Effect.gen(function* () {
        const { overrides } = yield* Store
        yield* overrides.put({ key, kind: "started", who: "bob", at: 1, ...noTerms })
        yield* overrides.put({ key: other, kind: "stopped", who: "ann", at: 3, ...terms })
        yield* overrides.remove(key)
        yield* overrides.putScale({ ...scale, program: "p", instances: 4, ...terms })
        yield* overrides.putScale({ ...scale, program: "q" })
        yield* overrides.putScale({ ...scale, program: "r" })
        yield* overrides.removeScale("g", "q")
      }).pipe(Effect.provide(storeLive(files)))
      yield* Effect.gen(function* () {
        const { overrides } = yield* Store
        assert.deepEqual(yield* overrides.list, [
          { key: other, kind: "stopped", who: "ann", at: 3, ...terms }
        ])
        const over = { ...scale, program: "p", instances: 4, ...terms }
        const lasting = { ...scale, program: "r" }
        assert.deepEqual(yield* overrides.scales, [over, lasting])
        // Those whose time is over go together, and nothing else does.
        assert.deepEqual(yield* overrides.expireScales(terms.until - 1), [])
        assert.deepEqual(yield* overrides.expireScales(terms.until), [over])
        assert.deepEqual(yield* overrides.scales, [lasting])
      }).pipe(Effect.provide(storeLive(files)))
    })
  )

  it.effect("gives instance records back as they were, ten thousand at once", () =>
    inMemory(
      Effect.gen(function* () {
        const { instances } = yield* Store
        const records = specs(10_000).map(exitedRecord)
        yield* Effect.forEach(records, (it) => instances.put(it), { concurrency: "unbounded" })
        const [first] = records
        if (first === undefined) return
        yield* instances.put({ ...first, state: "RUNNING", reason: null, started: null })
        yield* instances.remove(records[1]?.spec.key ?? key)
        const found = yield* instances.list
        assert.strictEqual(found.length, 9_999)
        const again = found.find(({ spec }) => spec.key === first.spec.key)
        assert.deepEqual(again, { ...first, state: "RUNNING", reason: null, started: null })
      })
    )
  )

  it.effect("knows which processes live", () =>
    inMemory(
      Effect.gen(function* () {
        const { processes } = yield* Store
        const [spec] = specs(1)
        if (spec === undefined) return
        const live = { ...processOf(spec, 41), instance: key, address: "web", spawnedMs: 5 }
        const intent = { spawnId: "s41", instance: key, address: "web", intendedMs: 4 }
        yield* processes.intend(intent, exitedRecord(spec))
        assert.deepEqual(yield* processes.intents, [intent])
        assert.deepEqual(yield* processes.live, [])
        yield* processes.started(live)
        assert.deepEqual(yield* processes.live, [live])
        const other = program({ name: "api" }).instances[0] ?? raise(0)
        const { address: renamedTo, key: renamed } = other
        yield* processes.rename(key, exitedRecord(other))
        const moved = { ...live, instance: renamed, address: renamedTo }
        assert.deepEqual(yield* processes.live, [moved])
        assert.deepEqual(yield* (yield* Store).instances.list, [exitedRecord(other)])
        yield* processes.exited("s41", { kind: "code", code: 0 }, 9)
        assert.deepEqual(yield* processes.live, [])
        assert.deepEqual(yield* processes.intents, [])
        const [end] = yield* processes.ends(["s41", "s42"])
        assert.deepEqual(end?.exit, { kind: "code", code: 0 })
        assert.deepEqual(yield* processes.owners(["s41", "s42"]), new Map([["s41", renamed]]))
      })
    )
  )

  it.effect("takes what stands beside a process along to another name", () =>
    inMemory(
      Effect.gen(function* () {
        const { instances, processes } = yield* Store
        const [spec] = specs(1)
        const [other] = program({ name: "api" }).instances
        if (spec === undefined || other === undefined) return
        const [beside, renamed] = [besideKey(spec.key, "a"), besideKey(other.key, "a")]
        const life = { ...processOf(spec, 41), instance: beside, address: "web", spawnedMs: 5 }
        yield* processes.started(life)
        yield* instances.put(exitedRecord(spec))
        const handedIn = instances.put(exitedRecord({ ...spec, key: beside }))
        const rename = processes.rename(spec.key, exitedRecord(other))
        yield* Effect.all([handedIn, rename], { concurrency: "unbounded" })
        assert.deepEqual(yield* processes.live, [{ ...life, instance: renamed }])
        const keys = (yield* instances.list).map((it) => it.spec.key)
        assert.deepEqual(keys, [other.key, renamed])
      })
    )
  )

  it.effect("gives a key to a successor and another to what had it, in one moment", () =>
    inMemory(
      Effect.gen(function* () {
        const { instances, processes } = yield* Store
        const [spec] = specs(1)
        if (spec === undefined) return
        const [comingKey, leftKey] = [besideKey(spec.key, "a"), besideKey(spec.key, "b")]
        const of = (key: InstanceKey, spawnId: string) => {
          const found = exitedRecord({ ...spec, key })
          return { ...found, resumption: { ...found.resumption, spawnId } }
        }
        for (const [pid, at] of [[41, spec.key] as const, [42, comingKey] as const]) {
          const life = { ...processOf(spec, pid), instance: at, address: "web", spawnedMs: 5 }
          yield* processes.started(life)
          yield* instances.put(of(at, life.spawnId))
        }
        const former = of(leftKey, "s41")
        const successor = of(spec.key, "s42")
        yield* processes.succeed({ from: comingKey, successor, former })
        assert.deepEqual(
          yield* processes.owners(["s41", "s42"]),
          new Map([
            ["s41", leftKey],
            ["s42", spec.key]
          ])
        )
        const keys = (yield* instances.list).map((it) => [it.spec.key, it.resumption.spawnId])
        assert.deepEqual(keys, [
          [spec.key, "s42"],
          [leftKey, "s41"]
        ])
      })
    )
  )

  it.effect("refuses a file of a newer reeve, and leaves it as it is", () =>
    Effect.gen(function* () {
      const files = filesIn(yield* directory)
      yield* Effect.void.pipe(Effect.provide(storeLive(files)))
      const newer = new DatabaseSync(files.stateFile)
      newer.exec("INSERT INTO migrations VALUES (99, 0)")
      newer.close()
      const text = messageOf(yield* Effect.exit(Effect.provide(Store, storeLive(files))))
      assert.match(text, /state\.db was written by a newer reeve \(schema 99/)
      const reading = yield* Effect.exit(Effect.provide(StoreReader, storeReaderLive(files)))
      assert.match(messageOf(reading), /newer reeve/)
    })
  )

  it.effect("puts a damaged file aside, begins a new one, and says what that means", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const files = filesIn(path)
      const rubbish = "no database at all, not even close\n".repeat(200)
      for (const file of Object.values(files)) writeFileSync(file, rubbish)
      const { journal, rebuilt } = yield* Store.pipe(Effect.provide(storeLive(files)))
      assert.isDefined(journal)
      assert.strictEqual(rebuilt.length, 2)
      assert.match(rebuilt[0] ?? "", /state\.db was damaged and is now .*Lost: history/)
      assert.match(rebuilt[1] ?? "", /runtime\.db was damaged and is now .*Lost: states/)
      const aside = readdirSync(path).filter((name) => name.includes(".damaged-"))
      assert.strictEqual(aside.length, 2)
      for (const name of aside) {
        assert.strictEqual(readFileSync(join(path, name), "utf8"), rubbish)
      }
      const again = yield* Store.pipe(Effect.provide(storeLive(files)))
      assert.isEmpty(again.rebuilt)
    })
  )

  it.effect("finds a page of process facts that was overwritten", () =>
    Effect.gen(function* () {
      const files = filesIn(yield* directory)
      yield* Effect.gen(function* () {
        const { instances } = yield* Store
        for (const spec of specs(400)) yield* instances.put(exitedRecord(spec))
      }).pipe(Effect.provide(storeLive(files)))
      const file = openSync(files.runtimeFile, "r+")
      writeSync(file, Buffer.alloc(4096 * 6, 7), 0, 4096 * 6, 4096 * 4)
      closeSync(file)
      const { rebuilt } = yield* Store.pipe(Effect.provide(storeLive(files)))
      assert.match(rebuilt[0] ?? "", /runtime\.db was damaged/)
    })
  )

  it.effect("says what to do where it cannot be created", () =>
    Effect.gen(function* () {
      const files = filesIn(join(yield* directory, "missing"))
      const text = messageOf(yield* Effect.exit(Effect.provide(Store, storeLive(files))))
      assert.match(text, /state\.db cannot be used .*directory exists/)
    })
  )
})

describe("the reader of the store", () => {
  it.effect("finds nothing, and creates nothing, where nothing was run", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const reader = yield* Effect.provide(StoreReader, storeReaderLive(filesIn(path)))
      assert.isFalse(reader.present)
      assert.deepEqual(readdirSync(path), [])
    })
  )

  it.effect("reads what a daemon left, and what it writes at this moment, without a trace", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const files = filesIn(path)
      const reading = Effect.gen(function* () {
        const reader = yield* StoreReader
        const [generations, overrides] = [
          yield* reader.generations.list(5),
          yield* reader.overrides.list
        ]
        return [generations.length, overrides.length]
      }).pipe(Effect.provide(storeReaderLive(files)))
      yield* Effect.gen(function* () {
        const store = yield* Store
        yield* store.generations.append(entry)
        assert.deepEqual(yield* reading, [1, 0])
        yield* store.overrides.put({ key, kind: "stopped", who: "ann", at: 3, ...noTerms })
        assert.deepEqual(yield* reading, [1, 1])
      }).pipe(Effect.provide(storeLive(files)))
      const left = readdirSync(path)
      assert.deepEqual(yield* reading, [1, 1])
      assert.deepEqual(readdirSync(path), left)
      assert.strictEqual(allRunning(desired).instances.length, 2)
    })
  )
})
