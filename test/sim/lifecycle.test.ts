import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { assert, describe, it } from "vitest"
import type { Definition } from "../../src/domain/Definition.ts"
import type { Origin } from "../../src/supervise/Supervisor.ts"
import { iniPolicy } from "../core/machine.ts"
import { specOf } from "../core/specOf.ts"
import { type Script, steady } from "./world/scripts.ts"
import { type Stage, simulate } from "./world/simulate.ts"

const operator: Origin = { kind: "operator", who: "ann" }

/** Plays one scene with one program called x on a machine without trouble, and gives what reeve logged. */
const scene = async (
  lives: ReadonlyArray<Partial<Script>>,
  definition: Partial<Definition>,
  play: (stage: Stage, key: ReturnType<typeof specOf>["key"]) => Effect.Effect<void>
): Promise<ReadonlyArray<string>> => {
  const logged: Array<string> = []
  const run = await simulate(1, (stage) =>
    Effect.gen(function* () {
      stage.world.troubled = false
      stage.world.script.push(...lives.map((life) => ({ ...steady, ...life })))
      const spec = specOf({ name: "x" }, definition)
      yield* stage.supervisor.add(spec)
      yield* play(stage, spec.key)
      logged.push(...stage.world.logged)
    })
  )
  assert.isEmpty(run.violations, run.trace.join("\n"))
  return logged.map((line) => line.replace(/pid \d+/, "pid N").replace(/\(\d+\)/, "(N)"))
}

const start = ({ settle, supervisor }: Stage, key: ReturnType<typeof specOf>["key"]) =>
  Effect.andThen(Effect.ignore(supervisor.start(key, operator, false)), settle)

describe("an instance", () => {
  it("counts from the beginning with a definition that it was given between two attempts", async () => {
    const life = { dieAfterMs: 5, status: { kind: "code", code: 1 } } as const
    await scene([life, life, life, life], {}, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(2_000)
        const { failures, spec } = yield* Effect.orDie(stage.supervisor.get(key))
        assert.strictEqual(failures, 2)
        const { definition } = spec
        yield* Effect.orDie(
          stage.supervisor.update(specOf({ name: "x" }, { ...definition, umask: 7 }))
        )
        yield* stage.advanceTo(3_500)
        const after = yield* Effect.orDie(stage.supervisor.get(key))
        assert.deepEqual([after.state, after.failures], ["BACKOFF", 1])
        yield* Effect.orDie(stage.supervisor.stop(key, operator))
      })
    )
  })

  it("that somebody has run to its end is not run again by a plan of before, for what is no other work", async () => {
    const life = { dieAfterMs: 1_500, status: { kind: "code", code: 0 } } as const
    const once = { restart: { ...iniPolicy.restart, when: "never" } } as const
    await scene([life, life], once, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(3_000)
        const { spec } = yield* Effect.orDie(stage.supervisor.get(key))
        const stop = { ...spec.definition.stop, timeoutMs: 1_234 }
        yield* Effect.orDie(stage.supervisor.update(specOf({ name: "x" }, { ...once, stop })))
        const fields: Origin = { kind: "plan", text: "fields", generation: 2 }
        const follows: Origin = { kind: "follows", on: "db", generation: 2 }
        for (const plan of [fields, follows]) {
          yield* Effect.orDie(stage.supervisor.start(key, plan, false))
          yield* stage.settle
          assert.strictEqual(stage.world.attempts.length, 1)
        }
      })
    )
  })

  it("74: that always dies young is started four times and then given up, with supervisord's lines", async () => {
    const life = { dieAfterMs: 5, status: { kind: "code", code: 1 } } as const
    const logged = await scene([life, life, life, life], {}, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(60_000)
        assert.deepStrictEqual(
          stage.world.attempts.map(({ at }) => at),
          [0, 1_005, 3_010, 6_015]
        )
        const { exit, reason, starts, state } = yield* Effect.orDie(stage.supervisor.get(key))
        assert.strictEqual(state, "FATAL")
        assert.deepStrictEqual(exit, { kind: "code", code: 1 })
        assert.strictEqual(reason?.kind, "gaveUp")
        assert.strictEqual(starts, 4)
      })
    )
    assert.deepStrictEqual(logged.slice(0, 2), [
      "spawned: 'x' with pid N",
      "exited: x (exit status 1; not expected)"
    ])
    assert.strictEqual(
      logged.at(-1),
      "gave up: x entered FATAL state, too many start retries too quickly"
    )
  })

  it("79: that ignores TERM is waited for, killed after the timeout, and stopped", async () => {
    const stop = { signal: "TERM", timeoutMs: 3_000, group: "no", command: null } as const
    const logged = await scene([{ termAfterMs: null }], { stop }, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(2_000)
        yield* Effect.forkChild(stage.supervisor.stop(key, operator), { startImmediately: true })
        yield* stage.advanceTo(4_999)
        assert.strictEqual((yield* Effect.orDie(stage.supervisor.get(key))).state, "STOPPING")
        yield* stage.advanceTo(5_000)
        const { reason, state } = yield* Effect.orDie(stage.supervisor.get(key))
        assert.strictEqual(state, "STOPPED")
        assert.deepStrictEqual(reason, { kind: "operator", who: "ann" })
      })
    )
    assert.deepStrictEqual(logged, [
      "spawned: 'x' with pid N",
      "success: x entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)",
      "waiting for x to stop",
      "waiting for x to stop",
      "killing 'x' (N) with SIGKILL",
      "stopped: x (terminated by SIGKILL)"
    ])
  })

  it("whose child ignores TERM is stopped with it when the stop reaches the group", async () => {
    const stop = { signal: "TERM", timeoutMs: 3_000, group: "all", command: null } as const
    const child = { ...steady, termAfterMs: null }
    await scene([{ child }], { stop }, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(2_000)
        yield* Effect.forkChild(stage.supervisor.stop(key, operator), { startImmediately: true })
        yield* stage.advanceTo(4_000)
        const stopping = yield* Effect.orDie(stage.supervisor.get(key))
        assert.strictEqual(stopping.state, "STOPPING")
        assert.strictEqual(stopping.leftovers.length, 1)
        yield* stage.advanceTo(6_000)
        const stopped = yield* Effect.orDie(stage.supervisor.get(key))
        assert.strictEqual(stopped.state, "STOPPED")
        assert.isEmpty(stopped.leftovers)
        assert.strictEqual(stage.world.processes.size, 0)
      })
    )
  })

  it("that has run as long as it may is stopped in order, and a new process follows", async () => {
    const { restart } = specOf({ name: "x" }).definition
    const month = 30 * 24 * 3_600_000
    const lasting = { ...restart, maxLifetimeMs: month, lifetimeVariance: 0 }
    const logged = await scene([{ termAfterMs: 500 }, {}], { restart: lasting }, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(month - 1)
        assert.lengthOf(stage.world.attempts, 1)
        yield* stage.advanceTo(month)
        const stopping = yield* Effect.orDie(stage.supervisor.get(key))
        assert.strictEqual(stopping.state, "STOPPING")
        assert.deepStrictEqual(stopping.reason, { kind: "recycled", maxLifetimeMs: month })
        yield* stage.advanceTo(month + 10_000)
        assert.deepStrictEqual(
          stage.world.attempts.map(({ at }) => at),
          [0, month + 500]
        )
        assert.strictEqual((yield* Effect.orDie(stage.supervisor.get(key))).state, "RUNNING")
        // A shorter lifetime counts for what runs: that is over by now.
        const shorter = { ...lasting, maxLifetimeMs: 5_000 }
        yield* Effect.orDie(stage.supervisor.update(specOf({ name: "x" }, { restart: shorter })))
        yield* stage.advanceTo(month + 10_001)
        assert.lengthOf(stage.world.attempts, 3)
      })
    )
    assert.deepStrictEqual(logged.slice(2, 5), [
      "x has run as long as it may (restart.maxLifetime): a new process follows",
      "stopped: x (terminated by SIGTERM)",
      "spawned: 'x' with pid N"
    ])
  })

  it("that uses more memory than it may is stopped in order after its grace, and a new process follows", async () => {
    const MB = 1024 ** 2
    const uses = [
      [0, 10 * MB],
      [60_000, 110 * MB],
      [65_000, 10 * MB],
      [90_000, 60 * MB]
    ] as const
    const child = { ...steady, uses: [[0, 45 * MB]] as const }
    const limits = { ...specOf({ name: "x" }).definition.limits, memory: 100 * MB }
    const stop = { signal: "TERM", timeoutMs: 3_000, group: "all", command: null } as const
    const logged = await scene(
      [{ uses, child, termAfterMs: 500 }],
      { limits, stop },
      (stage, key) =>
        Effect.gen(function* () {
          const now = Effect.orDie(stage.supervisor.get(key))
          yield* start(stage, key)
          yield* stage.advanceTo(99_000)
          assert.strictEqual((yield* now).state, "RUNNING")
          yield* stage.advanceTo(104_000)
          const { reason, starts, state } = yield* now
          assert.deepStrictEqual([state, starts, reason], ["RUNNING", 2, null])
          assert.strictEqual(stage.world.attempts.at(-1)?.at, 101_500)
        })
    )
    assert.deepStrictEqual(logged.slice(2, 5), [
      "x used more than limits.memory (100MB) for 10s: 105MB in 2 processes",
      "stopped: x (terminated by SIGTERM)",
      "spawned: 'x' with pid N"
    ])
  })

  it("that has come to its end is not run again by a plan of before", async () => {
    const once = { ...specOf({ name: "x" }).definition.restart, when: "never" } as const
    await scene([{ dieAfterMs: 3_000 }], { restart: once }, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(5_000)
        const spec = specOf({ name: "x", groupPriority: 5 }, { restart: once })
        const follows = { kind: "follows", on: "db", generation: 1 } as const
        yield* Effect.ignore(stage.supervisor.restart(spec, follows, false))
        yield* stage.settle
        const now = yield* Effect.orDie(stage.supervisor.get(key))
        assert.deepStrictEqual([now.state, now.starts, now.spec], ["EXITED", 1, spec])
        const plan = { kind: "plan", text: "fields", generation: 1 } as const
        yield* Effect.ignore(stage.supervisor.start(key, plan, false))
        const watch = { kind: "watch", path: "/src/a", generation: 1 } as const
        yield* Effect.ignore(stage.supervisor.start(key, watch, false))
        yield* Effect.ignore(stage.supervisor.restart(spec, watch, false))
        yield* stage.settle
        assert.lengthOf(stage.world.attempts, 1)
        yield* Effect.ignore(stage.supervisor.restart(spec, operator, false))
        assert.lengthOf(stage.world.attempts, 2)
      })
    )
  })

  it("is stopped by a shutdown in its turn, and not before by what a plan still wanted", async () => {
    await scene([{ termAfterMs: 1_000 }, {}], {}, ({ advanceTo, supervisor, world }, key) =>
      Effect.gen(function* () {
        const last = specOf({ name: "y", groupPriority: 9_999 })
        yield* supervisor.add(last)
        for (const one of [last.key, key]) {
          yield* Effect.ignore(supervisor.start(one, operator, false))
        }
        yield* advanceTo(5_000)
        world.closing = true
        yield* Effect.forkChild(supervisor.shutdown, { startImmediately: true })
        const plan = { kind: "plan", text: "fields", generation: 1 } as const
        const changed = specOf({ name: "x" }, { command: ["other"] })
        yield* Effect.ignore(supervisor.restart(changed, plan, false))
        yield* Effect.forkChild(Effect.ignore(supervisor.stop(key, plan)))
        yield* advanceTo(5_999)
        assert.strictEqual((yield* Effect.orDie(supervisor.get(key))).state, "RUNNING")
        yield* advanceTo(60_000)
        const { reason, state } = yield* Effect.orDie(supervisor.get(key))
        assert.deepStrictEqual([state, reason], ["STOPPED", { kind: "shutdown" }])
      })
    )
  })

  it("whose child outlives it lists the child until that ends", async () => {
    const child = { ...steady, dieAfterMs: 9_000, termAfterMs: null }
    await scene([{ child, dieAfterMs: 3_000 }], {}, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(5_000)
        const ended = yield* Effect.orDie(stage.supervisor.get(key))
        assert.strictEqual(ended.state, "EXITED")
        assert.strictEqual(ended.leftovers.length, 1)
        yield* stage.advanceTo(10_000)
        assert.isEmpty((yield* Effect.orDie(stage.supervisor.get(key))).leftovers)
      })
    )
  })

  it("answers a start that fails with its kind and text, and one that is stopped while it waits", async () => {
    await scene([{ dieAfterMs: 10 }, {}], {}, (stage, key) =>
      Effect.gen(function* () {
        const failed = yield* Effect.forkChild(
          Effect.flip(stage.supervisor.start(key, operator, true)),
          { startImmediately: true }
        )
        yield* stage.advanceTo(20)
        const failure = yield* Fiber.join(failed)
        assert.deepInclude(failure, {
          _tag: "StartFailure",
          kind: "spawn",
          text: "Exited too quickly (process log may have details)"
        })
        yield* stage.supervisor.stop(key, operator)
        const waiting = yield* Effect.forkChild(
          Effect.flip(stage.supervisor.start(key, operator, true)),
          { startImmediately: true }
        )
        yield* stage.advanceTo(100)
        yield* Effect.forkChild(stage.supervisor.stop(key, operator), { startImmediately: true })
        yield* stage.advanceTo(200)
        assert.deepInclude(yield* Fiber.join(waiting), { _tag: "StartFailure", kind: "abnormal" })
      }).pipe(Effect.orDie)
    )
  })

  it("that gets the name of one that was stopped by hand is held, where a full disk kept that on record", async () => {
    await scene([], {}, ({ settle, supervisor, world }, key) =>
      Effect.gen(function* () {
        const stopped = {
          key,
          kind: "stopped",
          who: "ann",
          at: 0,
          reason: null,
          until: null
        } as const
        yield* supervisor.setOverride(key, stopped)
        const other = specOf({ name: "y" })
        world.diskFull = true
        yield* supervisor.rename(key, other)
        world.diskFull = false
        yield* supervisor.add(specOf({ name: "x" }))
        yield* settle
        const [again, renamed] = [yield* supervisor.get(key), yield* supervisor.get(other.key)]
        assert.deepStrictEqual(again.override, stopped)
        assert.deepStrictEqual(renamed.override, { ...stopped, key: other.key })
      }).pipe(Effect.orDie)
    )
  })

  it("that is removed and cannot be ended gets its old process back when it is declared again", async () => {
    const stop = { signal: "TERM", timeoutMs: 500, group: "no", command: null } as const
    await scene([{ refusesSignals: true }], { stop }, (stage, key) =>
      Effect.gen(function* () {
        yield* start(stage, key)
        yield* stage.advanceTo(2_000)
        const [leader] = stage.world.leaders
        yield* Effect.forkChild(Effect.orDie(stage.supervisor.remove(key, operator)), {
          startImmediately: true
        })
        yield* stage.advanceTo(60_000)
        assert.isEmpty(yield* stage.supervisor.snapshot)
        yield* stage.supervisor.add(specOf({ name: "x" }, { stop }))
        yield* stage.settle
        const again = yield* Effect.orDie(stage.supervisor.get(key))
        assert.strictEqual(again.state, "UNKNOWN")
        assert.strictEqual(again.process?.pid, leader?.pid)
        const refused = yield* Effect.orDie(
          Effect.flip(stage.supervisor.start(key, operator, false))
        )
        assert.strictEqual(refused._tag, "StartFailure")
        assert.strictEqual(stage.world.leaders.length, 1)
      })
    )
  })
})
