import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { afterAll } from "vitest"
import { program } from "../planning/world.ts"
import { become, begun, newRpcBench, rpcLayers, told } from "./rpcBench.ts"

const directory = mkdtempSync(join(tmpdir(), "reeve-rpc-"))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

describe("reading logs", () => {
  it.effect.each([
    [-3, 0, "789"],
    [4, 0, "456789"],
    [0, 4, "0123"],
    [20, 5, ""],
    [-50, 0, "0123456789"],
    [8, 100, "89"],
    [-3, 2, "3 BAD_ARGUMENTS"],
    [3, -2, "3 BAD_ARGUMENTS"]
  ] as const)("from %d, %d bytes: %s", ([offset, length, expected]) => {
    const bench = newRpcBench(program({ name: "a" }))
    bench.processLog = file("digits", "0123456789")
    bench.mainLog = bench.processLog
    return Effect.gen(function* () {
      yield* begun(bench)
      assert.strictEqual(yield* told("readProcessStdoutLog", "a", offset, length), expected)
      assert.strictEqual(yield* told("readProcessLog", "a", offset, length), expected)
      assert.strictEqual(yield* told("readLog", offset, length), expected)
      assert.strictEqual(yield* told("readMainLog", String(offset), length), expected)
    }).pipe(Effect.provide(rpcLayers(bench)))
  })

  it.effect.each([
    [0, 4, ["6789", 10, true]],
    [5, 5, ["56789", 10, false]],
    [5, 100, ["0123456789", 10, false]],
    [10, 5, ["", 10, false]],
    [0, 0, ["", 10, true]],
    [-5, 3, ["789", 10, true]]
  ] as const)("tails from %d, %d bytes", ([offset, length, expected]) => {
    const bench = newRpcBench(program({ name: "a" }))
    bench.processLog = file("digits", "0123456789")
    return Effect.gen(function* () {
      yield* begun(bench)
      assert.deepEqual(yield* told("tailProcessStdoutLog", "a", offset, length), expected)
      assert.deepEqual(yield* told("tailProcessLog", "a", offset, length), expected)
    }).pipe(Effect.provide(rpcLayers(bench)))
  })

  it.effect("cuts characters in two without failing, and reads what is no text", () => {
    const bench = newRpcBench(program({ name: "a" }))
    bench.processLog = file("umlauts", "aä")
    return Effect.gen(function* () {
      yield* begun(bench)
      assert.strictEqual(yield* told("readProcessStdoutLog", "a", 0, 2), "a\ufffd")
      assert.strictEqual(yield* told("readProcessStdoutLog", "a", 2, 1), "\ufffd")
      bench.processLog = file("binary", new Uint8Array([0xff, 0x41, 0xef, 0xbb, 0xbf]))
      assert.deepEqual(yield* told("tailProcessStdoutLog", "a", 0, 5), ["\ufffdA\ufeff", 5, false])
    }).pipe(Effect.provide(rpcLayers(bench)))
  })

  it.live("says which file is not there, and nothing where there is none to be", () => {
    const bench = newRpcBench(program({ name: "a" }))
    return Effect.gen(function* () {
      yield* begun(bench)
      const missing = join(directory, "missing")
      assert.strictEqual(yield* told("readProcessStdoutLog", "a", 0, 0), "20 NO_FILE")
      assert.strictEqual(yield* told("readProcessStderrLog", "a", 0, 0), "20 NO_FILE")
      assert.strictEqual(yield* told("readLog", 0, 0), "20 NO_FILE")
      assert.strictEqual(yield* told("clearLog"), "20 NO_FILE")
      bench.processLog = missing
      bench.mainLog = missing
      assert.strictEqual(yield* told("readProcessStdoutLog", "a", 0, 0), `20 NO_FILE: ${missing}`)
      assert.strictEqual(yield* told("readLog", 0, 0), `20 NO_FILE: ${missing}`)
      assert.strictEqual(yield* told("clearLog"), "20 NO_FILE")
      assert.deepEqual(yield* told("tailProcessStdoutLog", "a", 0, 9), ["", 0, false])
      assert.strictEqual(yield* told("readProcessStdoutLog", "b", 0, 0), "10 BAD_NAME: b")
      assert.deepEqual(bench.asked, [])
      bench.mainLog = file("main", "x")
      assert.strictEqual(yield* told("clearLog"), true)
      assert.deepEqual(bench.asked, ["clearLog"])
    }).pipe(Effect.provide(rpcLayers(bench)))
  })
})

describe("clearing logs and writing to processes", () => {
  it.effect("clears both logs, also of what does not run", () => {
    const bench = newRpcBench(program({ name: "a" }), program({ name: "b" }))
    return Effect.gen(function* () {
      yield* begun(bench)
      become(bench, "a", { state: "EXITED", process: null })
      assert.strictEqual(yield* told("clearProcessLogs", "a"), true)
      assert.deepEqual(bench.cleared, ["a/a/0 stdout", "a/a/0 stderr"])
      assert.strictEqual(yield* told("clearProcessLog", "a:*"), "10 BAD_NAME: a:*")
      bench.processLog = "/denied"
      assert.strictEqual(yield* told("clearProcessLogs", "a"), "30 FAILED: a")
      assert.deepEqual(yield* told("clearAllProcessLogs"), [
        { name: "a", group: "a", status: 30, description: "FAILED: a" },
        { name: "b", group: "b", status: 30, description: "FAILED: b" }
      ])
    }).pipe(Effect.provide(rpcLayers(bench)))
  })

  it.effect("writes text to stdin as UTF-8, and only text", () => {
    const bench = newRpcBench(program({ name: "a" }))
    return Effect.gen(function* () {
      yield* begun(bench)
      assert.strictEqual(yield* told("sendProcessStdin", "a", "ä\n"), true)
      assert.deepEqual(bench.sent, ["a/a/0 ä\n"])
      assert.strictEqual(yield* told("sendProcessStdin", "a", 5), "2 INCORRECT_PARAMETERS: 5")
      assert.strictEqual(
        yield* told("sendProcessStdin", "a", [1, "x", true]),
        "2 INCORRECT_PARAMETERS: [1, 'x', True]"
      )
      bench.stdin = "closed"
      assert.strictEqual(yield* told("sendProcessStdin", "a", "x"), "20 NO_FILE: a")
      become(bench, "a", { state: "STOPPING" })
      assert.strictEqual(yield* told("sendProcessStdin", "a", "x"), "70 NOT_RUNNING: a")
      become(bench, "a", { state: "STOPPED", process: null })
      assert.strictEqual(yield* told("sendProcessStdin", "a", "x"), "70 NOT_RUNNING: a")
      assert.strictEqual(yield* told("sendRemoteCommEvent", "kind", "text"), true)
      assert.deepEqual(bench.notified, [
        { type: "REMOTE_COMMUNICATION", payload: "type:kind\ntext" }
      ])
    }).pipe(Effect.provide(rpcLayers(bench)))
  })
})
