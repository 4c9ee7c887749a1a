import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { LaunchRefused } from "../../../src/supervise/Launcher.ts"
import { until } from "../planning/reconciling.ts"
import { definition, program } from "../planning/world.ts"
import { become, begun, newRpcBench, type RpcBench, rpcLayers, told } from "./rpcBench.ts"

const manual = { start: { ...definition.start, auto: false } }

const bench = () =>
  newRpcBench(
    program({ name: "a" }),
    program({ name: "idle", definition: manual }),
    program({ name: "x", group: "g", definition: { priority: 2 } }),
    program({ name: "y", group: "g", definition: { priority: 1 } })
  )

const ok = (group: string, name = group) => ({ name, group, status: 80, description: "OK" })
const states = ({ fake }: RpcBench) =>
  [...fake.instances.values()]
    .map(({ override, spec, state }) => `${spec.address} ${state} ${override?.kind ?? "-"}`)
    .sort()

describe("start and stop by clients", () => {
  it.effect("resolves names as supervisord does", () => {
    const it = bench()
    return Effect.gen(function* () {
      yield* begun(it)
      assert.strictEqual(yield* told("startProcess", "nope"), "10 BAD_NAME: nope")
      assert.strictEqual(yield* told("stopProcess", "g:nope"), "10 BAD_NAME: g:nope")
      assert.strictEqual(yield* told("stopProcess", "x"), "10 BAD_NAME: x")
      assert.strictEqual(yield* told("stopProcess", "nope:*"), "10 BAD_NAME: nope:*")
      assert.strictEqual(yield* told("getProcessInfo", "g:*"), "10 BAD_NAME: g:*")
      assert.strictEqual(yield* told("startProcessGroup", "nope"), "10 BAD_NAME: nope")
      assert.strictEqual(yield* told("startProcessGroup", 5), "10 BAD_NAME: 5")
      assert.deepEqual(yield* told("stopProcess", "g:"), [ok("g", "y"), ok("g", "x")])
      assert.deepEqual(yield* told("stopProcess", "g:*"), [])
    }).pipe(Effect.provide(rpcLayers(it)))
  })

  it.effect("a stop holds, a start ends it, and against autostart a start holds", () => {
    const it = bench()
    return Effect.gen(function* () {
      yield* begun(it)
      assert.strictEqual(yield* told("startProcess", "a"), "60 ALREADY_STARTED: a")
      assert.strictEqual(yield* told("stopProcess", "a"), true)
      assert.strictEqual(yield* told("stopProcess", "a"), "70 NOT_RUNNING: a")
      assert.strictEqual(yield* told("startProcess", "idle", false), true)
      assert.deepEqual(states(it), [
        "a STOPPED stopped",
        "g:x RUNNING -",
        "g:y RUNNING -",
        "idle RUNNING started"
      ])
      assert.strictEqual(yield* told("startProcess", "a"), true)
      assert.strictEqual(yield* told("stopProcess", "idle", false), true)
      assert.deepEqual(states(it), [
        "a RUNNING -",
        "g:x RUNNING -",
        "g:y RUNNING -",
        "idle STOPPED stopped"
      ])
    }).pipe(Effect.provide(rpcLayers(it)))
  })

  it.effect("looks at the command first, and touches nothing where it is wrong", () => {
    const it = bench()
    const refuse = (kind: "noFile" | "notExecutable", text: string) =>
      it.refusals.set("a", new LaunchRefused({ kind, text }))
    return Effect.gen(function* () {
      yield* begun(it)
      refuse("noFile", "can't find command 'x'")
      assert.strictEqual(yield* told("startProcess", "a"), "20 NO_FILE: can't find command 'x'")
      refuse("notExecutable", "command at '/x' is not executable")
      assert.strictEqual(
        yield* told("startProcess", "a"),
        "21 NOT_EXECUTABLE: command at '/x' is not executable"
      )
      assert.include(states(it), "a RUNNING -")
    }).pipe(Effect.provide(rpcLayers(it)))
  })

  it.effect("tells each state what supervisord tells it", () => {
    const it = bench()
    return Effect.gen(function* () {
      yield* begun(it)
      const answers: Array<unknown> = []
      for (const state of ["STARTING", "BACKOFF", "UNKNOWN", "STOPPING"] as const) {
        become(it, "a", { state })
        answers.push([
          state,
          yield* told("startProcess", "a"),
          state === "STARTING" || state === "BACKOFF" ? "" : yield* told("stopProcess", "a")
        ])
      }
      assert.deepEqual(answers, [
        ["STARTING", "60 ALREADY_STARTED: a", ""],
        ["BACKOFF", "60 ALREADY_STARTED: a", ""],
        ["UNKNOWN", "30 FAILED: a is in an unknown process state", "70 NOT_RUNNING: a"],
        ["STOPPING", "40 ABNORMAL_TERMINATION: a", "70 NOT_RUNNING: a"]
      ])
      assert.strictEqual(yield* told("startProcess", "a", false), true)
      become(it, "a", { state: "STOPPING", spawnError: "Exited too quickly" })
      assert.strictEqual(yield* told("startProcess", "a"), "50 SPAWN_ERROR: a")
      assert.include(states(it), "a STOPPING -")
    }).pipe(Effect.provide(rpcLayers(it)))
  })

  it.effect("waits for RUNNING, for a failure, or for neither", () => {
    const it = bench()
    const { service } = it.fake
    const starting: typeof service.start = (key) =>
      Effect.sync(() => {
        const instance = it.fake.instances.get(key)
        if (instance !== undefined) {
          it.fake.instances.set(key, { ...instance, state: "STARTING", spawnError: "" })
        }
      })
    Object.assign(service, { start: starting })
    const outcome = (change: Parameters<typeof become>[2]) =>
      Effect.gen(function* () {
        become(it, "idle", { state: "STOPPED", process: null })
        const asked = yield* Effect.forkChild(told("startProcess", "idle"), {
          startImmediately: true
        })
        yield* until("STARTING", () => states(it).some((one) => one.startsWith("idle STARTING")))
        become(it, "idle", change)
        return yield* Fiber.join(asked)
      })
    return Effect.gen(function* () {
      yield* Effect.forkScoped(begun(it), { startImmediately: true })
      yield* until("the instances", () => it.fake.instances.size === 4)
      assert.strictEqual(yield* outcome({ state: "RUNNING" }), true)
      const spawnError = "Exited too quickly (process log may have details)"
      assert.strictEqual(yield* outcome({ state: "BACKOFF", spawnError }), "50 SPAWN_ERROR: idle")
      assert.strictEqual(yield* outcome({ state: "STOPPING" }), "40 ABNORMAL_TERMINATION: idle")
      assert.strictEqual(yield* outcome({ state: "EXITED" }), "40 ABNORMAL_TERMINATION: idle")
      become(it, "idle", { state: "STOPPED" })
      assert.strictEqual(yield* told("startProcess", "idle", 0), true)
    }).pipe(Effect.provide(rpcLayers(it)))
  })

  it.effect("tells of groups in rows: what is known at once, then what is waited for", () => {
    const it = bench()
    return Effect.gen(function* () {
      yield* begun(it)
      assert.deepEqual(yield* told("stopAllProcesses"), [ok("g", "y"), ok("g", "x"), ok("a")])
      it.refusals.set("g:x", new LaunchRefused({ kind: "noFile", text: "can't find command 'x'" }))
      assert.deepEqual(yield* told("startAllProcesses"), [
        ok("g", "y"),
        { name: "x", group: "g", status: 20, description: "NO_FILE: can't find command 'x'" },
        ok("a"),
        ok("idle")
      ])
      assert.deepEqual(yield* told("startProcessGroup", "a"), [])
    }).pipe(Effect.provide(rpcLayers(it)))
  })
})

describe("signals by clients", () => {
  it.effect("go by name or number to what can be signalled", () => {
    const it = bench()
    return Effect.gen(function* () {
      yield* begun(it)
      assert.strictEqual(yield* told("signalProcess", "a", "hup"), true)
      assert.strictEqual(yield* told("signalProcess", "a", "1"), true)
      assert.strictEqual(yield* told("signalProcess", "a", 0), true)
      assert.strictEqual(yield* told("signalProcess", "a", "FOO"), "11 BAD_SIGNAL: FOO")
      assert.strictEqual(yield* told("signalProcess", "a", 35), "11 BAD_SIGNAL: 35")
      assert.strictEqual(yield* told("signalProcess", "idle", "HUP"), "70 NOT_RUNNING: idle")
      assert.strictEqual(yield* told("signalProcess", "idle", "FOO"), "11 BAD_SIGNAL: FOO")
      assert.deepEqual(yield* told("signalProcess", "g:*", "HUP"), [ok("g", "y"), ok("g", "x")])
      assert.deepEqual(yield* told("signalProcessGroup", "idle", "HUP"), [])
      assert.deepEqual(yield* told("signalAllProcesses", "USR3"), [
        { name: "y", group: "g", status: 11, description: "BAD_SIGNAL: USR3" },
        { name: "x", group: "g", status: 11, description: "BAD_SIGNAL: USR3" },
        { name: "a", group: "a", status: 11, description: "BAD_SIGNAL: USR3" }
      ])
    }).pipe(Effect.provide(rpcLayers(it)))
  })
})
