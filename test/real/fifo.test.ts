import * as fs from "node:fs"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Fifo } from "../../src/os/Fifo.ts"
import { FifoLive } from "../../src/os/FifoLive.ts"
import { workspace } from "./runProgram.ts"

const isRoot = process.geteuid?.() === 0

describe("Fifo", () => {
  const space = workspace()
  const directory = join(space.path, "fifos")
  const layer = FifoLive({ directory })
  afterAll(space.remove)

  it.live("makes private FIFOs in a private directory, owned as asked", () =>
    Effect.gen(function* () {
      const fifo = yield* Fifo
      assert.strictEqual(fs.statSync(directory).mode & 0o777, 0o700)
      const path = yield* fifo.make("a.stdout", isRoot ? { uid: 65534, gid: 65534 } : null)
      const facts = fs.lstatSync(path)
      assert.isTrue(facts.isFIFO())
      assert.strictEqual(facts.mode & 0o777, 0o600)
      assert.strictEqual(facts.uid, isRoot ? 65534 : process.geteuid?.())
      assert.deepStrictEqual(fs.readdirSync(directory), ["a.stdout"])
      yield* fifo.remove(path)
      yield* fifo.remove(path)
      assert.deepStrictEqual(fs.readdirSync(directory), [])
      assert.strictEqual((yield* Effect.flip(fifo.make("x/y", null))).errno, "ENOENT")
    }).pipe(Effect.provide(layer))
  )

  it.live("writes without waiting, and takes nothing when the pipe is full", () =>
    Effect.gen(function* () {
      const fifo = yield* Fifo
      const path = yield* fifo.make("in", null)
      const bytes = new TextEncoder().encode("hello")
      assert.strictEqual((yield* Effect.flip(fifo.write(path, bytes))).errno, "ENXIO")
      const fd = fs.openSync(path, "r+")
      assert.strictEqual(yield* fifo.write(path, bytes), 5)
      const read = Buffer.alloc(5)
      fs.readSync(fd, read)
      assert.strictEqual(read.toString(), "hello")
      assert.strictEqual(yield* fifo.write(path, new Uint8Array(200_000)), 65536)
      assert.strictEqual(yield* fifo.write(path, bytes), 0)
      fs.closeSync(fd)
    }).pipe(Effect.provide(layer))
  )
})
