import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import type { Loaded } from "../../src/config/Loader.ts"
import { loadWhole, nothingSeen } from "../../src/config/loadWhole.ts"
import { type FileFacts, FileFailure } from "../../src/os/Files.ts"
import { declare, program } from "./planning/world.ts"

const path = "/programs/web.ini"

/** One file: its words are the names of programs. Each load takes what `during` does meanwhile. */
const disk = () => {
  const at = { content: "web", modifiedAt: 1, during: () => {} }
  const write = (content: string) => {
    at.content = content
    at.modifiedAt += 1
  }
  const stat = (asked: string) =>
    asked === path
      ? Effect.succeed({ ...facts, size: at.content.length, modifiedAt: at.modifiedAt })
      : Effect.fail(new FileFailure({ path: asked, errno: "ENOENT" }))
  const once = Effect.sync((): Loaded => {
    const names = at.content.split(" ").filter((word) => word !== "")
    at.during()
    const desired = declare(...names.map((name) => program({ name })))
    return { desired, warnings: [], inputs: [path, "/programs/*.ini"] }
  })
  const seen = nothingSeen()
  const load = Effect.map(loadWhole(once, { stat }, seen), ({ desired }) =>
    desired.programs.map(({ name }) => name)
  )
  return { at, load, write }
}

const facts: FileFacts = {
  kind: "file",
  size: 0,
  mode: 0o644,
  uid: 0,
  gid: 0,
  links: 1,
  inode: 7,
  modifiedAt: 0
}

describe("a load in the middle of a save", () => {
  it.effect("waits for the content of a file that was emptied", () =>
    Effect.gen(function* () {
      const { load, write } = disk()
      yield* load
      write("")
      const loading = yield* Effect.forkChild(load, { startImmediately: true })
      yield* TestClock.adjust("100 millis")
      assert.isUndefined(loading.pollUnsafe())
      write("web api")
      yield* TestClock.adjust("100 millis")
      assert.deepEqual(yield* Fiber.join(loading), ["web", "api"])
    })
  )

  it.effect("reads again what was written while it was read", () =>
    Effect.gen(function* () {
      const { at, load, write } = disk()
      yield* load
      write("")
      at.during = () => {
        if (at.content === "") write("web")
      }
      const loading = yield* Effect.forkChild(load, { startImmediately: true })
      yield* TestClock.adjust("100 millis")
      assert.deepEqual(yield* Fiber.join(loading), ["web"])
    })
  )

  it.effect("takes a file for empty that stays so, and then at once", () =>
    Effect.gen(function* () {
      const { load, write } = disk()
      yield* load
      write("")
      const loading = yield* Effect.forkChild(load, { startImmediately: true })
      yield* TestClock.adjust("1 second")
      assert.deepEqual(yield* Fiber.join(loading), [])
      assert.deepEqual(yield* load, [])
    })
  )

  it.effect("ends although its files change without a pause", () =>
    Effect.gen(function* () {
      const { at, load, write } = disk()
      yield* load
      at.during = () => write(at.content)
      const loading = yield* Effect.forkChild(load, { startImmediately: true })
      yield* TestClock.adjust("1 second")
      assert.deepEqual(yield* Fiber.join(loading), ["web"])
    })
  )
})
