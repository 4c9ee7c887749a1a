import { createHash } from "node:crypto"
import { readFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { describe } from "vitest"

import { type LogEvent, LogPlane } from "../../src/logs/LogPlane.ts"
import { LogPlaneLive } from "../../src/logs/LogPlaneLive.ts"
import {
  eventually,
  program,
  sizeOf,
  spec,
  temporaryDirectory,
  writer
} from "../fixtures/logs/bench.ts"
import { connected, web } from "../fixtures/logs/connected.ts"

const BEGIN = "<!--XSUPERVISOR:BEGIN-->"
const END = "<!--XSUPERVISOR:END-->"

/** All events from now on, as they come. */
const heard = Effect.gen(function* () {
  const plane = yield* LogPlane
  const events: Array<LogEvent> = []
  const stream = yield* plane.events
  yield* Effect.forkScoped(
    Stream.runForEach(stream, (event) => Effect.sync(() => void events.push(event)))
  )
  const all = (kind: "output" | "communication"): ReadonlyArray<string> =>
    events.flatMap((event) => (event.kind === kind ? [Buffer.from(event.bytes).toString()] : []))
  return { events, all, text: (kind: "output" | "communication") => all(kind).join("") }
})

describe("events of output", () => {
  it.live("what is written is in the file and in events, with its stream", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { text, events } = yield* heard
      const { fifo, plane } = yield* connected(directory, spec(log, { events: true }))
      const { fd } = yield* writer(fifo)
      writeSync(fd, "one\n")
      writeSync(fd, "two\n")
      yield* eventually("both are heard", () => text("output") === "one\ntwo\n")
      yield* plane.settle
      assert.strictEqual(readFileSync(log, "utf8"), "one\ntwo\n")
      const [first] = events
      assert.deepInclude(first, { kind: "output", sink: web, streamId: "life", lost: 0 })
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )

  it.live("without events nothing is reported", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const { events } = yield* heard
      const { fifo, plane } = yield* connected(directory, spec(join(directory, "f")))
      const out = yield* writer(fifo)
      writeSync(out.fd, "silent\n")
      yield* plane.settle
      out.close()
      yield* plane.release("life")
      yield* eventually("the stream ended", () => events.length > 0)
      assert.deepStrictEqual(events, [{ kind: "ended", streamId: "life" }])
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )

  it.live(
    "a listener that does not take them never stops the program, and hears how much it missed",
    () =>
      Effect.gen(function* () {
        const directory = yield* temporaryDirectory
        const log = join(directory, "f")
        const plane = yield* LogPlane
        const stream = yield* plane.events
        const { fifo } = yield* connected(directory, spec(log, { events: true }))
        const megabytes = 64
        const { exited } = yield* program(fifo, "head", ["-c", `${megabytes}M`, "/dev/zero"])
        yield* Effect.promise(() => exited)
        yield* eventually("all is in the file", () => sizeOf(log) === megabytes * 1024 * 1024)
        const { fd } = yield* writer(fifo)
        const seen = { bytes: 0, lost: 0 }
        yield* Effect.forkScoped(
          Stream.runForEach(stream, (event) =>
            Effect.sync(() => {
              if (event.kind !== "output") return
              seen.bytes += event.bytes.length
              seen.lost += event.lost
            })
          )
        )
        yield* eventually("what was kept is taken", () => seen.bytes > 0)
        assert.isAtMost(seen.bytes, 17 * 1024 * 1024)
        // The next one to come tells of those that are missing.
        yield* eventually("every byte is counted", () => {
          writeSync(fd, "x")
          return seen.bytes + seen.lost >= megabytes * 1024 * 1024
        })
      }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )
})

describe("capture", () => {
  it.live("what stands between the tokens is an event and not in the file", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { all, text } = yield* heard
      const { fifo, plane } = yield* connected(
        directory,
        spec(log, { captureMaxBytes: 1000, events: true })
      )
      const { fd } = yield* writer(fifo)
      for (const part of [
        "a\n<!--XSUPER",
        "VISOR:BEGIN-->in",
        "side<!--XSUPERVISOR:EN",
        "D-->b\n"
      ]) {
        writeSync(fd, part)
        yield* plane.settle
      }
      yield* eventually("it is reported", () => all("communication").length === 1)
      assert.deepStrictEqual(all("communication"), ["inside"])
      yield* eventually("and is output as well", () => text("output") === "a\ninsideb\n")
      assert.strictEqual(readFileSync(log, "utf8"), "a\nb\n")
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )

  it.live(
    "short output is in the file at once, and the beginning of a token at the end (G8 is not copied)",
    () =>
      Effect.gen(function* () {
        const directory = yield* temporaryDirectory
        const log = join(directory, "f")
        const { events } = yield* heard
        const { fifo, plane } = yield* connected(directory, spec(log, { captureMaxBytes: 1000 }))
        const out = yield* writer(fifo)
        writeSync(out.fd, "short\n<!--XSUP")
        yield* plane.settle
        assert.strictEqual(readFileSync(log, "utf8"), "short\n")
        out.close()
        yield* plane.release("life")
        yield* eventually("the stream ended", () => events.some(({ kind }) => kind === "ended"))
        assert.strictEqual(readFileSync(log, "utf8"), "short\n<!--XSUP")
      }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )

  it.live("what was held back comes out when capture is turned off", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { fifo, plane } = yield* connected(directory, spec(log, { captureMaxBytes: 1000 }))
      const { fd } = yield* writer(fifo)
      writeSync(fd, "a<!--")
      yield* plane.settle
      yield* plane.configure(web, spec(log))
      writeSync(fd, "b\n")
      yield* plane.settle
      assert.strictEqual(readFileSync(log, "utf8"), "a<!--b\n")
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )

  it.live("sequences are removed from the log and from what is captured, and the log rotates", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const { all } = yield* heard
      const settings = { captureMaxBytes: 1000, stripAnsi: true, maxBytes: 20, backups: 1 }
      const { fifo, plane } = yield* connected(directory, spec(log, settings))
      const { fd } = yield* writer(fifo)
      writeSync(fd, `\x1b[31m0123456789abcdefghij\x1b[0m${BEGIN}\x1b[1mbold${END}`)
      yield* eventually("it is reported", () => all("communication").length === 1)
      yield* plane.settle
      assert.deepStrictEqual(all("communication"), ["bold"])
      assert.strictEqual(readFileSync(`${log}.1`, "utf8"), "0123456789abcdefghij")
      assert.strictEqual(readFileSync(log, "utf8"), "")
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )
})

describe("a protocol", () => {
  it.live("50 MB reach a slow reader whole, while the program waits and memory stays", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const plane = yield* LogPlane
      const stream = yield* plane.events
      const { fifo } = yield* connected(directory, { ...spec(log), protocol: true })
      const size = 50 * 1024 * 1024
      const script = `head -c ${size} /dev/urandom | tee ${join(directory, "sent")}`
      yield* program(fifo, "sh", ["-c", script])
      yield* eventually("some is written", () => sizeOf(log) >= 256 * 1024)
      assert.isAtMost(sizeOf(log), 1024 * 1024, "nobody reads yet: the program waits")
      const before = process.memoryUsage()
      const seen = { bytes: 0, lost: 0, pieces: 0, most: 0 }
      const hash = createHash("sha256")
      const reader = yield* Effect.forkScoped(
        Stream.runForEach(
          Stream.takeUntil(stream, () => seen.bytes >= size),
          (event) =>
            Effect.suspend(() => {
              if (event.kind !== "output") return Effect.void
              hash.update(event.bytes)
              seen.bytes += event.bytes.length
              seen.lost += event.lost
              seen.most = Math.max(seen.most, process.memoryUsage().arrayBuffers)
              return ++seen.pieces % 50 === 0 ? Effect.sleep("5 millis") : Effect.void
            })
        )
      )
      yield* eventually("all of it", () => seen.bytes >= size, 40_000)
      yield* Fiber.interrupt(reader)
      assert.strictEqual(seen.bytes, size)
      assert.strictEqual(seen.lost, 0)
      const sent = createHash("sha256")
        .update(readFileSync(join(directory, "sent")))
        .digest("hex")
      assert.strictEqual(hash.digest("hex"), sent)
      yield* eventually("the file has it too", () => sizeOf(log) === size)
      assert.strictEqual(createHash("sha256").update(readFileSync(log)).digest("hex"), sent)
      assert.isAtMost(seen.most - before.arrayBuffers, 32 * 1024 * 1024)
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )

  it.live("a reader that leaves lets the program go on", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const plane = yield* LogPlane
      const scope = yield* Scope.Scope
      const { fifo } = yield* connected(directory, { ...spec(log), protocol: true })
      const { exited } = yield* Effect.scoped(
        Effect.gen(function* () {
          yield* plane.events
          const running = yield* Scope.provide(
            program(fifo, "head", ["-c", "4M", "/dev/zero"]),
            scope
          )
          yield* eventually("some is written", () => sizeOf(log) >= 256 * 1024)
          assert.isAtMost(sizeOf(log), 1024 * 1024)
          return running
        })
      )
      yield* Effect.promise(() => exited)
      yield* eventually("all is in the file", () => sizeOf(log) === 4 * 1024 * 1024)
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )

  it.live(
    "its bytes come as they were, also when its log loses sequences, and other sinks go on meanwhile",
    () =>
      Effect.gen(function* () {
        const directory = yield* temporaryDirectory
        const log = join(directory, "f")
        const { text } = yield* heard
        const { fifo, plane } = yield* connected(directory, {
          ...spec(log, { stripAnsi: true }),
          protocol: true
        })
        const { fd } = yield* writer(fifo)
        writeSync(fd, "READY\n\x1b[1mx")
        yield* eventually("raw", () => text("output") === "READY\n\x1b[1mx")
        yield* plane.settle
        assert.strictEqual(readFileSync(log, "utf8"), "READY\nx")
      }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )

  it.live("goes on when its log takes nothing", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const { text } = yield* heard
      const { fifo } = yield* connected(directory, { ...spec("/dev/full"), protocol: true })
      const { fd } = yield* writer(fifo)
      for (const word of ["READY\n", "RESULT 2\nOK", "READY\n"]) {
        const wanted = text("output") + word
        writeSync(fd, word)
        yield* eventually(`${word} is heard`, () => text("output") === wanted)
      }
    }).pipe(Effect.scoped, Effect.provide(LogPlaneLive))
  )
})
