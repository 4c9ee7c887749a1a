import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeSync
} from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { describe } from "vitest"
import { LogPlane } from "../../src/logs/LogPlane.ts"
import { LogPlaneLive, logPlaneLive } from "../../src/logs/LogPlaneLive.ts"
import {
  makeFifo,
  program,
  sizeOf,
  spec,
  stdoutOf,
  syslogDaemon,
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

  it.live("one round after another is closed and opened, and all of them arrive", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { plane, fifo, fd, close } = yield* connected(directory, log)
      writeSync(fd, "one\n")
      close()
      yield* plane.settle
      for (const text of ["two\n", "three\n"]) {
        const again = yield* writer(fifo)
        writeSync(again.fd, text)
        again.close()
        yield* plane.settle
      }
      assert.strictEqual(readFileSync(log, "utf8"), "one\ntwo\nthree\n")
      const before = process.cpuUsage()
      yield* Effect.sleep("300 millis")
      const { user, system } = process.cpuUsage(before)
      assert.isBelow(user + system, 150_000, "a FIFO without a writer costs no time")
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

describe("files", () => {
  it.live("reopen writes to a new file after somebody moved the old one away", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { plane, fd } = yield* connected(directory, log)
      writeSync(fd, "old\n")
      yield* plane.settle
      renameSync(log, `${log}.moved`)
      writeSync(fd, "still old\n")
      yield* plane.settle
      yield* plane.reopen
      writeSync(fd, "new\n")
      yield* plane.settle
      assert.strictEqual(readFileSync(`${log}.moved`, "utf8"), "old\nstill old\n")
      assert.strictEqual(readFileSync(log, "utf8"), "new\n")
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("a file that somebody emptied goes on from its start, without a hole", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { plane, fd } = yield* connected(directory, log)
      writeSync(fd, "a line that goes\n")
      yield* plane.settle
      truncateSync(log)
      writeSync(fd, "after\n")
      yield* plane.settle
      assert.strictEqual(readFileSync(log, "utf8"), "after\n")
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("a change of the path in place takes the running stream along", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const { plane, fd } = yield* connected(directory, join(directory, "f"))
      writeSync(fd, "first\n")
      yield* plane.settle
      yield* plane.configure(web, spec(join(directory, "g"), { stripAnsi: true }))
      writeSync(fd, "\u001b[31mred\u001b[0m\n")
      yield* plane.settle
      yield* plane.rename(web, stdoutOf("www"), "www")
      yield* plane.configure(stdoutOf("www"), spec(null))
      writeSync(fd, "nowhere\n")
      yield* plane.settle
      assert.strictEqual(readFileSync(join(directory, "f"), "utf8"), "first\n")
      assert.strictEqual(readFileSync(join(directory, "g"), "utf8"), "red\n")
      assert.isNull(yield* plane.pathOf(stdoutOf("www")))
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("named files are for everybody to read, files of reeve's own naming are private", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const plane = yield* LogPlane
      yield* plane.configure(web, spec(join(directory, "named")))
      yield* plane.configure(stdoutOf("b"), spec(join(directory, "own"), { file: "auto" }))
      assert.strictEqual(statSync(join(directory, "named")).mode & 0o777, 0o644 & ~process.umask())
      assert.strictEqual(statSync(join(directory, "own")).mode & 0o777, 0o600)
    }).pipe(Effect.provide(LogPlaneLive))
  )
})

describe("followers", () => {
  it.live("a follower sees what is written from now on, and where it lies in the file", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { plane, fd } = yield* connected(directory, log)
      writeSync(fd, "before\n")
      yield* plane.settle
      const chunks = yield* Effect.scoped(
        Effect.gen(function* () {
          const stream = yield* plane.follow("all")
          writeSync(fd, "after\n")
          return yield* Stream.runCollect(Stream.take(stream, 1))
        })
      )
      assert.strictEqual(chunks.length, 1)
      assert.strictEqual(new TextDecoder().decode(chunks[0]?.bytes), "after\n")
      assert.deepStrictEqual(chunks[0]?.place, { inode: statSync(log).ino, end: 13 })
      yield* plane.settle
      assert.strictEqual(readFileSync(log, "utf8"), "before\nafter\n")
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("one that does not read loses chunks, is told how much, and the file loses nothing", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { plane, fifo } = yield* connected(directory, log)
      const stream = yield* plane.follow([web])
      const { exited } = yield* program(fifo, "head", ["-c", "30000000", "/dev/zero"])
      yield* Effect.promise(() => exited)
      yield* plane.settle
      assert.strictEqual(sizeOf(log), 30_000_000)
      let told = 0
      const seen = yield* Effect.forkChild(
        Stream.runFold(
          // What was lost may be told in several chunks, as thread and reader lose each on its own.
          Stream.takeUntil(stream, ({ bytes, lost = 0 }) => {
            told += bytes.length + lost
            return told >= 30_000_000
          }),
          () => ({ read: 0, lost: 0 }),
          (sum, chunk) => ({
            read: sum.read + chunk.bytes.length,
            lost: sum.lost + (chunk.lost ?? 0)
          })
        ),
        { startImmediately: true }
      )
      while (seen.pollUnsafe() === undefined) {
        yield* program(fifo, "echo", ["more"])
        yield* Effect.sleep("20 millis")
      }
      const { read, lost } = yield* Fiber.join(seen)
      assert.isAtMost(read, 1_048_576 + 1000)
      assert.isAtLeast(read + lost, 30_000_000)
    }).pipe(Effect.provide(LogPlaneLive))
  )
})

describe("syslog", () => {
  it.live("a line is a message, cut chunks and a last line without newline included", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const daemon = yield* syslogDaemon(join(directory, "log"))
      const log = join(directory, "f")
      yield* Effect.gen(function* () {
        const { plane, fd, close } = yield* connected(directory, log, {
          syslog: true,
          stripAnsi: true
        })
        for (const text of ["hel", "lo\n\u001b[3", "1mred\n", "tail"]) {
          writeSync(fd, text)
          yield* plane.settle
        }
        yield* plane.release("life")
        close()
        const messages = daemon.receive(3).map((text) => text.replace(/^<14>.{15} /, ""))
        assert.deepStrictEqual(messages, ["reeve: web hello", "reeve: web red", "reeve: web tail"])
        assert.strictEqual(readFileSync(log, "utf8"), "hello\nred\ntail")
      }).pipe(Effect.provide(logPlaneLive({ syslogPath: join(directory, "log") })))
    })
  )

  it.live("without a daemon the file goes on, and it is told once", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { plane, fd } = yield* connected(directory, log, { syslog: true })
      const events = yield* plane.events
      const told = yield* Effect.forkChild(Stream.runCollect(Stream.take(events, 1)), {
        startImmediately: true
      })
      for (let n = 0; n < 3; n++) {
        writeSync(fd, "line\n")
        yield* plane.settle
      }
      const [event] = yield* Fiber.join(told)
      assert.strictEqual(event?.kind === "trouble" && event.text.startsWith("syslog "), true)
      assert.strictEqual(readFileSync(log, "utf8"), "line\nline\nline\n")
    }).pipe(Effect.provide(logPlaneLive({ syslogPath: "/nonexistent/log" })))
  )
})
