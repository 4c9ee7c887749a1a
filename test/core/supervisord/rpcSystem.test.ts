import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { XmlRpcValue } from "../../../src/core/xmlrpc/XmlRpcValue.ts"
import { Reconciler } from "../../../src/reconcile/Reconciler.ts"
import { ConfigRefused } from "../../../src/supervisord/SupervisordControl.ts"
import { program } from "../planning/world.ts"
import { begun, newRpcBench, rpcLayers, told } from "./rpcBench.ts"

const call = (methodName: XmlRpcValue, ...params: ReadonlyArray<XmlRpcValue>) =>
  new Map<string, XmlRpcValue>([
    ["methodName", methodName],
    ["params", params]
  ])

/** As `system.methodSignature` of supervisord 4.2.5 gives them, answer first. */
const signatures: Readonly<Record<string, string>> = {
  "supervisor.addProcessGroup": "boolean string",
  "supervisor.clearAllProcessLogs": "array",
  "supervisor.clearLog": "boolean",
  "supervisor.clearProcessLog": "boolean string",
  "supervisor.clearProcessLogs": "boolean string",
  "supervisor.getAPIVersion": "string",
  "supervisor.getAllConfigInfo": "array",
  "supervisor.getAllProcessInfo": "array",
  "supervisor.getIdentification": "string",
  "supervisor.getPID": "int",
  "supervisor.getProcessInfo": "struct string",
  "supervisor.getState": "struct",
  "supervisor.getSupervisorVersion": "string",
  "supervisor.getVersion": "string",
  "supervisor.readLog": "string int int",
  "supervisor.readMainLog": "string int int",
  "supervisor.readProcessLog": "string string int int",
  "supervisor.readProcessStderrLog": "string string int int",
  "supervisor.readProcessStdoutLog": "string string int int",
  "supervisor.reloadConfig": "array",
  "supervisor.removeProcessGroup": "boolean string",
  "supervisor.restart": "boolean",
  "supervisor.sendProcessStdin": "boolean string string",
  "supervisor.sendRemoteCommEvent": "boolean string string",
  "supervisor.shutdown": "boolean",
  "supervisor.signalAllProcesses": "array string",
  "supervisor.signalProcess": "boolean string string",
  "supervisor.signalProcessGroup": "array string string",
  "supervisor.startAllProcesses": "array boolean",
  "supervisor.startProcess": "boolean string boolean",
  "supervisor.startProcessGroup": "array string boolean",
  "supervisor.stopAllProcesses": "array boolean",
  "supervisor.stopProcess": "boolean string boolean",
  "supervisor.stopProcessGroup": "array string boolean",
  "supervisor.tailProcessLog": "array string int int",
  "supervisor.tailProcessStderrLog": "array string int int",
  "supervisor.tailProcessStdoutLog": "array string int int",
  "system.listMethods": "array",
  "system.methodHelp": "string string",
  "system.methodSignature": "array string",
  "system.multicall": "array array"
}
/** Of these the last param may be left out. */
const optional = new Set(["start", "stop"])

const wrongCount = "2 INCORRECT_PARAMETERS"

describe("methods", () => {
  it.effect("are supervisord's, in its order, with its signatures", () => {
    const bench = newRpcBench(program({ name: "a" }))
    return Effect.gen(function* () {
      yield* begun(bench)
      assert.deepEqual(yield* told("system.listMethods"), Object.keys(signatures))
      for (const [name, signature] of Object.entries(signatures)) {
        assert.deepEqual(yield* told("system.methodSignature", name), signature.split(" "))
        assert.isAbove(String(yield* told("system.methodHelp", name)).length, 20)
      }
      for (const about of ["system.methodSignature", "system.methodHelp"]) {
        assert.strictEqual(yield* told(about, "supervisor.nope"), "4 SIGNATURE_UNSUPPORTED")
        assert.strictEqual(
          yield* told(about, "reeve.updateProcessGroup"),
          "4 SIGNATURE_UNSUPPORTED"
        )
      }
    }).pipe(Effect.provide(rpcLayers(bench)))
  })

  it.effect("take as many params as they say", () => {
    const bench = newRpcBench(program({ name: "a" }))
    return Effect.gen(function* () {
      yield* begun(bench)
      for (const [name, signature] of Object.entries(signatures)) {
        const most = signature.split(" ").length - 1
        const tooMany = Array.from({ length: most + 1 }, () => "x")
        assert.strictEqual(yield* told(name, ...tooMany), wrongCount, name)
        const [, verb = ""] = /\.(start|stop)/.exec(name) ?? []
        if (most > 0 && !optional.has(verb)) assert.strictEqual(yield* told(name), wrongCount, name)
      }
      assert.deepEqual(bench.asked, [])
    }).pipe(Effect.provide(rpcLayers(bench)))
  })

  it.effect("are no more than the table has", () => {
    const bench = newRpcBench(program({ name: "a" }))
    return Effect.gen(function* () {
      yield* begun(bench)
      const names = [
        "getState",
        "supervisor.nope",
        "supervisor._update",
        "supervisor.getState.__class__",
        "supervisor.constructor",
        "supervisor.__proto__",
        "nope.getState",
        "system.",
        ""
      ]
      for (const name of names) {
        const rpc = name.includes(".") ? name : `.${name}`
        assert.strictEqual(yield* told(rpc), "1 UNKNOWN_METHOD", name)
      }
    }).pipe(Effect.provide(rpcLayers(bench)))
  })

  it.effect("tell of the daemon, and ask it to end or begin anew", () => {
    const bench = newRpcBench(program({ name: "a" }))
    return Effect.gen(function* () {
      yield* begun(bench)
      assert.deepEqual(yield* told("getState"), { statecode: 1, statename: "RUNNING" })
      assert.strictEqual(yield* told("getPID"), 4711)
      assert.strictEqual(yield* told("getIdentification"), "supervisor")
      assert.strictEqual(yield* told("getAPIVersion"), "3.0")
      assert.strictEqual(yield* told("getVersion"), "3.0")
      assert.strictEqual(yield* told("getSupervisorVersion"), "4.2.5")
      assert.strictEqual(yield* told("restart"), true)
      assert.strictEqual(yield* told("shutdown"), true)
      bench.reload = new ConfigRefused({ text: "no" })
      assert.strictEqual(yield* told("restart"), "92 CANT_REREAD: no")
      assert.deepEqual(bench.asked, ["restart", "shutdown"])
    }).pipe(Effect.provide(rpcLayers(bench)))
  })

  it.effect("but for the system's and remote communication end with the daemon", () => {
    const bench = newRpcBench(program({ name: "a" }))
    return Effect.gen(function* () {
      yield* begun(bench)
      for (const mood of ["RESTARTING", "SHUTDOWN"] as const) {
        bench.mood = mood
        for (const name of Object.keys(signatures)) {
          if (name.startsWith("system.") || name.endsWith("sendRemoteCommEvent")) continue
          const params = Array.from(
            { length: (signatures[name] ?? "").split(" ").length - 1 },
            () => "x"
          )
          assert.strictEqual(yield* told(name, ...params), "6 SHUTDOWN_STATE", name)
        }
        assert.strictEqual(yield* told("sendRemoteCommEvent", "a", "b"), true)
        assert.deepEqual(yield* told("system.listMethods"), Object.keys(signatures))
        assert.strictEqual(yield* told("getState", 1), "2 INCORRECT_PARAMETERS")
      }
      assert.deepEqual(bench.asked, [])
    }).pipe(Effect.provide(rpcLayers(bench)))
  })
})

describe("multicall", () => {
  it.effect("answers bare, call by call, and goes on behind a fault", () => {
    const bench = newRpcBench(program({ name: "a" }))
    const failed = (faultCode: number, faultString: string) => ({ faultCode, faultString })
    return Effect.gen(function* () {
      yield* begun(bench)
      const calls = [
        call("supervisor.getPID"),
        call("nope"),
        call("system.multicall", []),
        new Map<string, XmlRpcValue>(),
        new Map<string, XmlRpcValue>([["methodName", "supervisor.getVersion"]]),
        call("supervisor.stopProcess", "a"),
        call("supervisor.stopProcess", "a"),
        call("supervisor.startProcess", "a"),
        call(5),
        5
      ]
      assert.deepEqual(yield* told("system.multicall", calls), [
        4711,
        failed(1, "UNKNOWN_METHOD"),
        failed(2, "INCORRECT_PARAMETERS: Recursive system.multicall forbidden"),
        failed(2, "INCORRECT_PARAMETERS: No methodName"),
        "3.0",
        true,
        failed(70, "NOT_RUNNING: a"),
        true,
        failed(2, "INCORRECT_PARAMETERS"),
        failed(2, "INCORRECT_PARAMETERS")
      ])
      assert.strictEqual(yield* told("system.multicall", 5), "2 INCORRECT_PARAMETERS")
      assert.deepEqual(yield* told("system.multicall", []), [])
      assert.strictEqual((yield* (yield* Reconciler).status).phase, "idle")
    }).pipe(Effect.provide(rpcLayers(bench)))
  })
})
