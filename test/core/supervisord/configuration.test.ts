import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { ReadRefused } from "../../../src/config/GroupRegister.ts"
import { reading } from "../planning/groups.ts"
import { definition, program } from "../planning/world.ts"
import { become, begun, newRpcBench, type RpcBench, rpcLayers, told } from "./rpcBench.ts"

const command = (...argv: ReadonlyArray<string>) => ({ command: argv })
const manual = { start: { ...definition.start, auto: false } }
const groupEvents = ({ events }: RpcBench) =>
  events.flatMap((it) => (it.kind === "group" ? [`${it.change} ${it.group}`] : []))

describe("reread", () => {
  it.effect("tells the difference and applies nothing, as often as it is asked", () => {
    const bench = newRpcBench(
      program({ name: "a" }),
      program({ name: "b" }),
      program({ name: "c" })
    )
    return Effect.gen(function* () {
      yield* begun(bench)
      assert.deepEqual(yield* told("reloadConfig"), [[[], [], []]])
      bench.files.now = reading(
        program({ name: "z" }),
        program({ name: "f", definition: { priority: 1 } }),
        program({ name: "a", definition: command("cat") }),
        program({ name: "c" })
      )
      const difference = [[["f", "z"], ["a"], ["b"]]]
      assert.deepEqual(yield* told("reloadConfig"), difference)
      assert.deepEqual(yield* told("reloadConfig"), difference)
      assert.deepEqual(bench.fake.shown(), ["a 1", "b 2", "c 3"])
    }).pipe(Effect.provide(rpcLayers(bench)))
  })

  it.effect("calls a group changed for its priority, its programs and their order", () => {
    const d1 = program({ name: "d1", group: "d" })
    const d2 = program({ name: "d2", group: "d" })
    const bench = newRpcBench(d1, d2)
    const changed = [[[], ["d"], []]]
    return Effect.gen(function* () {
      yield* begun(bench)
      bench.files.now = reading(d2, d1)
      assert.deepEqual(yield* told("reloadConfig"), changed)
      bench.files.now = reading(d1)
      assert.deepEqual(yield* told("reloadConfig"), changed)
      bench.files.now = reading(
        program({ name: "d1", group: "d", groupPriority: 5 }),
        program({ name: "d2", group: "d", groupPriority: 5 })
      )
      assert.deepEqual(yield* told("reloadConfig"), changed)
      bench.files.now = reading(
        program({ name: "d1", group: "d", line: 9 }),
        program({ name: "d2", group: "d", line: 20 })
      )
      assert.deepEqual(yield* told("reloadConfig"), [[[], [], []]])
    }).pipe(Effect.provide(rpcLayers(bench)))
  })

  it.effect(
    "gives supervisord's message of a bad file, and keeps the groups of the good one",
    () => {
      const bench = newRpcBench(program({ name: "a" }))
      return Effect.gen(function* () {
        yield* begun(bench)
        bench.files.now = new ReadRefused({ text: "Invalid user name nosuch", inputs: [] })
        assert.strictEqual(yield* told("reloadConfig"), "92 CANT_REREAD: Invalid user name nosuch")
        assert.strictEqual(yield* told("addProcessGroup", "a"), "90 ALREADY_ADDED: a")
      }).pipe(Effect.provide(rpcLayers(bench)))
    }
  )
})

describe("add and remove", () => {
  it.effect("work on what was read last", () => {
    const bench = newRpcBench(program({ name: "a" }))
    return Effect.gen(function* () {
      yield* begun(bench)
      bench.files.now = reading(program({ name: "a" }), program({ name: "b" }))
      assert.strictEqual(yield* told("addProcessGroup", "b"), "10 BAD_NAME: b")
      yield* told("reloadConfig")
      assert.strictEqual(yield* told("addProcessGroup", "b"), true)
      assert.deepEqual(bench.fake.shown(), ["a 1", "b 2"])
      assert.strictEqual(yield* told("removeProcessGroup", "b"), "91 STILL_RUNNING: b")
      become(bench, "b", { state: "STOPPING" })
      assert.strictEqual(yield* told("removeProcessGroup", "b"), "91 STILL_RUNNING: b")
      for (const state of ["EXITED", "FATAL", "UNKNOWN", "STOPPED"] as const) {
        become(bench, "b", { state })
        assert.strictEqual(yield* told("removeProcessGroup", "b"), true, state)
        assert.strictEqual(yield* told("removeProcessGroup", "b"), "10 BAD_NAME: b")
        yield* told("addProcessGroup", "b")
      }
      assert.deepEqual(groupEvents(bench).slice(0, 3), ["added b", "removed b", "added b"])
    }).pipe(Effect.provide(rpcLayers(bench)))
  })

  it.effect("forget what was done by hand: autostart decides of what is added again", () => {
    const bench = newRpcBench(program({ name: "a" }), program({ name: "m", definition: manual }))
    return Effect.gen(function* () {
      yield* begun(bench)
      yield* told("startProcess", "m")
      for (const name of ["a", "m"]) {
        yield* told("stopProcessGroup", name)
        assert.strictEqual(yield* told("removeProcessGroup", name), true)
        assert.strictEqual(yield* told("addProcessGroup", name), true)
      }
      assert.deepEqual(bench.fake.shown(), ["a 3", "m STOPPED"])
    }).pipe(Effect.provide(rpcLayers(bench)))
  })
})

describe("update", () => {
  const old = () => [
    program({ name: "same", group: "g" }),
    program({ name: "new", group: "g" }),
    program({ name: "gone", group: "g" })
  ]
  const fresh = () => [
    program({ name: "same", group: "g" }),
    program({ name: "new", group: "g", definition: command("cat") }),
    program({ name: "more", group: "g", definition: command("tail") })
  ]

  it.effect("restarts only what changed", () => {
    const bench = newRpcBench(...old())
    return Effect.gen(function* () {
      yield* begun(bench)
      assert.deepEqual(bench.fake.shown(), ["g:gone 1", "g:new 2", "g:same 3"])
      bench.files.now = reading(...fresh())
      yield* told("reloadConfig")
      assert.strictEqual(yield* told("reeve.updateProcessGroup", "g"), true)
      const [more, changed, same] = bench.fake.shown()
      assert.match(more ?? "", /^g:more [45]$/)
      assert.match(changed ?? "", /^g:new [45]$/)
      assert.strictEqual(same, "g:same 3")
      assert.deepEqual(yield* told("reloadConfig"), [[[], [], []]])
      assert.deepEqual(groupEvents(bench), ["removed g", "added g"])
    }).pipe(Effect.provide(rpcLayers(bench)))
  })

  it.effect("leaves states that supervisord would leave", () => {
    const bench = newRpcBench(...old(), program({ name: "m", group: "g", definition: manual }))
    return Effect.gen(function* () {
      yield* begun(bench)
      yield* told("startProcess", "g:m")
      yield* told("stopProcess", "g:same")
      become(bench, "g:new", { state: "EXITED", process: null })
      bench.files.now = reading(
        ...old().slice(0, 2),
        program({ name: "m", group: "g", definition: manual })
      )
      yield* told("reloadConfig")
      yield* told("reeve.updateProcessGroup", "g")
      assert.deepEqual(
        bench.fake.shown().map((it) => it.replace(/ \d+$/, " RUNNING")),
        ["g:m STOPPED", "g:new RUNNING", "g:same RUNNING"]
      )
      assert.deepEqual(
        [...bench.fake.instances.values()].map(({ override }) => override),
        [null, null, null]
      )
    }).pipe(Effect.provide(rpcLayers(bench)))
  })

  it.effect("is for groups that run and are declared", () => {
    const bench = newRpcBench(program({ name: "a" }))
    return Effect.gen(function* () {
      yield* begun(bench)
      bench.files.now = reading(program({ name: "b" }))
      yield* told("reloadConfig")
      assert.strictEqual(yield* told("reeve.updateProcessGroup", "a"), "10 BAD_NAME: a")
      assert.strictEqual(yield* told("reeve.updateProcessGroup", "b"), "10 BAD_NAME: b")
    }).pipe(Effect.provide(rpcLayers(bench)))
  })
})
