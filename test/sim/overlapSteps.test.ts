import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { usualUpdate } from "../../src/domain/Update.ts"
import { probed, type Scene, scene } from "./overlap/scene.ts"

const slow = { termAfterMs: 6_000 }
const bad = { dieAfterMs: 100, status: { kind: "code", code: 1 } } as const

const touch = ({ files, pass, stage, world }: Scene) =>
  Effect.gen(function* () {
    const keys = stage.supervisor.peek().map(({ spec }) => spec.key)
    files.touch({ keys, effect: "restart", path: "/src/a", at: world.now() })
    yield* pass(5_000)
  })

/** x is called otherwise from now on, and has another command. */
const renameTo = ({ files }: Scene, name: string, command: ReadonlyArray<string>): void => {
  const x = files.templates.get("x")
  if (x === undefined) return
  files.templates.delete("x")
  const definition = { ...x.definition, command }
  files.templates.set(name, { ...x, group: name, renamedFrom: "x", definition })
  files.save()
}

const actions = ({ stage }: Scene) =>
  Effect.map(Effect.orDie(stage.reconciler.plan), ({ plan }) =>
    [...plan.actions, ...plan.drift].map((it) => ("text" in it ? it.text : it.kind))
  )

describe("saves in a row", () => {
  it("add up to one process too many, however slowly old ones end", () =>
    scene({}, (it) =>
      Effect.gen(function* () {
        it.lives(slow, slow, slow)
        const { save, pids, pass } = it
        yield* save({ command: ["v2"] }, 1_500)
        yield* save({ command: ["v3"] }, 1_500)
        assert.lengthOf(pids(), 2)
        yield* save({ command: ["v4"] }, 1_500)
        assert.lengthOf(pids(), 2)
        yield* pass(40_000)
        assert.lengthOf(pids(), 1)
        const { started } = yield* it.one
        assert.deepEqual(started?.definition.command, ["v4"])
      })
    ))

  it("take over a new process that is on its way, and fail with it at once", () =>
    scene({ ready: probed }, (it) =>
      Effect.gen(function* () {
        it.lives({ health: [[0, "notReady"]] })
        yield* it.save({ command: ["v2"] }, 2_000)
        it.files.templates.set("y", { ...other(it), instances: 1 })
        yield* it.save({}, 6_000)
        const { phase } = yield* it.stage.reconciler.status
        assert.strictEqual(phase, "idle")
        const failed = it.heard.filter((body) => body.kind === "generation")
        assert.deepInclude(failed.at(-1), { kind: "generation", outcome: "failed", number: 3 })
      })
    ))
})

const other = ({ files }: Scene) => {
  const x = files.templates.get("x")
  if (x === undefined) throw new Error("x is not declared")
  return { ...x, group: "y", definition: { ...x.definition, command: ["y"] } }
}

describe("a changed file", () => {
  const watched = { watch: ["/src/**"] }

  it("is tried once beside what runs, and again when it changes once more", () =>
    scene(watched, (it) =>
      Effect.gen(function* () {
        const before = it.pids()
        it.lives(bad)
        yield* touch(it)
        assert.deepEqual(it.pids(), before)
        const [line, ...others] = yield* actions(it)
        assert.match(
          line ?? "",
          /^its new process failed: BACKOFF: .*`reeve apply` tries it again$/
        )
        assert.isEmpty(others)
        yield* touch(it)
        assert.notDeepEqual(it.pids(), before)
        assert.isEmpty(yield* actions(it))
      })
    ))

  it("is tried again by an apply", () =>
    scene(watched, (it) =>
      Effect.gen(function* () {
        const before = it.pids()
        it.lives(bad)
        yield* touch(it)
        const { reconciler } = it.stage
        const apply = { who: "ann", protectedToo: false, wait: false }
        yield* it.stage.inDaemon("apply", reconciler.apply(apply))
        yield* it.pass(5_000)
        assert.notDeepEqual(it.pids(), before)
        assert.lengthOf(it.pids(), 1)
      })
    ))
})

describe("the process that runs", () => {
  it("has been ready since it was up where nobody asked before", () =>
    scene({ update: { ...usualUpdate, strategy: "overlap", minReadyMs: 3_000 } }, (it) =>
      Effect.gen(function* () {
        const before = it.pids()
        yield* it.save({ ready: probed }, 500)
        yield* it.save({ command: ["v2"] }, 500)
        assert.lengthOf(it.pids(), 2)
        assert.includeMembers([...it.pids()], [...before])
      })
    ))

  it("may end before another one has its place: who was told that learns that it runs again", () =>
    scene({ restart: { ...never } }, (it) =>
      Effect.gen(function* () {
        it.lives({
          health: [
            [0, "notReady"],
            [4_000, "ready"]
          ]
        })
        yield* it.save({ command: ["v2"], ready: probed }, 1_000)
        const [old] = it.pids()
        it.world.kill(old ?? 0, 9, "process")
        yield* it.pass(10_000)
        const states = it.heard.flatMap((body) => (body.kind === "state" ? [body.to] : []))
        assert.deepEqual(states.slice(-3), ["EXITED", "STARTING", "RUNNING"])
      })
    ))

  it("leaves over to the next what those before it left behind", () =>
    scene({}, (it) =>
      Effect.gen(function* () {
        it.lives({ ...bad, dieAfterMs: 3_000, child: { ...left } }, slow)
        yield* it.save({ command: ["v2"] }, 5_000)
        const { leftovers } = yield* it.one
        assert.lengthOf(leftovers, 1)
        yield* it.save({ command: ["v3"] }, 1_500)
        assert.lengthOf(it.pids(), 2)
        assert.deepEqual((yield* it.one).leftovers, leftovers)
      })
    ))

  it("takes what still ends beside it along to another name", () =>
    scene({}, (it) =>
      Effect.gen(function* () {
        it.lives(slow, slow)
        yield* it.save({ command: ["v2"] }, 12_000)
        yield* it.save({ command: ["v3"] }, 1_500)
        assert.lengthOf(it.pids(), 2)
        renameTo(it, "z", ["v4"])
        yield* it.pass(1_500)
        assert.lengthOf(it.pids(), 2)
        yield* it.pass(20_000)
        assert.lengthOf(it.pids(), 1)
      })
    ))
})

const never = {
  when: "never",
  expectedExitCodes: [0],
  maxLifetimeMs: null,
  lifetimeVariance: 0,
  backoff: {
    kind: "linear",
    stepMs: 1_000,
    maxMs: null,
    jitter: 0,
    resetAfterMs: null,
    pace: "starts"
  }
} as const

const left = {
  dieAfterMs: null,
  status: { kind: "code", code: 0 },
  termAfterMs: null,
  killDelayMs: 0,
  exitLateMs: 0,
  refusesSignals: false,
  child: null
} as const

describe("a daemon that dies", () => {
  it("while it renames a program finds what still ends beside its process under the new name", async () => {
    for (const calls of [1, 2, 3, 4, 5, 6]) {
      await scene({}, (it) =>
        Effect.gen(function* () {
          it.lives({ termAfterMs: 9_000 })
          yield* it.save({ command: ["v2"] }, 12_000)
          yield* it.save({ command: ["v3"] }, 1_500)
          assert.lengthOf(it.pids(), 2)
          it.machine.doomIn(calls, "after")
          renameTo(it, "z", ["v4"])
          yield* it.pass(2_000)
          assert.isNull(it.machine.doom)
          assert.lengthOf(it.pids(), 2)
          yield* it.pass(20_000)
          assert.lengthOf(it.pids(), 1)
        })
      )
    }
  })

  it("while the disk is full and a place is taken leaves no process without an owner", () =>
    scene({}, (it) =>
      Effect.gen(function* () {
        it.lives(slow)
        yield* it.save({ command: ["v2"] }, 3_000)
        it.world.diskFull = true
        yield* it.save({ command: ["v3"] }, 1_100)
        const { life } = it.machine
        if (life !== null) it.machine.kill(life)
        yield* it.pass(40_000)
        assert.lengthOf(it.pids(), 1)
        const { process } = yield* it.one
        assert.deepEqual(it.pids(), [process?.pid ?? 0])
      })
    ))
})
