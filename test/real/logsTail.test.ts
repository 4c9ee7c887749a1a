import { readFileSync, writeFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { describe } from "vitest"
import { LogPlane } from "../../src/logs/LogPlane.ts"
import { LogPlaneLive } from "../../src/logs/LogPlaneLive.ts"
import { logLines, mirrorLines } from "../../src/logs/logLines.ts"
import { tailSink } from "../../src/logs/tail.ts"
import {
  makeFifo,
  program,
  spec,
  stdoutOf,
  temporaryDirectory,
  writer
} from "../fixtures/logs/bench.ts"

const web = stdoutOf("web")
const texts = (lines: ReadonlyArray<Uint8Array>) =>
  lines.map((line) => Buffer.from(line).toString())

describe("the last lines", () => {
  it.live("come from the file and from as many backups as are needed", () =>
    Effect.gen(function* () {
      const log = join(yield* temporaryDirectory, "f")
      writeFileSync(`${log}.2`, "1\n2\n3 beg")
      writeFileSync(`${log}.1`, "ins there\n4\n")
      writeFileSync(log, "5\n6 is not done")
      const tail = yield* tailSink(log, 5, 4)
      assert.deepStrictEqual(texts(tail.lines), ["2", "3 begins there", "4", "5"])
      assert.strictEqual(Buffer.from(tail.rest).toString(), "6 is not done")
      assert.deepStrictEqual(texts((yield* tailSink(log, 0, 4)).lines), ["5"])
      assert.deepStrictEqual(texts((yield* tailSink(log, 5, 0)).lines), [])
    })
  )

  it.live("of a long file are the last ones, whole across blocks", () =>
    Effect.gen(function* () {
      const log = join(yield* temporaryDirectory, "f")
      const all = Array.from({ length: 60_000 }, (_, n) => `line ${n} ${"x".repeat(n % 50)}`)
      writeFileSync(log, `${all.join("\n")}\n`)
      assert.deepStrictEqual(texts((yield* tailSink(log, 0, 9_000)).lines), all.slice(-9_000))
    })
  )

  it.live("of a file that is not there are none", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      assert.deepStrictEqual((yield* tailSink(join(directory, "nope"), 3, 10)).lines, [])
      assert.deepStrictEqual((yield* tailSink(directory, 3, 10)).lines, [])
      assert.deepStrictEqual((yield* tailSink(null, 3, 10)).lines, [])
    })
  )
})

describe("following", () => {
  it.live("joins the files and what comes, while a program floods and files rotate", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const plane = yield* LogPlane
      yield* plane.configure(web, spec(log, { maxBytes: 100_000, backups: 100 }))
      const fifo = makeFifo(directory, "life")
      yield* plane.attach("life", fifo, web)
      // 200 lines at a time, so that the reader keeps up and loses nothing.
      const script =
        "i=1; while [ $i -lt 40000 ]; do seq $i $((i+199)); i=$((i+200)); sleep 0.001; done"
      yield* program(fifo, "sh", ["-c", script])
      yield* Effect.sleep("30 millis")
      const source = { id: web, label: "web", path: log, backups: 100 }
      const lines = yield* logLines([source], { count: 500, follow: true })
      const seen = yield* Stream.runCollect(Stream.takeUntil(lines, ({ text }) => text === "40000"))
      const first = Number(seen[0]?.text)
      assert.isBelow(first, 39_000)
      assert.deepStrictEqual(
        seen.map(({ text }) => text),
        Array.from({ length: 40_001 - first }, (_, n) => String(first + n))
      )
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("takes a line that was half written when it began", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const plane = yield* LogPlane
      yield* plane.configure(web, spec(log))
      const fifo = makeFifo(directory, "life")
      yield* plane.attach("life", fifo, web)
      const { fd } = yield* writer(fifo)
      writeSync(fd, "one\ntwo is ")
      const source = { id: web, label: "web", path: log, backups: 0 }
      const lines = yield* logLines([source], { count: 10, follow: true })
      writeSync(fd, "whole\r\n")
      const seen = yield* Stream.runCollect(Stream.take(lines, 2))
      assert.deepStrictEqual(
        seen.map(({ text }) => text),
        ["one", "two is whole"]
      )
      const ended = yield* logLines([source], { count: 10, follow: false })
      assert.strictEqual((yield* Stream.runCollect(ended)).length, 2)
      assert.strictEqual(readFileSync(log, "utf8"), "one\ntwo is whole\r\n")
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("the mirror shows sinks that come later, those without a file too", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const plane = yield* LogPlane
      const mirror = yield* mirrorLines
      const reading = yield* Effect.forkChild(Stream.runCollect(Stream.take(mirror, 1)), {
        startImmediately: true
      })
      yield* plane.configure(web, spec(null))
      const fifo = makeFifo(directory, "life")
      yield* plane.attach("life", fifo, web)
      writeSync((yield* writer(fifo)).fd, "hello\n")
      assert.deepStrictEqual(yield* Fiber.join(reading), [
        { sink: web, label: "web", text: "hello" }
      ])
    }).pipe(Effect.provide(LogPlaneLive))
  )
})
