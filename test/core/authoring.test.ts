import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import {
  defineFastCgi,
  defineGroup,
  defineListener,
  defineProgram,
  defineSupervisor,
  defineTask,
  exponential,
  host,
  instance,
  secret,
  sequence,
  supervisordDefaults
} from "reeve"
import { assert, describe, it } from "vitest"
import { isDefined } from "../../src/domain/authoring/Defined.ts"
import { hostSlot } from "../../src/domain/authoring/HostFacts.ts"

const here = fileURLToPath(import.meta.url)

describe("define…", () => {
  it("gives a frozen plain object with a tag and what was given", () => {
    const input = { command: ["true"] }
    const defined = defineProgram(input)
    assert.strictEqual(defined.type, "reeve/program")
    assert.strictEqual(defined.input, input)
    assert.isTrue(Object.isFrozen(defined))
    assert.strictEqual(Object.getPrototypeOf(defined), Object.prototype)
    assert.isTrue(isDefined(defined))
    const task = defineTask({ command: ["migrate"] })
    assert.strictEqual(task.type, "reeve/task")
    assert.strictEqual(task.source.file, here)
    assert.isTrue(isDefined(task))
    assert.strictEqual(defineGroup({ programs: [] }).type, "reeve/group")
    assert.strictEqual(defineSupervisor({}).type, "reeve/supervisor")
    const listener = defineListener({ command: "listen", events: ["TICK_60"] })
    assert.strictEqual(listener.type, "reeve/listener")
    assert.strictEqual(listener.source.file, here)
    assert.isTrue(isDefined(listener))
    const worker = defineFastCgi({ command: "work", socket: { path: "/run/app.sock" } })
    assert.strictEqual(worker.type, "reeve/fastCgi")
    assert.isTrue(isDefined(worker))
  })

  it("does not throw whatever it is given", () => {
    for (const wrong of [undefined, null, 3, "x", [], () => 1, new Proxy({}, {})]) {
      const defined: unknown = Reflect.apply(defineProgram, undefined, [wrong])
      assert.isTrue(isDefined(defined))
    }
  })

  it("leaves the stack settings as they were", () => {
    const { stackTraceLimit } = Error
    const prepare = () => "mine"
    const before = Error.prepareStackTrace
    Error.prepareStackTrace = prepare
    const { source } = defineProgram({ command: "true" })
    const kept = Error.prepareStackTrace
    if (before === undefined) Reflect.deleteProperty(Error, "prepareStackTrace")
    else Error.prepareStackTrace = before
    assert.strictEqual(kept, prepare)
    assert.strictEqual(Error.stackTraceLimit, stackTraceLimit)
    assert.strictEqual(source.file, here)
  })

  it("is told apart from what only looks alike", () => {
    for (const other of [
      null,
      1,
      {},
      { type: "reeve/job", input: 1, source: 1 },
      { type: "reeve/program" }
    ]) {
      assert.isFalse(isDefined(other))
    }
  })
})

describe("instance markers", () => {
  it("leave a token in templates, String() and JSON", () => {
    const { index } = instance
    assert.strictEqual(`${index}`, String(index))
    assert.strictEqual(JSON.stringify({ index }), `{"index":"${index}"}`)
    assert.strictEqual(
      new URLSearchParams({ port: `${instance.port(80)}` }).toString(),
      `port=${instance.port(80)}`
    )
    assert.strictEqual(encodeURIComponent(`${index}`), `${index}`)
  })

  it("throw on arithmetic, concatenation by + and comparison", () => {
    const port: unknown = instance.port(8000)
    const operations: ReadonlyArray<(value: never) => unknown> = [
      (value) => value + 1,
      (value) => ["a"].reduce((text) => text + value, ""),
      (value) => value * 2,
      (value) => value > 1,
      (value) => Number(value)
    ]
    for (const operation of operations) {
      assert.throws(() => Reflect.apply(operation, undefined, [port]), /instance\.port\(8000\)/)
    }
  })

  it("refuse a base or a width that is no whole number in range", () => {
    assert.throws(() => instance.port(70_000), /instance\.port\(base\): 70000/)
    assert.throws(() => instance.port(1.5), /whole number/)
    assert.throws(() => instance.padded(-1), /whole number/)
  })
})

describe("host", () => {
  it("gives the facts of the slot, and says so where there are none", () => {
    assert.throws(() => host.cpus, /host\.cpus is known only while reeve evaluates/)
    Reflect.set(globalThis, hostSlot, { name: "box", cpus: 4, memory: 1024, platform: "linux" })
    const seen = [host.name, host.cpus, host.memory, host.platform]
    Reflect.deleteProperty(globalThis, hostSlot)
    assert.deepEqual(seen, ["box", 4, 1024, "linux"])
  })
})

describe("constructors", () => {
  it("give plain data", () => {
    assert.deepEqual(exponential("1 second", { factor: 3 }), {
      kind: "exponential",
      initial: "1 second",
      factor: 3
    })
    assert.deepEqual(sequence(["1s", "1m"]), { kind: "sequence", delays: ["1s", "1m"] })
    assert.deepEqual(secret.file("db"), { secret: "file", path: "db" })
    assert.deepEqual(secret.env("DB"), { secret: "env", name: "DB" })
  })

  it("are spread into a definition from supervisord's defaults", () => {
    const { input } = defineProgram({ ...supervisordDefaults, command: "cat" })
    assert.strictEqual(input.stdin, "pipe")
    assert.strictEqual(input.start?.retries, 3)
  })
})

describe("the module that program files import", () => {
  const imports = (file: string, seen: Set<string>): Set<string> => {
    if (seen.has(file)) return seen
    seen.add(file)
    const text = readFileSync(file, "utf8")
    for (const [statement, target = ""] of text.matchAll(
      /^(?:import|export)\s[^"]*?from "([^"]+)"/gm
    )) {
      if (/^(import|export) type\b/.test(statement)) continue
      if (target.startsWith(".")) imports(join(dirname(file), target), seen)
      else seen.add(target)
    }
    return seen
  }

  it("loads only small files of its own at run time", () => {
    const loaded = [
      ...imports(fileURLToPath(new URL("../../src/index.ts", import.meta.url)), new Set())
    ]
    assert.deepEqual(
      loaded.filter((file) => !file.startsWith("/")),
      []
    )
    assert.isBelow(loaded.length, 12)
    assert.isAbove(loaded.length, 4)
  })
})
