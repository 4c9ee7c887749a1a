import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync
} from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { describe } from "vitest"
import { LogPlane } from "../../src/logs/LogPlane.ts"
import { LogPlaneLive } from "../../src/logs/LogPlaneLive.ts"
import {
  eventually,
  makeFifo,
  program,
  sizeOf,
  spec,
  stdoutOf,
  temporaryDirectory,
  writer
} from "../fixtures/logs/bench.ts"

const web = stdoutOf("web")

/** A sink for `path` with one attached stream, and a writer on its FIFO. */
const connected = Effect.fnUntraced(function* (
  directory: string,
  path: string | null,
  settings: Parameters<typeof spec>[1] = {}
) {
  const plane = yield* LogPlane
  yield* plane.configure(web, spec(path, settings))
  const fifo = makeFifo(directory, "life.stdout")
  yield* plane.attach("life", fifo, web)
  const out = yield* writer(fifo)
  return { plane, fifo, ...out }
})

describe("rotation", () => {
  it.live("row 102: 9-byte lines with a limit of 100 bytes and 2 backups", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { plane, fd } = yield* connected(directory, log, { maxBytes: 100, backups: 2 })
      for (let n = 0; n < 50; n++) {
        writeSync(fd, `line ${String(n).padStart(3, "0")}\n`)
        yield* plane.settle
      }
      const files = readdirSync(directory).filter((name) => name.startsWith("f"))
      assert.deepStrictEqual(files.sort(), ["f", "f.1", "f.2"])
      assert.strictEqual(sizeOf(`${log}.1`), 108)
      assert.strictEqual(sizeOf(`${log}.2`), 108)
      assert.strictEqual(readFileSync(log, "utf8"), "line 048\nline 049\n")
      assert.match(readFileSync(`${log}.2`, "utf8"), /^line 024\n/)
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("row 103: without backups the file starts empty, in place", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { plane, fd } = yield* connected(directory, log, { maxBytes: 100, backups: 0 })
      const { ino } = statSync(log)
      for (let n = 0; n < 12; n++) {
        writeSync(fd, "line 000\n")
        yield* plane.settle
      }
      assert.strictEqual(sizeOf(log), 0)
      assert.strictEqual(statSync(log).ino, ino)
      writeSync(fd, "after\n")
      yield* plane.settle
      assert.strictEqual(readFileSync(log, "utf8"), "after\n")
      assert.isFalse(existsSync(`${log}.1`))
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("a file exceeds its limit by at most 128 KiB, and no byte is lost between files", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { plane, fifo } = yield* connected(directory, log, { maxBytes: 1_000_000, backups: 40 })
      const script = "seq -f 'line %012.0f of a program that writes a lot' 1 500000"
      const { exited } = yield* program(fifo, "sh", ["-c", script])
      yield* Effect.promise(() => exited)
      yield* plane.settle
      const names = readdirSync(directory).filter((name) => name.startsWith("f"))
      assert.isAbove(names.length, 20)
      for (const name of names) assert.isAtMost(sizeOf(join(directory, name)), 1_000_000 + 131_072)
      const ordered = names.sort((a, b) => Number(b.slice(2) || 0) - Number(a.slice(2) || 0))
      const all = createHash("sha256")
      for (const name of ordered) all.update(readFileSync(join(directory, name)))
      const direct = spawnSync("sh", ["-c", script], { maxBuffer: 64 * 1024 * 1024 }).stdout
      assert.strictEqual(all.digest("hex"), createHash("sha256").update(direct).digest("hex"))
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("a new limit counts for the running process, and old backups stay", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { plane, fd } = yield* connected(directory, log, { maxBytes: 5, backups: 3 })
      for (const text of ["first\n", "second\n", "third\n"]) {
        writeSync(fd, text)
        yield* plane.settle
      }
      yield* plane.configure(web, spec(log, { maxBytes: 5, backups: 1 }))
      writeSync(fd, "fourth\n")
      yield* plane.settle
      assert.strictEqual(readFileSync(`${log}.1`, "utf8"), "fourth\n")
      assert.strictEqual(readFileSync(`${log}.2`, "utf8"), "second\n")
      assert.strictEqual(readFileSync(`${log}.3`, "utf8"), "first\n")
    }).pipe(Effect.provide(LogPlaneLive))
  )
})

describe("streams", () => {
  it.live("200 MB arrive as they were written", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "big")
      const { plane, fifo } = yield* connected(directory, log)
      const script = "head -c 200000000 /dev/zero | tr '\\0' 'x'"
      const { exited } = yield* program(fifo, "sh", ["-c", script])
      yield* Effect.promise(() => exited)
      yield* plane.settle
      const sum = (command: string) =>
        spawnSync("sh", ["-c", `${command} | sha256sum`], { encoding: "utf8" }).stdout
      assert.strictEqual(sum(`cat ${log}`), sum(script))
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("1 GB in a single line costs reeve no memory", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "big")
      const { plane, fifo } = yield* connected(directory, log, { maxBytes: 50_000_000, backups: 1 })
      const before = process.memoryUsage.rss()
      const { exited } = yield* program(fifo, "head", ["-c", "1000000000", "/dev/zero"])
      yield* Effect.promise(() => exited)
      yield* plane.settle
      assert.isBelow(process.memoryUsage.rss() - before, 100_000_000)
      assert.isAtLeast(sizeOf(`${log}.1`), 50_000_000)
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("a released stream ends when its last writer is gone, and its FIFO with it", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { plane, fifo, fd, close } = yield* connected(directory, log)
      const events = yield* plane.events
      const ended = yield* Effect.forkChild(Stream.runCollect(Stream.take(events, 1)), {
        startImmediately: true
      })
      writeSync(fd, "before\n")
      yield* plane.release("life")
      writeSync(fd, "a child goes on\n")
      yield* plane.settle
      assert.isTrue(existsSync(fifo))
      assert.strictEqual(readFileSync(log, "utf8"), "before\na child goes on\n")
      writeSync(fd, "last words")
      close()
      assert.deepStrictEqual(yield* Fiber.join(ended), [{ kind: "ended", streamId: "life" }])
      assert.isFalse(existsSync(fifo))
      assert.strictEqual(readFileSync(log, "utf8"), "before\na child goes on\nlast words")
    }).pipe(Effect.provide(LogPlaneLive))
  )
})
