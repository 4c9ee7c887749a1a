import { execFileSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { signals } from "../../src/os/Signals.ts"
import { Spawner } from "../../src/os/Spawner.ts"
import { SpawnerLive } from "../../src/os/SpawnerLive.ts"
import { request } from "./runProgram.ts"

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))
const run = (name: string) => execFileSync(process.execPath, [fixture(name)], { encoding: "utf8" })

describe("Spawner of an ordinary user", () => {
  it("starts programs, and names the limit that stops it", () => {
    assert.deepStrictEqual(JSON.parse(run("spawnAsNobody.ts")), {
      plain: "started",
      closed: "spawn EACCES",
      noDescriptors: "open EMFILE",
      oneDescriptor: "open EMFILE",
      noProcesses: "spawn EAGAIN"
    })
  })

  it.live("leaves no descriptor open, whether it starts or fails", () =>
    Effect.gen(function* () {
      const spawner = yield* Spawner
      const open = () => readdirSync("/proc/self/fd").length
      yield* Effect.ignore(spawner.spawn(request(["/nope"])))
      const before = open()
      for (let index = 0; index < 20; index += 1) {
        yield* Effect.ignore(spawner.spawn(request(["/nope"])))
        yield* Effect.ignore(spawner.spawn(request(["/bin/true"], { stdout: "/nope" })))
      }
      assert.strictEqual(open(), before)
    }).pipe(Effect.provide(SpawnerLive))
  )
})

describe("replaceProcess", () => {
  it("keeps pid and output, and gives the environment it was told", () => {
    const [before, after] = run("replace.ts").trim().split("\n")
    assert.strictEqual(after, `${before} kept`)
  })
})

describe("signals", () => {
  it.live("tells each signal as it comes, and stops listening with the stream", () =>
    Effect.gen(function* () {
      const listening = process.listenerCount("SIGUSR2")
      const taken = yield* signals(["SIGUSR2", "SIGHUP"]).pipe(
        Stream.take(3),
        Stream.runCollect,
        Effect.forkChild({ startImmediately: true })
      )
      for (const signal of ["SIGUSR2", "SIGHUP", "SIGUSR2"] as const) {
        // Two different signals that wait together have no order.
        process.kill(process.pid, signal)
        yield* Effect.sleep(20)
      }
      assert.deepStrictEqual(Array.from(yield* Fiber.join(taken)), ["SIGUSR2", "SIGHUP", "SIGUSR2"])
      assert.strictEqual(process.listenerCount("SIGUSR2"), listening)
    })
  )
})
