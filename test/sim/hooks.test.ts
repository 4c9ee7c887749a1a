import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import type { Definition } from "../../src/domain/Definition.ts"
import { type Hook, type HookName, noHooks } from "../../src/domain/Hooks.ts"
import type { Origin } from "../../src/supervise/Supervisor.ts"
import { specOf } from "../core/specOf.ts"
import { type Script, steady } from "./world/scripts.ts"
import { type Stage, simulate } from "./world/simulate.ts"
import type { HookScript } from "./world/World.ts"

const operator: Origin = { kind: "operator", who: "ann" }
const hook: Hook = { command: ["do"], timeoutMs: 5_000 }
const all = { beforeStart: hook, afterStart: hook, beforeStop: hook, afterStop: hook }
const stop = { signal: "TERM", timeoutMs: 3_000, group: "no", command: null } as const

type Key = ReturnType<typeof specOf>["key"]

interface Scene {
  readonly lives?: ReadonlyArray<Partial<Script>>
  readonly definition: Partial<Definition>
  readonly scripts?: Partial<Record<HookName, HookScript>>
}

/** One program called x on a machine without trouble. Gives what happened: `[milliseconds, what]`. */
const play = async (
  { definition, lives = [{}], scripts = {} }: Scene,
  acts: (stage: Stage, key: Key) => Effect.Effect<void>
): Promise<ReadonlyArray<string>> => {
  const happened: Array<string> = []
  const run = await simulate(1, (stage) =>
    Effect.gen(function* () {
      const { world } = stage
      world.troubled = false
      world.script.push(...lives.map((life) => ({ ...steady, termAfterMs: 0, ...life })))
      const note = (what: string) => happened.push(`${world.now()} ${what}`)
      world.hookScript = ({ hook: name }) => {
        note(name)
        return scripts[name] ?? { afterMs: 0, code: 0 }
      }
      world.onBegin = () => note("begins")
      world.onEnd = () => note("ends")
      world.onSignal = (_pid, signal) => note(`signal ${signal}`)
      const spec = specOf({ name: "x" }, definition)
      yield* stage.supervisor.add(spec)
      yield* acts(stage, spec.key)
    })
  )
  assert.isEmpty(run.violations, run.trace.join("\n"))
  return happened
}

const start = ({ settle, supervisor }: Stage, key: Key) =>
  Effect.andThen(Effect.ignore(supervisor.start(key, operator, false)), settle)

const stopping = ({ settle, supervisor }: Stage, key: Key) =>
  Effect.andThen(
    Effect.forkChild(supervisor.stop(key, operator), { startImmediately: true }),
    settle
  )

const get = ({ supervisor }: Stage, key: Key) => Effect.orDie(supervisor.get(key))

describe("hooks", () => {
  it("run before and after start and stop, in this order", async () => {
    const scripts = {
      beforeStart: { afterMs: 100, code: 0 },
      beforeStop: { afterMs: 200, code: 0 },
      afterStop: { afterMs: 50, code: 0 }
    }
    const happened = await play({ definition: { hooks: all, stop }, scripts }, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(2_000)
        yield* stopping(stage, key)
        yield* stage.advanceTo(9_000)
        assert.strictEqual((yield* get(stage, key)).state, "STOPPED")
      })
    )
    assert.deepStrictEqual(happened, [
      "0 beforeStart",
      "100 begins",
      "1101 afterStart",
      "2000 beforeStop",
      "2200 signal 15",
      "2200 ends",
      "2200 afterStop"
    ])
  })

  it("run at automatic restarts too, and the next start waits for afterStop", async () => {
    const scripts = { afterStop: { afterMs: 700, code: 0 }, beforeStart: { afterMs: 10, code: 0 } }
    const lives = [{ dieAfterMs: 1_500, status: { kind: "code", code: 1 } }, {}] as const
    const happened = await play({ definition: { hooks: all }, scripts, lives }, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(5_000)
        assert.strictEqual((yield* get(stage, key)).state, "RUNNING")
      })
    )
    assert.deepStrictEqual(happened, [
      "0 beforeStart",
      "10 begins",
      "1011 afterStart",
      "1510 ends",
      "1510 afterStop",
      "2210 beforeStart",
      "2220 begins",
      "3221 afterStart"
    ])
  })

  it("let a start fail when beforeStart fails: BACKOFF, and at last FATAL, by the policy", async () => {
    const scripts = { beforeStart: { afterMs: 0, code: 3 } }
    const definition = { hooks: { ...noHooks, beforeStart: hook } }
    const happened = await play({ definition, scripts }, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        const text = "hooks.beforeStart failed (exit status 3): said"
        const { process, reason, state } = yield* get(stage, key)
        assert.strictEqual(state, "BACKOFF")
        assert.deepStrictEqual(reason, { kind: "startFailed", text })
        assert.isNull(process)
        yield* stage.advanceTo(60_000)
        assert.deepStrictEqual((yield* get(stage, key)).reason, {
          kind: "gaveUp",
          text,
          attempts: 4
        })
      })
    )
    assert.deepStrictEqual(happened, [
      "0 beforeStart",
      "1000 beforeStart",
      "3000 beforeStart",
      "6000 beforeStart"
    ])
  })

  it("are ended at their timeout, which is a failed start for beforeStart", async () => {
    const scripts = { beforeStart: { afterMs: null, code: 0 } }
    const definition = { hooks: { ...noHooks, beforeStart: hook } }
    await play({ definition, scripts }, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(4_999)
        assert.strictEqual((yield* get(stage, key)).state, "STARTING")
        yield* stage.advanceTo(5_000)
        assert.deepStrictEqual((yield* get(stage, key)).reason, {
          kind: "startFailed",
          text: "hooks.beforeStart took longer than 5s and was ended"
        })
      })
    )
  })

  it("of a start end when a stop comes: the instance is stopped at once, and nothing is started", async () => {
    const scripts = { beforeStart: { afterMs: null, code: 0 } }
    const happened = await play({ definition: { hooks: all }, scripts }, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(1_000)
        yield* stopping(stage, key)
        assert.strictEqual((yield* get(stage, key)).state, "STOPPED")
        assert.strictEqual(stage.world.hookRuns[0]?.to, 1_000)
        yield* stage.advanceTo(60_000)
        assert.strictEqual((yield* get(stage, key)).state, "STOPPED")
      })
    )
    assert.deepStrictEqual(happened, ["0 beforeStart"])
  })

  it("of other instances and their failures change nothing but what is told", async () => {
    const scripts = {
      afterStart: { afterMs: 0, code: 1 },
      beforeStop: { afterMs: 0, code: 1 },
      afterStop: { afterMs: 0, code: 1 }
    }
    await play({ definition: { hooks: all, stop }, scripts }, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(2_000)
        assert.strictEqual((yield* get(stage, key)).state, "RUNNING")
        yield* stopping(stage, key)
        assert.strictEqual((yield* get(stage, key)).state, "STOPPED")
        const told = stage.world.logged.filter((line) => line.includes("failed"))
        assert.deepStrictEqual(told, [
          "x: hooks.afterStart failed (exit status 1): said",
          "x: hooks.beforeStop failed (exit status 1): said",
          "x: hooks.afterStop failed (exit status 1): said"
        ])
      })
    )
  })

  it("never hold KILL up longer than they may take", async () => {
    const scripts = { beforeStop: { afterMs: null, code: 0 } }
    const lives = [{ termAfterMs: null }]
    const happened = await play(
      { definition: { hooks: all, stop }, scripts, lives },
      (stage, key) =>
        Effect.gen(function* () {
          yield* start(stage, key)
          yield* stage.advanceTo(2_000)
          yield* stopping(stage, key)
          yield* stage.advanceTo(20_000)
          assert.strictEqual((yield* get(stage, key)).state, "STOPPED")
        })
    )
    assert.deepStrictEqual(happened.slice(3), [
      "2000 beforeStop",
      "7000 signal 15",
      "10000 signal 9",
      "10000 ends",
      "10000 afterStop"
    ])
  })

  it("of a stop are over when reeve is, which is bounded by their time", async () => {
    const scripts = { afterStop: { afterMs: null, code: 0 } }
    await play({ definition: { hooks: all, stop }, scripts }, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(2_000)
        let over = Number.POSITIVE_INFINITY
        const shutdown = Effect.andThen(
          stage.supervisor.shutdown,
          Effect.sync(() => {
            over = stage.world.now()
          })
        )
        yield* Effect.forkChild(shutdown, { startImmediately: true })
        yield* stage.advanceTo(30_000)
        assert.strictEqual(over, 7_000)
      })
    )
  })
})

describe("stop.command", () => {
  const command = { ...stop, command: ["quit"] }

  it("runs in the place of the stop signal, and the process is waited for", async () => {
    const happened = await play({ definition: { stop: command } }, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(2_000)
        yield* stopping(stage, key)
        const { process, state } = yield* get(stage, key)
        assert.strictEqual(state, "STOPPING")
        stage.world.kill(process?.pid ?? 0, 15, "process")
        yield* stage.settle
        assert.strictEqual((yield* get(stage, key)).state, "STOPPED")
      })
    )
    assert.deepStrictEqual(happened.slice(1), ["2000 stopCommand", "2000 signal 15", "2000 ends"])
  })

  it("that fails is told, and the signal sent instead", async () => {
    const scripts = { stopCommand: { afterMs: 100, code: 1 } }
    const happened = await play({ definition: { stop: command }, scripts }, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(2_000)
        yield* stopping(stage, key)
        yield* stage.advanceTo(2_200)
        assert.strictEqual((yield* get(stage, key)).state, "STOPPED")
        assert.include(
          stage.world.logged,
          "x: stop.command failed (exit status 1): said; TERM is sent instead"
        )
      })
    )
    assert.deepStrictEqual(happened.slice(1), ["2000 stopCommand", "2100 signal 15", "2100 ends"])
  })

  it("is followed by KILL when stop.timeout is over, counted from the beginning of the stop", async () => {
    const scripts = { stopCommand: { afterMs: 0, code: 0 } }
    const happened = await play({ definition: { stop: command }, scripts }, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(2_000)
        yield* stopping(stage, key)
        yield* stage.advanceTo(9_000)
        assert.strictEqual((yield* get(stage, key)).state, "STOPPED")
      })
    )
    assert.deepStrictEqual(happened.slice(1), ["2000 stopCommand", "5000 signal 9", "5000 ends"])
  })
})
