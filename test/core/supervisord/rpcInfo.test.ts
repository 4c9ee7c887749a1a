import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { writeValue } from "../../../src/core/xmlrpc/writeValue.ts"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import { Rpc } from "../../../src/supervisord/Rpc.ts"
import { makeAllProcessInfo } from "../../../src/supervisord/rpc/allProcessInfo.ts"
import { infoStruct, processInfo } from "../../../src/supervisord/rpc/processInfo.ts"
import { allRunning, declare, program, where } from "../planning/world.ts"
import { become, begun, newRpcBench, rpcLayers, told } from "./rpcBench.ts"

const [web] = allRunning(declare(program({ name: "web" }))).instances
const noPath = () => null

const shown = (change: Partial<ActualInstance>, now = 1_000) => {
  if (web === undefined) throw new Error("the instance is there")
  return processInfo({ ...web, startedAt: 900_999, ...change }, now, noPath)
}
const down = { process: null, starts: 1, stoppedAt: 950_000 } as const
const code = (value: number) => ({ kind: "code", code: value }) as const

describe("process info", () => {
  it("has supervisord's fields in supervisord's order", () => {
    assert.deepEqual(Object.entries(shown({})), [
      ["name", "web"],
      ["group", "web"],
      ["start", 900],
      ["stop", 0],
      ["now", 1_000],
      ["state", 20],
      ["statename", "RUNNING"],
      ["spawnerr", ""],
      ["exitstatus", 0],
      ["logfile", ""],
      ["stdout_logfile", ""],
      ["stderr_logfile", ""],
      ["pid", 4001],
      ["description", "pid 4001, uptime 0:01:40"]
    ])
  })

  it.each([
    ["STARTING", 10, ""],
    ["STOPPING", 40, ""],
    ["UNKNOWN", 1000, ""],
    ["BACKOFF", 30, 'unknown error (try "tail web")'],
    ["FATAL", 200, 'unknown error (try "tail web")']
  ] as const)("describes %s", (state, number, description) => {
    const info = shown({ state, process: null })
    assert.deepEqual([info.state, info.description], [number, description])
  })

  it("of what was never started in this run of reeve there are no times", () => {
    const info = shown({ ...down, state: "STOPPED", starts: 0, exit: code(3) })
    assert.deepEqual(
      [info.start, info.stop, info.exitstatus, info.description],
      [0, 0, 0, "Not started"]
    )
  })

  it("says how the latest life ended, and nothing of it while the next one runs", () => {
    const ended = { kind: "exited", status: code(7), expected: false } as const
    const exited = shown({ ...down, state: "EXITED", exit: code(7), reason: ended })
    assert.deepEqual([exited.exitstatus, exited.spawnerr], [7, "Bad exit code 7"])
    const expected = shown({ ...down, state: "EXITED", exit: code(0), reason: null })
    assert.deepEqual([expected.exitstatus, expected.spawnerr], [0, ""])
    const signal = { kind: "signal", signal: "SIGTERM", number: 15, core: false } as const
    assert.strictEqual(shown({ ...down, state: "STOPPED", exit: signal }).exitstatus, -1)
    assert.strictEqual(shown({ exit: code(7) }).exitstatus, 0)
    const spawnError = "can't find command 'x'"
    const failed = shown({ ...down, state: "FATAL", exit: code(7), spawnError })
    assert.deepEqual([failed.exitstatus, failed.description], [0, spawnError])
    const quick = "Exited too quickly (process log may have details)"
    assert.strictEqual(
      shown({ ...down, state: "BACKOFF", exit: code(7), spawnError: quick }).exitstatus,
      0
    )
  })

  it("of all is, piece by piece, what each one is", () => {
    const desired = declare(
      program({ name: "b<&>", group: "z", instances: 2 }),
      program({ name: "a" })
    )
    const { instances } = where(allRunning(desired), "a", { state: "FATAL", process: null })
    const all = makeAllProcessInfo(noPath)
    for (const now of [100, 100, 90_000]) {
      const sorted = [...instances].sort((x, y) => (x.spec.key < y.spec.key ? -1 : 1))
      const expected = sorted.map((it) => infoStruct(processInfo(it, now, noPath)))
      assert.strictEqual(writeValue(all(instances, now)), writeValue(expected))
    }
    const fewer = instances.filter(({ spec }) => spec.group !== "z")
    assert.notInclude(writeValue(all(fewer, 90_000)), "<string>z</string>")
  })

  it.effect("follows the clock and the processes", () => {
    const bench = newRpcBench(program({ name: "a" }), program({ name: "b" }))
    const asked = Effect.gen(function* () {
      const rpc = yield* Rpc
      return writeValue(yield* rpc.call("supervisor.getAllProcessInfo", []))
    })
    return Effect.gen(function* () {
      yield* begun(bench)
      become(bench, "a", { startedAt: 0 })
      assert.include(yield* asked, "uptime 0:00:00")
      yield* TestClock.adjust("61 seconds")
      assert.include(yield* asked, "uptime 0:01:01")
      become(bench, "a", { state: "FATAL", process: null, spawnError: "gone <away>" })
      assert.include(yield* asked, "gone &lt;away&gt;")
      yield* told("stopProcess", "b")
      yield* told("removeProcessGroup", "b")
      assert.notInclude(yield* asked, "<string>b</string>")
    }).pipe(Effect.provide(rpcLayers(bench)))
  })
})

describe("config info", () => {
  it.effect("is what was read last, by name, with supervisord's words for what is not set", () => {
    const bench = newRpcBench(
      program({ name: "b", definition: { user: "nobody", command: "/bin/cat  x" } }),
      program({ name: "a" })
    )
    return Effect.gen(function* () {
      yield* begun(bench)
      yield* told("stopProcess", "a")
      yield* told("removeProcessGroup", "a")
      const infos = yield* told("getAllConfigInfo")
      assert.isArray(infos)
      const [a, b]: ReadonlyArray<Record<string, unknown>> = Array.isArray(infos) ? infos : []
      assert.deepEqual(Object.keys(a ?? {}), [
        "autostart",
        "directory",
        "uid",
        "command",
        "exitcodes",
        "group",
        "group_prio",
        "inuse",
        "killasgroup",
        "name",
        "process_prio",
        "redirect_stderr",
        "startretries",
        "startsecs",
        "stdout_capture_maxbytes",
        "stdout_events_enabled",
        "stdout_logfile",
        "stdout_logfile_backups",
        "stdout_logfile_maxbytes",
        "stdout_syslog",
        "stopsignal",
        "stopwaitsecs",
        "stderr_capture_maxbytes",
        "stderr_events_enabled",
        "stderr_logfile",
        "stderr_logfile_backups",
        "stderr_logfile_maxbytes",
        "stderr_syslog",
        "serverurl"
      ])
      assert.include(a, { name: "a", inuse: false, uid: "none", directory: "none", startsecs: 1 })
      assert.include(b, { name: "b", inuse: true, uid: 65534, command: "/bin/cat  x" })
      assert.include(b, { stopsignal: 15, stopwaitsecs: 10, serverurl: "none" })
    }).pipe(Effect.provide(rpcLayers(bench)))
  })
})
