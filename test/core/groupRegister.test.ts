import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { GroupRegister, ReadRefused } from "../../src/config/GroupRegister.ts"
import { Loader } from "../../src/config/Loader.ts"
import { supervisordLoaderLive } from "../../src/config/supervisordLoaderLive.ts"
import type { EventBody } from "../../src/domain/Event.ts"
import { Events } from "../../src/events/Events.ts"
import { newFiles, reading, registerOf } from "./planning/groups.ts"
import { booted, layers, newBench, until } from "./planning/reconciling.ts"
import { program } from "./planning/world.ts"

const names = (contents: ReadonlyArray<{ readonly group: { readonly name: string } }>) =>
  contents.map(({ group }) => group.name)

const loading = (watch: boolean, files: ReturnType<typeof newFiles>, told: Array<EventBody>) => {
  const events = Layer.mock(Events, {
    emit: (body) => Effect.sync(() => void told.push(body))
  })
  return supervisordLoaderLive({ watch }).pipe(
    Layer.provide(events),
    Layer.provideMerge(registerOf(files))
  )
}

describe("group register", () => {
  it.effect("keeps what runs apart from what the files say", () => {
    const files = newFiles(program({ name: "a" }), program({ name: "b" }))
    return Effect.gen(function* () {
      const register = yield* GroupRegister
      assert.deepEqual(names(register.active()), ["a", "b"])
      const before = register.desired()
      files.now = reading(program({ name: "b" }), program({ name: "c" }))
      yield* register.read
      assert.deepEqual(names(register.pending()), ["b", "c"])
      assert.deepEqual(names(register.active()), ["a", "b"])
      assert.strictEqual(register.desired(), before)
      const content = register.pendingGroup("c")
      if (content !== undefined) register.activate(content)
      register.deactivate("a")
      assert.deepEqual(names(register.active()), ["b", "c"])
      assert.deepEqual(
        register.desired().programs.map(({ name }) => name),
        ["b", "c"]
      )
      assert.notStrictEqual(register.desired().hash, before.hash)
    }).pipe(Effect.provide(registerOf(files)))
  })

  it.effect("keeps the groups of the last good read", () => {
    const files = newFiles(program({ name: "a" }))
    return Effect.gen(function* () {
      const register = yield* GroupRegister
      files.now = new ReadRefused({ text: "not a valid boolean value: 'maybe'", inputs: [] })
      const refused = yield* Effect.flip(register.read)
      assert.strictEqual(refused.text, "not a valid boolean value: 'maybe'")
      assert.deepEqual(names(register.pending()), ["a"])
    }).pipe(Effect.provide(registerOf(files)))
  })

  it.effect("lists groups by priority, then name", () => {
    const files = newFiles(
      program({ name: "z", definition: { priority: 999 } }),
      program({ name: "m", definition: { priority: 1 } }),
      program({ name: "b", definition: { priority: 999 } })
    )
    return Effect.gen(function* () {
      assert.deepEqual(names((yield* GroupRegister).active()), ["m", "b", "z"])
    }).pipe(Effect.provide(registerOf(files)))
  })

  it.effect("a load reads no file unless files are watched", () => {
    const files = newFiles(program({ name: "a" }))
    const told: Array<EventBody> = []
    return Effect.gen(function* () {
      const loader = yield* Loader
      yield* loader.load([])
      files.now = reading(program({ name: "b" }))
      const { desired, inputs } = yield* loader.load([])
      assert.deepEqual(names([...(yield* GroupRegister).active()]), ["a"])
      assert.deepEqual(
        desired.programs.map(({ name }) => name),
        ["a"]
      )
      assert.deepEqual(inputs, [])
    }).pipe(Effect.provide(loading(false, files, told)))
  })

  it.effect(
    "watched, new files are active at once, and files of the same meaning undo nothing",
    () => {
      const files = newFiles(program({ name: "a" }), program({ name: "b" }))
      const told: Array<EventBody> = []
      return Effect.gen(function* () {
        const loader = yield* Loader
        const register = yield* GroupRegister
        yield* loader.load([])
        register.deactivate("b")
        yield* loader.load([])
        assert.deepEqual(names(register.active()), ["a"])
        files.now = reading(program({ name: "b" }), program({ name: "c" }))
        yield* loader.load([])
        assert.deepEqual(names(register.active()), ["b", "c"])
        assert.deepEqual(told, [
          { kind: "group", group: "a", change: "removed" },
          { kind: "group", group: "b", change: "added" },
          { kind: "group", group: "c", change: "added" }
        ])
        files.now = new ReadRefused({ text: "no", inputs: ["/x.conf"] })
        const { inputs, problems } = yield* Effect.flip(loader.load([]))
        assert.deepEqual([problems.map(({ message }) => message), inputs], [["no"], ["/x.conf"]])
      }).pipe(Effect.provide(loading(true, files, told)))
    }
  )
})

describe("a group applied for a client", () => {
  it.effect("touches its own group, and is held by no guard", () => {
    const files = newFiles(program({ name: "a" }), program({ name: "b" }))
    const bench = newBench(() => files.desired())
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      assert.deepEqual(bench.fake.shown(), ["a 1", "b 2"])
      for (const name of ["a", "b"]) {
        files.active.delete(name)
        const { outcome } = yield* reconciler.applyGroup(name, "supervisorctl")
        assert.strictEqual(outcome, "applied")
      }
      assert.deepEqual(bench.fake.shown(), [])
      assert.strictEqual((yield* reconciler.status).pending, null)
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("does not wait for the programs of other groups, nor do they wait for it", () => {
    const files = newFiles(program({ name: "slow" }), program({ name: "b" }))
    const bench = newBench(() => files.desired())
    const gate = Deferred.makeUnsafe<void>()
    bench.fake.before = (verb, key) =>
      verb === "remove" && key.startsWith("slow/") ? Deferred.await(gate) : Effect.void
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      files.active.delete("slow")
      let removed = false
      const removing = reconciler.applyGroup("slow", "supervisorctl")
      yield* Effect.forkScoped(
        Effect.tap(removing, () =>
          Effect.sync(() => {
            removed = true
          })
        ),
        { startImmediately: true }
      )
      files.active.set("c", program({ name: "c" }))
      yield* reconciler.applyGroup("c", "supervisorctl")
      assert.deepEqual(bench.fake.shown(), ["b 1", "c 3", "slow 2"])
      assert.isFalse(removed)
      yield* Deferred.succeed(gate, undefined)
      yield* until("slow is gone", () => removed)
      assert.deepEqual(bench.fake.shown(), ["b 1", "c 3"])
    }).pipe(Effect.provide(layers(bench)))
  })
})
