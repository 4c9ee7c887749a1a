import {
  appendFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync
} from "node:fs"
import { stat } from "node:fs/promises"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { describe } from "vitest"
import { followFile } from "../../src/logs/followFile.ts"
import { eventually, temporaryDirectory } from "../fixtures/logs/bench.ts"

/** A reader of the file, and what it has seen so far. */
const reading = Effect.fnUntraced(function* (path: string) {
  const stream = yield* followFile(path)
  const seen = { text: "", pieces: 0, largest: 0 }
  const fiber = yield* Effect.forkScoped(
    Stream.runForEach(stream, (bytes) =>
      Effect.sync(() => {
        seen.text += Buffer.from(bytes).toString("latin1")
        seen.pieces++
        seen.largest = Math.max(seen.largest, bytes.length)
      })
    )
  )
  return { seen, fiber }
})

const openDescriptorsOf = (path: string): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(path)
    } catch {
      return false
    }
  }).length

describe("following a file", () => {
  it.live("it begins 1024 bytes before the end, and goes on with what is added", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryDirectory, "f")
      writeFileSync(file, "a".repeat(5000))
      const { seen } = yield* reading(file)
      yield* eventually("the end is shown", () => seen.text.length >= 1024)
      appendFileSync(file, "more\n")
      yield* eventually("the addition", () => seen.text.endsWith("more\n"))
      assert.strictEqual(seen.text, `${"a".repeat(1024)}more\n`)
    }).pipe(Effect.scoped)
  )

  it.live("a file that is absent for the moment of its rotation is followed all the same", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryDirectory, "f")
      const beginning = yield* Effect.forkScoped(followFile(file), { startImmediately: true })
      // After the first look has found nothing.
      yield* Effect.promise(() => stat(file).catch(() => undefined))
      writeFileSync(file, "new\n")
      const stream = yield* Fiber.join(beginning)
      const [first] = yield* Stream.runCollect(Stream.take(stream, 1))
      assert.strictEqual(Buffer.from(first ?? []).toString(), "new\n")
    }).pipe(Effect.scoped)
  )

  it.live("a renamed file is read to its end, its successor from the start", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryDirectory, "f")
      writeFileSync(file, "old\n")
      const { seen } = yield* reading(file)
      yield* eventually("the old", () => seen.text === "old\n")
      appendFileSync(file, "rest\n")
      renameSync(file, `${file}.1`)
      writeFileSync(file, "new\n")
      yield* eventually("the new", () => seen.text === "old\nrest\nnew\n")
      rmSync(file)
      writeFileSync(`${file}.next`, "third\n")
      renameSync(`${file}.next`, file)
      yield* eventually("the third", () => seen.text === "old\nrest\nnew\nthird\n")
    }).pipe(Effect.scoped)
  )

  it.live("a truncated file is read from its new start", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryDirectory, "f")
      writeFileSync(file, "before the cut\n")
      const { seen } = yield* reading(file)
      yield* eventually("the start", () => seen.text === "before the cut\n")
      truncateSync(file, 0)
      appendFileSync(file, "after\n")
      yield* eventually("what came after", () => seen.text === "before the cut\nafter\n")
    }).pipe(Effect.scoped)
  )

  it.live("a flood comes whole, in pieces of 64 KiB", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryDirectory, "f")
      writeFileSync(file, "first\n")
      const { seen } = yield* reading(file)
      yield* eventually("the start", () => seen.text === "first\n")
      const flood = Array.from({ length: 200_000 }, (_, n) => `line ${n}\n`).join("")
      appendFileSync(file, flood)
      yield* eventually("all of it", () => seen.text.length >= flood.length + 6)
      assert.isTrue(seen.text === `first\n${flood}`)
      assert.isAtMost(seen.largest, 64 * 1024)
    }).pipe(Effect.scoped)
  )

  it.live("what is no regular file is absent", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      for (const path of [join(directory, "none"), directory, "/dev/null"])
        assert.deepStrictEqual(yield* Effect.flip(followFile(path)), { _tag: "FileAbsent" })
    }).pipe(Effect.scoped)
  )

  it.live("a reader that leaves leaves no open file", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryDirectory, "f")
      writeFileSync(file, "x")
      const { seen, fiber } = yield* reading(file)
      yield* eventually("it reads", () => seen.text === "x")
      assert.strictEqual(openDescriptorsOf(file), 1)
      yield* Fiber.interrupt(fiber)
      yield* eventually("it is closed", () => openDescriptorsOf(file) === 0)
    }).pipe(Effect.scoped)
  )
})
