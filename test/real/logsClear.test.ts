import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync
} from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describe } from "vitest"
import { clearChildLogs } from "../../src/logs/clearChildLogs.ts"
import { LogPlane } from "../../src/logs/LogPlane.ts"
import { LogPlaneLive } from "../../src/logs/LogPlaneLive.ts"
import { sizeOf, spec, stdoutOf, temporaryDirectory, writer } from "../fixtures/logs/bench.ts"
import { connected, web } from "../fixtures/logs/connected.ts"

describe("clearing a log", () => {
  it.live(
    "the file is another one and empty, its backups stay, and the program goes on in it",
    () =>
      Effect.gen(function* () {
        const directory = yield* temporaryDirectory
        const log = join(directory, "f")
        const { fifo, plane } = yield* connected(
          directory,
          spec(log, { maxBytes: 1000, backups: 3 })
        )
        writeFileSync(`${log}.1`, "backup")
        const { fd } = yield* writer(fifo)
        writeSync(fd, "before\n")
        const { ino } = statSync(log)
        yield* plane.clear(web)
        assert.strictEqual(sizeOf(log), 0)
        assert.notStrictEqual(statSync(log).ino, ino)
        assert.strictEqual(readFileSync(`${log}.1`, "utf8"), "backup")
        writeSync(fd, "after\n")
        yield* plane.settle
        assert.strictEqual(readFileSync(log, "utf8"), "after\n")
      }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )

  it.live("works when nothing runs (G7 is not copied), and when the file is gone", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      writeFileSync(log, "of an earlier life\n")
      const plane = yield* LogPlane
      yield* plane.configure(web, spec(log))
      yield* plane.clear(web)
      assert.strictEqual(sizeOf(log), 0)
      renameSync(log, `${log}.gone`)
      yield* plane.clear(web)
      assert.strictEqual(sizeOf(log), 0)
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )

  it.live(
    "a sink without a file, and one that is no file, have nothing to clear; an unknown one is named",
    () =>
      Effect.gen(function* () {
        const plane = yield* LogPlane
        yield* plane.configure(web, spec(null))
        yield* plane.clear(web)
        yield* plane.configure(web, spec("/dev/null"))
        yield* plane.clear(web)
        assert.isTrue(existsSync("/dev/null"))
        assert.strictEqual((yield* Effect.flip(plane.clear(stdoutOf("nobody")))).errno, "ENOENT")
      }).pipe(Effect.provide(LogPlaneLive))
  )
})

describe("a declared sink", () => {
  it.live("has its path and can be cleared, and its file is not made", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const plane = yield* LogPlane
      yield* plane.declare(web, spec(log))
      assert.strictEqual(yield* plane.pathOf(web), log)
      yield* plane.clear(web)
      assert.isFalse(existsSync(log))
      writeFileSync(log, "of an earlier run\n")
      yield* plane.clear(web)
      assert.strictEqual(sizeOf(log), 0)
      yield* plane.drop(web)
      assert.strictEqual(yield* plane.pathOf(web), null)
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )
})

describe("logs of earlier runs", () => {
  it.live("those of this identifier go, whatever follows their name; others stay", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const gone = [
        "web-stdout---my.id-abc_1234.log",
        "web-stderr---my.id-x.log.1",
        "a---my.id-x.logfile",
        "x.y---my.id-1.log.10"
      ]
      const kept = [
        "web-stdout---myXid-abc.log",
        "---my.id-x.log",
        "web-stdout---my.id-a b.log",
        "web.log"
      ]
      for (const name of [...gone, ...kept]) writeFileSync(join(directory, name), "")
      assert.deepStrictEqual(yield* clearChildLogs(directory, "my.id"), [])
      for (const name of gone) assert.isFalse(existsSync(join(directory, name)), name)
      for (const name of kept) assert.isTrue(existsSync(join(directory, name)), name)
    }).pipe(Effect.scoped)
  )

  it.live("what cannot be removed is named, as a directory that cannot be read", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const name = join(directory, "web-stdout---supervisor-1.log")
      mkdirSync(name)
      assert.deepStrictEqual(yield* clearChildLogs(directory, "supervisor"), [
        `Failed to clean up '${name}'`
      ])
      assert.deepStrictEqual(yield* clearChildLogs(join(directory, "none"), "supervisor"), [
        "Could not clear childlog dir"
      ])
    }).pipe(Effect.scoped)
  )
})
