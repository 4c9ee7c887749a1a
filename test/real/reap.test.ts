import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as libc from "../../src/os/libc.ts"
import { NoKeeper } from "../../src/os/noKeeper.ts"
import { Proc } from "../../src/os/Proc.ts"
import { ProcLive } from "../../src/os/ProcLive.ts"
import { allProcesses, processFacts } from "../../src/os/procStat.ts"
import { type Exited, Reaper } from "../../src/os/Reaper.ts"
import { becomeSubreaper, ReaperLive } from "../../src/os/ReaperLive.ts"
import { Spawner } from "../../src/os/Spawner.ts"
import { SpawnerLive } from "../../src/os/SpawnerLive.ts"
import { request } from "./runProgram.ts"

const run = promisify(execFile)
const layers = Layer.mergeAll(SpawnerLive, Layer.provide(ReaperLive, NoKeeper), ProcLive)
const sh = (script: string, spawnId = "test") =>
  request(["/bin/sh", "-c", script], {
    spawnId,
    environment: new Map([
      ["PATH", "/usr/bin:/bin"],
      ["REEVE_SPAWN_ID", spawnId]
    ])
  })

/** Looks each 10 ms, for 20 seconds at most. */
const until = (holds: () => boolean) =>
  Effect.gen(function* () {
    for (let tries = 0; !holds(); tries += 1) {
      if (tries > 2000) assert.fail("the condition did not come true in 20 seconds")
      yield* Effect.sleep(10)
    }
  })

const zombies = () =>
  allProcesses().filter((facts) => facts.parent === process.pid && facts.state === "Z")

describe("Reaper", () => {
  it.live("delivers each exit once, with its status, among children of Node's", () =>
    Effect.gen(function* () {
      const spawner = yield* Spawner
      const reaper = yield* Reaper
      const seen: Array<Exited> = []
      const reaping = yield* Effect.forkChild(
        reaper.run((exited) => Effect.sync(() => void seen.push(exited)))
      )
      const wanted = new Map<number, number>()
      const helpers: Array<Promise<{ readonly stdout: string }>> = []
      for (let index = 0; index < 100; index += 1) {
        if (index % 5 === 0) helpers.push(run("/bin/echo", [String(index)]))
        const { pid } = yield* spawner.spawn(sh(`exit ${index}`))
        wanted.set(pid, index)
      }
      yield* until(() => seen.length >= 100)
      const outputs = yield* Effect.promise(() => Promise.all(helpers))
      assert.deepStrictEqual(
        outputs.map(({ stdout }) => stdout.trim()),
        Array.from({ length: 20 }, (_, index) => String(index * 5))
      )
      yield* Fiber.interrupt(reaping)
      assert.strictEqual(seen.length, 100)
      for (const { known, pid, status } of seen) {
        assert.isTrue(known)
        assert.deepStrictEqual(status, { kind: "code", code: wanted.get(pid) ?? -1 })
      }
      assert.deepStrictEqual(zombies(), [])
    }).pipe(Effect.provide(layers))
  )

  it.live("keeps the dead in the kernel until onExit has returned", () =>
    Effect.gen(function* () {
      const spawner = yield* Spawner
      const reaper = yield* Reaper
      const states: Array<string | undefined> = []
      const reaping = yield* Effect.forkChild(
        reaper.run(({ pid }) =>
          Effect.sleep(20).pipe(
            Effect.andThen(Effect.sync(() => void states.push(processFacts(pid)?.state)))
          )
        )
      )
      const { pid } = yield* spawner.spawn(sh("exit 0"))
      yield* until(() => processFacts(pid) === null)
      assert.deepStrictEqual(states, ["Z"])
      yield* Fiber.interrupt(reaping)
    }).pipe(Effect.provide(layers))
  )

  it.live("tells an exit again that was interrupted before it was handled", () =>
    Effect.gen(function* () {
      const spawner = yield* Spawner
      const reaper = yield* Reaper
      const { pid } = yield* spawner.spawn(sh("exit 5"))
      let begun = false
      const first = yield* Effect.forkChild(
        reaper.run(() =>
          Effect.suspend(() => {
            begun = true
            return Effect.never
          })
        )
      )
      yield* until(() => begun)
      yield* Fiber.interrupt(first)
      const seen: Array<number> = []
      const second = yield* Effect.forkChild(
        reaper.run((exited) => Effect.sync(() => void seen.push(exited.pid)))
      )
      yield* until(() => seen.length > 0)
      yield* Fiber.interrupt(second)
      assert.deepStrictEqual(seen, [pid])
    }).pipe(Effect.provide(layers))
  )

  it.live("names the signal that ended a process", () =>
    Effect.gen(function* () {
      const spawner = yield* Spawner
      const reaper = yield* Reaper
      const seen: Array<Exited> = []
      const reaping = yield* Effect.forkChild(
        reaper.run((exited) => Effect.sync(() => void seen.push(exited)))
      )
      for (const signal of ["KILL", "40"]) yield* spawner.spawn(sh(`kill -${signal} $$`))
      yield* until(() => seen.length === 2)
      yield* Fiber.interrupt(reaping)
      const byNumber = seen.map(({ status }) => status).sort((a, b) => (a.kind < b.kind ? -1 : 1))
      assert.deepInclude(byNumber, { kind: "signal", signal: "SIGKILL", number: 9, core: false })
      assert.deepInclude(byNumber, { kind: "signal", signal: "signal 40", number: 40, core: false })
    }).pipe(Effect.provide(layers))
  )

  it.live("gives timers their turn while programs crash and are started again without pause", () =>
    Effect.gen(function* () {
      const spawner = yield* Spawner
      const reaper = yield* Reaper
      let exits = 0
      const again = Effect.ignore(spawner.spawn(sh("exit 1")))
      const reaping = yield* Effect.forkChild(
        reaper.run(() =>
          Effect.suspend(() => {
            exits += 1
            return exits > 400 ? Effect.void : again
          })
        )
      )
      let longest = 0
      let before = performance.now()
      const timer = setInterval(() => {
        longest = Math.max(longest, performance.now() - before)
        before = performance.now()
      }, 5)
      for (let index = 0; index < 20; index += 1) yield* again
      yield* until(() => exits > 400)
      clearInterval(timer)
      yield* until(() => zombies().length === 0)
      yield* Fiber.interrupt(reaping)
      assert.isBelow(longest, 1000)
    }).pipe(Effect.provide(layers))
  )

  it.live("reaps strangers that fall to it as subreaper, and finds them below their leader", () =>
    Effect.gen(function* () {
      becomeSubreaper()
      const spawner = yield* Spawner
      const reaper = yield* Reaper
      const proc = yield* Proc
      const seen: Array<Exited> = []
      const reaping = yield* Effect.forkChild(
        reaper.run((exited) => Effect.sync(() => void seen.push(exited)))
      )
      const spawned = yield* spawner.spawn(
        sh("setsid sleep 1000 & sleep 1001 & sleep 0.1; exit 0", "leader-of-strangers")
      )
      yield* until(() => seen.some(({ pid }) => pid === spawned.pid))
      const left = yield* proc.descendants(spawned.pid)
      assert.deepStrictEqual(left.map(({ command }) => command).sort(), [
        "sleep 1000",
        "sleep 1001"
      ])
      for (const { pid } of left) yield* proc.signal(pid, 15, "process")
      yield* until(() => seen.length === 3)
      yield* Fiber.interrupt(reaping)
      assert.deepStrictEqual(
        seen.slice(1).map(({ known }) => known),
        [false, false]
      )
      assert.deepStrictEqual(yield* proc.descendants(spawned.pid), [])
      libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    }).pipe(Effect.provide(layers))
  )
})
