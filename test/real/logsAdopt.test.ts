import { spawnSync } from "node:child_process"
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { describe } from "vitest"
import { missingText } from "../../src/core/logTrouble.ts"
import { LogPlane } from "../../src/logs/LogPlane.ts"
import { LogPlaneLive } from "../../src/logs/LogPlaneLive.ts"
import { PipeStream } from "../../src/logs/PipeStream.ts"
import {
  eventually,
  makeFifo,
  sizeOf,
  spec,
  stdoutOf,
  temporaryDirectory,
  writer
} from "../fixtures/logs/bench.ts"
import { connected, web } from "../fixtures/logs/connected.ts"
import { freezableDisk } from "../fixtures/logs/disks.ts"

/** A FIFO that somebody else holds open for reading, and what a program that is gone wrote into it. */
const left = Effect.fnUntraced(function* (directory: string, text: string) {
  const fifo = makeFifo(directory, "life.stdout")
  const keeper = yield* Effect.acquireRelease(
    Effect.sync(() => openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)),
    (fd) => Effect.sync(() => closeSync(fd))
  )
  const out = yield* writer(fifo)
  writeSync(out.fd, text)
  out.close()
  return { fifo, otherwise: `/proc/self/fd/${keeper}` }
})

const endings = Effect.gen(function* () {
  const plane = yield* LogPlane
  const ended: Array<string> = []
  yield* Effect.forkScoped(
    Stream.runForEach(yield* plane.events, (event) =>
      Effect.sync(() => void (event.kind === "ended" && ended.push(event.streamId)))
    ),
    { startImmediately: true }
  )
  return ended
})

describe("a FIFO of an earlier daemon", () => {
  it.live("is opened through the descriptor of the keeper when its name is gone, and ends", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const plane = yield* LogPlane
      const ended = yield* endings
      yield* plane.configure(web, spec(log))
      const { fifo, otherwise } = yield* left(directory, "last words\n")
      unlinkSync(fifo)
      yield* plane.attach("life", fifo, web, otherwise)
      assert.strictEqual(readFileSync(log, "utf8"), "last words\n")
      // A hang-up was seen; who comes then is heard all the same.
      const late = yield* writer(otherwise)
      writeSync(late.fd, "and more\n")
      late.close()
      yield* eventually("it is read", () => readFileSync(log, "utf8").endsWith("and more\n"))
      assert.deepStrictEqual(ended, [])
      yield* plane.release("life")
      yield* eventually("it ended", () => ended.length === 1)
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )

  it.live("whose writer is gone ends when its target takes what waits, however late that is", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const target = makeFifo(directory, "target")
      const plane = yield* LogPlane
      const ended = yield* endings
      yield* plane.configure(web, spec(target))
      const reader = openSync(target, constants.O_RDWR | constants.O_NONBLOCK)
      writeSync(reader, Buffer.alloc(65_536))
      const { fifo } = yield* left(directory, "waits\n")
      yield* plane.attach("life", fifo, web)
      yield* plane.release("life")
      assert.deepStrictEqual(ended, [])
      const bytes = Buffer.alloc(65_536)
      readSync(reader, bytes, 0, bytes.length, null)
      yield* eventually("it ended", () => ended.length === 1)
      assert.strictEqual(readSync(reader, bytes, 0, bytes.length, null), 6)
      assert.strictEqual(bytes.toString("utf8", 0, 6), "waits\n")
      assert.isFalse(existsSync(fifo))
      closeSync(reader)
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )

  it.live("is nothing but a FIFO: a link in its place is refused, and so is another file", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const plane = yield* LogPlane
      yield* plane.configure(web, spec(join(directory, "f")))
      const victim = join(directory, "victim")
      writeFileSync(victim, "precious\n")
      symlinkSync(makeFifo(directory, "elsewhere"), join(directory, "link"))
      const errnoOf = (...[fifo, otherwise]: ReadonlyArray<string>) =>
        Effect.map(
          Effect.flip(plane.attach("life", join(directory, fifo ?? ""), web, otherwise)),
          ({ errno }) => errno
        )
      assert.strictEqual(yield* errnoOf("link", victim), "ELOOP")
      assert.strictEqual(yield* errnoOf("victim"), "ENXIO")
      assert.strictEqual(yield* errnoOf("none", victim), "ENXIO")
      assert.strictEqual(yield* errnoOf("none"), "ENOENT")
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )
})

describe("sinks and FIFOs of an earlier daemon, all at once", () => {
  it.live("are read on, and those that cannot be are named one by one", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const plane = yield* LogPlane
      const { fifo } = yield* left(directory, "last words\n")
      const [log, refused] = [join(directory, "f"), stdoutOf("refused")]
      const missing = { streamId: "b", fifo: join(directory, "none"), otherwise: undefined }
      const found = yield* plane.resume([
        { id: refused, spec: spec(directory), streams: [{ ...missing, streamId: "a" }] },
        { id: web, spec: spec(log), streams: [missing, { ...missing, streamId: "life", fifo }] }
      ])
      const errnos = found.map(({ sink, streams }) => [
        sink?.errno ?? null,
        ...streams.map((one) => one?.errno ?? null)
      ])
      assert.deepStrictEqual(errnos, [["EISDIR"], [null, "ENOENT", null]])
      assert.strictEqual(readFileSync(log, "utf8"), "last words\n")
      writeSync((yield* writer(fifo)).fd, "and more\n")
      yield* plane.settle
      assert.strictEqual(readFileSync(log, "utf8"), "last words\nand more\n")
      assert.deepStrictEqual(yield* plane.resume([]), [])
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )

  it.live("wait for none whose target hangs, and that one is given up", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const disk = yield* freezableDisk(directory)
      // Without the right to mount there is no target that hangs when it is opened: then all are read on.
      if (disk !== null) assert.strictEqual(spawnSync("fsfreeze", ["-f", disk]).status, 0)
      const plane = yield* LogPlane
      const { fifo } = yield* left(directory, "last words\n")
      const [log, hung] = [join(directory, "f"), join(disk ?? directory, "hung")]
      const resuming = yield* Effect.forkScoped(
        plane.resume([
          { id: stdoutOf("hung"), spec: spec(hung), streams: [] },
          {
            id: web,
            spec: spec(log),
            streams: [{ streamId: "life", fifo, otherwise: undefined }]
          }
        ]),
        { startImmediately: true }
      )
      yield* eventually("the other is read on", () => sizeOf(log) === 11, 4000)
      const [first, second] = yield* Fiber.join(resuming)
      assert.strictEqual(first?.sink?.errno ?? null, disk === null ? null : "ETIMEDOUT")
      assert.deepStrictEqual(second, { sink: null, streams: [null] })
      if (disk !== null) assert.strictEqual(spawnSync("fsfreeze", ["-u", disk]).status, 0)
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )
})

describe("a file of an earlier daemon", () => {
  it.live("that was full already is rotated before anything is added", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      writeFileSync(log, "left by a kill\n")
      const { fifo, plane } = yield* connected(directory, spec(log, { maxBytes: 10, backups: 2 }))
      assert.isFalse(existsSync(`${log}.1`))
      writeSync((yield* writer(fifo)).fd, "next\n")
      yield* plane.settle
      assert.strictEqual(readFileSync(`${log}.1`, "utf8"), "left by a kill\n")
      assert.strictEqual(readFileSync(log, "utf8"), "next\n")
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )
})

describe("a remark", () => {
  it("on what may be missing names all that the largest pipe can hold", () => {
    const directory = mkdtempSync(join(tmpdir(), "reeve-pipe-"))
    const stream = PipeStream.open("life", makeFifo(directory, "life.stdout"), null)
    if (typeof stream === "number") throw new Error(`no pipe: ${stream}`)
    stream.enlarge()
    const kib = stream.capacity() / 1024
    stream.close(true)
    rmSync(directory, { recursive: true })
    const [, most = "0"] = /at most (\d+) KiB/.exec(missingText) ?? []
    assert.isAbove(kib, 64)
    assert.isAtLeast(Number(most), kib)
  })

  const said = `reeve: ${missingText}\n`

  it.live("is a line of its own behind what the file holds", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { fifo, plane } = yield* connected(directory, spec(log))
      const { fd } = yield* writer(fifo)
      yield* plane.remark(web, missingText)
      // The remark is put down then, and not only on its way.
      yield* plane.settle
      writeSync(fd, "whole\ncut")
      yield* plane.settle
      yield* plane.remark(web, missingText)
      yield* plane.settle
      assert.strictEqual(readFileSync(log, "utf8"), `${said}whole\ncut\n${said}`)
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )

  it.live("looks at the backup of an empty file, and counts for the limit", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      writeFileSync(`${log}.1`, "cut")
      const plane = yield* LogPlane
      yield* plane.configure(web, spec(log, { maxBytes: 10, backups: 2 }))
      yield* plane.remark(web, missingText)
      yield* plane.settle
      assert.strictEqual(readFileSync(`${log}.2`, "utf8"), "cut")
      assert.strictEqual(readFileSync(`${log}.1`, "utf8"), `\n${said}`)
      assert.strictEqual(readFileSync(log, "utf8"), "")
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )
})
