import { spawnSync } from "node:child_process"
import {
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync
} from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
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
import { collected } from "../fixtures/logs/collected.ts"
import { freezableDisk, smallDisk } from "../fixtures/logs/disks.ts"

const web = stdoutOf("web")
const isRoot = process.geteuid?.() === 0

describe("targets that are refused", () => {
  const errnoFor = Effect.fnUntraced(function* (path: string) {
    const plane = yield* LogPlane
    return (yield* Effect.flip(plane.configure(web, spec(path)))).errno
  })

  it.live(
    "a missing directory, a directory, a symbolic link and a hard link have their errno",
    () =>
      Effect.gen(function* () {
        const directory = yield* temporaryDirectory
        const victim = join(directory, "victim")
        writeFileSync(victim, "precious\n")
        symlinkSync(victim, join(directory, "symbolic"))
        linkSync(victim, join(directory, "hard"))
        assert.strictEqual(yield* errnoFor(join(directory, "nope", "x.log")), "ENOENT")
        assert.strictEqual(yield* errnoFor(directory), "EISDIR")
        assert.strictEqual(yield* errnoFor(join(directory, "symbolic")), "ELOOP")
        assert.strictEqual(yield* errnoFor(join(directory, "hard")), "EMLINK")
        assert.strictEqual(readFileSync(victim, "utf8"), "precious\n")
      }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("a read-only directory", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const disk = yield* smallDisk(directory, "ro")
      const closed = join(directory, "closed")
      mkdirSync(closed, { mode: 0o555 })
      const [path, expected] = disk === null ? [closed, "EACCES"] : [disk, "EROFS"]
      assert.strictEqual(yield* errnoFor(join(path, "x.log")), expected)
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("a refused change leaves the sink as it was", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const plane = yield* LogPlane
      yield* plane.configure(web, spec(log))
      yield* errnoFor(join(directory, "nope", "x.log"))
      const fifo = makeFifo(directory, "life")
      yield* plane.attach("life", fifo, web)
      writeSync((yield* writer(fifo)).fd, "here\n")
      yield* plane.settle
      assert.strictEqual(readFileSync(log, "utf8"), "here\n")
      assert.strictEqual(yield* plane.pathOf(web), log)
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("as root, a path that another user may redirect is opened with that user's rights", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const home = join(directory, "home")
      mkdirSync(home)
      if (!isRoot) {
        // Without root there is only one set of rights.
        assert.strictEqual(yield* errnoFor("/reeve-cannot-write-here.log"), "EACCES")
        return
      }
      spawnSync("chmod", ["755", directory])
      const secret = join(directory, "secret")
      mkdirSync(secret, { mode: 0o700 })
      chownSync(home, 1234, 1234)
      symlinkSync(secret, join(home, "logs"))
      const plane = yield* LogPlane
      yield* plane.configure(web, spec(join(home, "x.log"), { maxBytes: 5, backups: 1 }))
      assert.strictEqual(statSync(join(home, "x.log")).uid, 1234)
      assert.strictEqual(
        (yield* Effect.flip(plane.configure(stdoutOf("b"), spec(join(home, "logs", "x.log")))))
          .errno,
        "EACCES"
      )
      const fifo = makeFifo(directory, "life")
      yield* plane.attach("life", fifo, web)
      writeSync((yield* writer(fifo)).fd, "rotated\n")
      yield* plane.settle
      assert.strictEqual(statSync(join(home, "x.log.1")).uid, 1234)
      assert.strictEqual(statSync(join(home, "x.log")).uid, 1234)
      // Others are still opened as root.
      yield* plane.configure(stdoutOf("c"), spec(join(secret, "x.log")))
      assert.strictEqual(statSync(join(secret, "x.log")).uid, 0)
    }).pipe(Effect.provide(LogPlaneLive))
  )
})

describe("targets that fail", () => {
  it.live("a full disk stops neither the program nor reeve; it is told once, and recovers", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const disk = yield* smallDisk(directory, "size=1m")
      const log = disk === null ? "/dev/full" : join(disk, "f")
      const plane = yield* LogPlane
      const events = yield* collected()
      yield* plane.configure(web, spec(log))
      const fifo = makeFifo(directory, "life")
      yield* plane.attach("life", fifo, web)
      const { exited } = yield* program(fifo, "head", ["-c", "8000000", "/dev/zero"])
      yield* Effect.promise(() => exited)
      yield* eventually("trouble is told", () => events.length > 0)
      const [first] = events
      assert.strictEqual(first?.kind, "trouble")
      if (first?.kind === "trouble") assert.match(first.text, /the disk is full \(ENOSPC\)/)
      if (disk !== null) {
        writeFileSync(log, "")
        const { fd } = yield* writer(fifo)
        writeSync(fd, "after\n")
        yield* eventually("the log is written again", () =>
          readFileSync(log, "latin1").endsWith("after\n")
        )
        assert.match(readFileSync(log, "latin1"), /\nreeve: \d+ bytes of output were dropped here/)
      } else yield* plane.configure(web, spec(join(directory, "elsewhere")))
      yield* eventually("recovery is told", () => events.at(-1)?.kind === "recovered")
      assert.strictEqual(events.length, 2)
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("a FIFO that nobody reads delays no other sink, and its own program ends", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const plane = yield* LogPlane
      const events = yield* collected()
      const stuck = stdoutOf("stuck")
      yield* plane.configure(stuck, spec(makeFifo(directory, "target"), { maxBytes: 100 }))
      yield* plane.configure(web, spec(join(directory, "web.log")))
      const stuckFifo = makeFifo(directory, "a")
      const fifo = makeFifo(directory, "b")
      yield* plane.attach("a", stuckFifo, stuck)
      yield* plane.attach("b", fifo, web)
      const { exited } = yield* program(stuckFifo, "head", ["-c", "5000000", "/dev/zero"])
      const { fd } = yield* writer(fifo)
      for (let n = 1; n <= 20; n++) {
        writeSync(fd, "line\n")
        yield* eventually("the line is there", () => sizeOf(join(directory, "web.log")) === n * 5)
      }
      yield* Effect.promise(() => exited)
      assert.deepStrictEqual(
        events.map(({ kind }) => kind),
        ["trouble"]
      )
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("a disk that hangs keeps only its own sink, and that one goes on when it wakes", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const disk = yield* freezableDisk(directory)
      const plane = yield* LogPlane
      const slow = stdoutOf("slow")
      const slowLog = disk === null ? makeFifo(directory, "target") : join(disk, "slow.log")
      const webLog = join(directory, "web.log")
      yield* plane.configure(slow, spec(slowLog))
      yield* plane.configure(web, spec(webLog))
      const slowFifo = makeFifo(directory, "a")
      const fifo = makeFifo(directory, "b")
      yield* plane.attach("a", slowFifo, slow)
      yield* plane.attach("b", fifo, web)
      const slowOut = yield* writer(slowFifo)
      const { fd } = yield* writer(fifo)
      if (disk !== null) assert.strictEqual(spawnSync("fsfreeze", ["-f", disk]).status, 0)
      writeSync(slowOut.fd, "asleep\n")
      yield* Effect.sleep("50 millis")
      writeSync(fd, "awake\n")
      yield* eventually("the other sink goes on", () => sizeOf(webLog) === 6, 4000)
      const after = makeFifo(directory, "c")
      yield* plane.attach("c", after, web)
      writeSync((yield* writer(after)).fd, "more\n")
      yield* eventually("so do new streams", () => sizeOf(webLog) === 11)
      if (disk === null) return
      assert.strictEqual(sizeOf(slowLog), 0)
      assert.strictEqual(spawnSync("fsfreeze", ["-u", disk]).status, 0)
      writeSync(slowOut.fd, "and back\n")
      yield* eventually("the slow sink goes on", () => sizeOf(slowLog) === 16)
      assert.strictEqual(readFileSync(slowLog, "utf8"), "asleep\nand back\n")
      writeSync(fd, "still\n")
      yield* plane.settle
      assert.strictEqual(readFileSync(webLog, "utf8"), "awake\nmore\nstill\n")
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live(
    "a directory that vanishes is told when the log is reopened, and the old file goes on",
    () =>
      Effect.gen(function* () {
        const directory = yield* temporaryDirectory
        const place = join(directory, "place")
        mkdirSync(place)
        const plane = yield* LogPlane
        const events = yield* collected()
        yield* plane.configure(web, spec(join(place, "f")))
        const fifo = makeFifo(directory, "life")
        yield* plane.attach("life", fifo, web)
        const { fd } = yield* writer(fifo)
        rmSync(place, { recursive: true })
        yield* plane.reopen
        writeSync(fd, "into the void\n")
        yield* plane.settle
        yield* eventually("trouble is told", () => events.length === 1)
        mkdirSync(place)
        yield* eventually("recovery is told", () => events.at(-1)?.kind === "recovered")
        writeSync(fd, "back\n")
        yield* plane.settle
        assert.strictEqual(readFileSync(join(place, "f"), "utf8"), "back\n")
      }).pipe(Effect.provide(LogPlaneLive))
  )
})
