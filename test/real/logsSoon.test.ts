import {
  closeSync,
  constants,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
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
  sizeOf,
  spec,
  stdoutOf,
  temporaryDirectory,
  writer
} from "../fixtures/logs/bench.ts"
import { collected } from "../fixtures/logs/collected.ts"

const web = stdoutOf("web")

describe("a pipe that nobody waits for", () => {
  it.live("is read, with what was in it before, and ends when it is released", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const plane = yield* LogPlane
      const log = join(directory, "log")
      yield* plane.configure(web, spec(log))
      const fifo = makeFifo(directory, "life")
      // As the keeper does.
      const holder = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
      yield* Effect.addFinalizer(() => Effect.sync(() => closeSync(holder)))
      const { close, fd } = yield* writer(fifo)
      writeSync(fd, "before\n")
      yield* plane.attachSoon("life", fifo, web)
      writeSync(fd, "after\n")
      close()
      yield* plane.release("life")
      yield* eventually("all of it", () => sizeOf(log) === 13)
      assert.strictEqual(readFileSync(log, "utf8"), "before\nafter\n")
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live(
    "and cannot be opened is trouble, and read when it can, also where it was released meanwhile",
    () =>
      Effect.gen(function* () {
        const directory = yield* temporaryDirectory
        const plane = yield* LogPlane
        const events = yield* collected()
        const seen = () => events.map(({ kind }) => kind)
        const log = join(directory, "log")
        yield* plane.configure(web, spec(log))
        const path = join(directory, "life")
        // No link is followed.
        symlinkSync("elsewhere", path)
        yield* plane.attachSoon("life", path, web)
        yield* eventually("trouble", () => seen().includes("trouble"))
        yield* plane.release("life")
        rmSync(path)
        const { close, fd } = yield* writer(makeFifo(directory, "life"))
        writeSync(fd, "kept\n")
        yield* eventually("the bytes", () => sizeOf(log) === 5)
        yield* eventually("recovery", () => seen().includes("recovered"))
        close()
        yield* eventually("the end", () => seen().includes("ended"))
        assert.deepStrictEqual(seen(), ["trouble", "recovered", "ended"])
      }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("and is not there has ended", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const plane = yield* LogPlane
      const events = yield* collected()
      yield* plane.configure(web, spec(join(directory, "log")))
      yield* plane.attachSoon("life", join(directory, "life"), web)
      yield* eventually("its end", () => events.length > 0)
      assert.deepStrictEqual(events, [{ kind: "ended", streamId: "life" }])
    }).pipe(Effect.provide(LogPlaneLive))
  )

  it.live("of a sink that is not there is refused", () =>
    Effect.gen(function* () {
      const plane = yield* LogPlane
      const refused = yield* Effect.flip(plane.attachSoon("life", "/nowhere", web))
      assert.strictEqual(refused.errno, "ENOENT")
    }).pipe(Effect.provide(LogPlaneLive))
  )
})
