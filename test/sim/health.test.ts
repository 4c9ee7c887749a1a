import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import type { Definition } from "../../src/domain/Definition.ts"
import type { Look } from "../../src/domain/Probe.ts"
import type { Origin } from "../../src/supervise/Supervisor.ts"
import { specOf } from "../core/specOf.ts"
import { type Script, steady } from "./world/scripts.ts"
import { type Stage, simulate } from "./world/simulate.ts"

const operator: Origin = { kind: "operator", who: "ann" }

const look = {
  kind: "tcp",
  address: "80",
  everyMs: 1_000,
  timeoutMs: 300,
  jitter: 0.1,
  startPeriodMs: 0,
  failures: 2
} as const satisfies Look

const ready = { ...look, successes: 1, withinMs: null } as const

/** Plays one scene with one program called x on a machine without trouble. */
const scene = async (
  lives: ReadonlyArray<Partial<Script>>,
  definition: Partial<Definition>,
  play: (
    stage: Stage,
    now: Effect.Effect<Effect.Success<ReturnType<Stage["supervisor"]["get"]>>>
  ) => Effect.Effect<void>
) => {
  const run = await simulate(1, (stage) =>
    Effect.gen(function* () {
      stage.world.troubled = false
      stage.world.script.push(...lives.map((life) => ({ ...steady, ...life })))
      const { key } = specOf({ name: "x" })
      yield* stage.supervisor.add(specOf({ name: "x" }, definition))
      yield* Effect.ignore(stage.supervisor.start(key, operator, false))
      yield* stage.settle
      yield* play(stage, Effect.orDie(stage.supervisor.get(key)))
    })
  )
  assert.isEmpty(run.violations, run.trace.join("\n"))
}

describe("readiness", () => {
  it("comes late and goes, is seen soon, and no process is touched for it", async () => {
    const health = [
      [0, "notReady"],
      [5_000, "ready"],
      [20_000, "notReady"],
      [40_000, "ready"]
    ] as const
    await scene([{ health }], { ready }, (stage, now) =>
      Effect.gen(function* () {
        yield* stage.advanceTo(4_900)
        assert.isFalse((yield* now).ready?.ok)
        yield* stage.advanceTo(6_300)
        const up = yield* now
        assert.isTrue(up.ready?.ok)
        assert.equal(up.state, "RUNNING")
        yield* stage.advanceTo(23_000)
        const lost = yield* now
        assert.isFalse(lost.ready?.ok)
        assert.equal(lost.ready?.last?.text, "503")
        yield* stage.advanceTo(42_000)
        assert.isTrue((yield* now).ready?.ok)
        assert.lengthOf(stage.world.attempts, 1)
      })
    )
  })

  it("that never comes in its time is a failed start, each time, until it is given up", async () => {
    const life = { health: [[0, "notReady"]] } as const
    const start = { auto: true, stableAfterMs: 1_000, retries: 2 }
    const within = { ...ready, withinMs: 4_000 }
    await scene([life, life, life], { ready: within, start }, (stage, now) =>
      Effect.gen(function* () {
        yield* stage.advanceTo(60_000)
        assert.deepEqual(
          stage.world.attempts.map(({ at }) => at),
          [0, 5_000, 11_000]
        )
        const { ready: gone, reason, state } = yield* now
        assert.equal(state, "FATAL")
        assert.deepEqual(reason, {
          kind: "gaveUp",
          text: "not ready within 4s: 503",
          attempts: 3
        })
        assert.isNull(gone)
      })
    )
  })

  it("has the whole of a time that is declared later", async () => {
    await scene([{ health: [[0, "notReady"]] }], { ready }, (stage, now) =>
      Effect.gen(function* () {
        yield* stage.advanceTo(20_000)
        const changed = specOf({ name: "x" }, { ready: { ...ready, withinMs: 4_000 } })
        yield* Effect.orDie(stage.supervisor.update(changed))
        yield* stage.advanceTo(23_999)
        assert.equal((yield* now).state, "RUNNING")
        assert.lengthOf(stage.world.attempts, 1)
        yield* stage.advanceTo(30_000)
        assert.lengthOf(stage.world.attempts, 2)
      })
    )
  })

  it("of a probe that hangs is cut at its timeout, and the next look comes all the same", async () => {
    const health = [
      [0, "hangs"],
      [3_000, "ready"]
    ] as const
    await scene([{ health }], { ready }, (stage, now) =>
      Effect.gen(function* () {
        yield* stage.advanceTo(2_900)
        assert.equal((yield* now).ready?.last?.text, "no connection within 300ms to 80")
        yield* stage.advanceTo(5_000)
        assert.isTrue((yield* now).ready?.ok)
        assert.isAtMost(stage.world.fired.of("probeHangs"), 5)
      })
    )
  })

  it("stays when another probe is declared, which then decides", async () => {
    await scene([{ health: [[0, "notReady"]] }], {}, (stage, now) =>
      Effect.gen(function* () {
        yield* stage.advanceTo(5_000)
        const changed = specOf({ name: "x" }, { ready: { ...ready, withinMs: 1_000 } })
        yield* Effect.orDie(stage.supervisor.update(changed))
        assert.isTrue((yield* now).ready?.ok)
        yield* stage.advanceTo(60_000)
        const { ready: standing, starts } = yield* now
        assert.isFalse(standing?.ok)
        assert.equal(starts, 1)
        yield* Effect.orDie(stage.supervisor.update(specOf({ name: "x" }, {})))
        assert.isNull((yield* now).ready)
      })
    )
  })
})

describe("liveness", () => {
  const dies = {
    health: [
      [0, "ready"],
      [10_000, "hangs"]
    ]
  } as const

  it("that is lost leads to an orderly stop and a new process, and only then", async () => {
    await scene([{ ...dies, termAfterMs: 700 }, {}], { liveness: look }, (stage, now) =>
      Effect.gen(function* () {
        yield* stage.advanceTo(10_000)
        assert.lengthOf(stage.world.attempts, 1)
        yield* stage.advanceTo(20_000)
        assert.lengthOf(stage.world.attempts, 2)
        const { liveness, starts, state } = yield* now
        assert.equal(state, "RUNNING")
        assert.equal(starts, 2)
        assert.equal(liveness?.failures, 0)
      })
    )
  })

  it("that is lost while an operator stops the process leads to nothing more", async () => {
    await scene([{ ...dies, termAfterMs: 3_000 }, {}], { liveness: look }, (stage, now) =>
      Effect.gen(function* () {
        for (let at = 10_000; (yield* now).state !== "STOPPING"; at += 100)
          yield* stage.advanceTo(at)
        const { key } = (yield* now).spec
        yield* Effect.forkChild(Effect.ignore(stage.supervisor.stop(key, operator)), {
          startImmediately: true
        })
        yield* stage.advanceTo(stage.world.now() + 30_000)
        const { reason, state } = yield* now
        assert.equal(state, "STOPPED")
        assert.deepEqual(reason, { kind: "operator", who: "ann" })
        assert.lengthOf(stage.world.attempts, 1)
      })
    )
  })

  it("by watchdog begins when the process is ready, and ends when it says that it stops", async () => {
    const tells: Script["tells"] = [
      [5_000, "READY=1"],
      ...[6_500, 8_000, 9_500].map((at) => [at, "WATCHDOG=1"] as const),
      [11_000, "STOPPING=1"]
    ]
    const watched: Partial<Definition> = {
      ready: { kind: "notify", fd: null, withinMs: null },
      liveness: { kind: "notify", watchdogMs: 2_000 }
    }
    await scene([{ tells }], watched, (stage, now) =>
      Effect.gen(function* () {
        yield* stage.advanceTo(60_000)
        const { starts, state, told } = yield* now
        assert.equal(state, "RUNNING")
        assert.equal(starts, 1)
        assert.equal(told?.phase, "stopping")
      })
    )
    await scene([{ tells: tells.slice(0, 2) }, {}], watched, (stage) =>
      Effect.gen(function* () {
        yield* stage.advanceTo(8_499)
        assert.lengthOf(stage.world.attempts, 1)
        yield* stage.advanceTo(8_500)
        assert.lengthOf(stage.world.attempts, 2)
      })
    )
  })
})

describe("many probes", () => {
  it("do not fire together", async () => {
    const run = await simulate(1, (stage) =>
      Effect.gen(function* () {
        stage.world.troubled = false
        stage.world.freshPids = true
        const looks = new Map<number, number>()
        stage.world.onLook = (at) => looks.set(at, (looks.get(at) ?? 0) + 1)
        const definition = { ready: { ...ready, everyMs: 10_000 } }
        for (let index = 0; index < 40; index += 1) {
          const spec = specOf({ name: `x${index}` }, definition)
          stage.world.script.push(steady)
          yield* stage.supervisor.add(spec)
          yield* Effect.ignore(stage.supervisor.start(spec.key, operator, false))
        }
        yield* stage.advanceTo(60_000)
        assert.isAbove(Math.max(0, ...looks.keys()), 55_000)
        assert.isAtMost(Math.max(...looks.values()), 5)
      })
    )
    assert.isEmpty(run.violations, run.trace.slice(-20).join("\n"))
  })
})
