import { supervisordDefaults } from "reeve"
import { assert, describe, it } from "vitest"
import { noHooks } from "../../src/domain/Hooks.ts"
import { noTerms } from "../../src/domain/Terms.ts"
import { usualUpdate } from "../../src/domain/Update.ts"
import { instance } from "../../src/index.ts"
import { decodeAll, group, program, said } from "./evaluated.ts"

const expand = (input: object, scale?: number) => {
  const scales =
    scale === undefined
      ? []
      : [{ group: "web", program: "web", instances: scale, who: "me", at: 0, ...noTerms }]
  const decoded = decodeAll([program({ name: "web", command: ["serve"], ...input })], scales)
  return { decoded, instances: decoded.programs.flatMap((one) => one.instances) }
}

const definitionOf = (input: object) => {
  const { decoded, instances } = expand(input)
  assert.deepEqual(said(decoded), [])
  const [first] = instances
  if (first === undefined) throw new Error("no instance")
  return first.definition
}

const pacing = { maxMs: 60_000, jitter: 0.2, resetAfterMs: 60_000, pace: "restarts" } as const
const sink = {
  file: "auto",
  maxBytes: 52_428_800,
  backups: 10,
  syslog: false,
  stripAnsi: false,
  captureMaxBytes: 0,
  events: false
} as const

describe("a definition", () => {
  it("has the defaults of the design", () => {
    assert.deepEqual(definitionOf({}), {
      description: null,
      command: ["serve"],
      directory: null,
      environment: {},
      envFile: [],
      inheritEnvironment: [],
      showEnvironment: [],
      user: null,
      userEnvironment: false,
      ready: null,
      liveness: null,
      update: usualUpdate,
      dieWithSupervisor: false,
      task: null,
      sockets: [],
      dependsOn: {},
      hooks: noHooks,
      watch: [],
      reload: null,
      umask: null,
      priority: 999,
      stdin: "null",
      start: { auto: true, stableAfterMs: 1000, retries: "unlimited" },
      restart: {
        when: "unexpected",
        expectedExitCodes: [0],
        maxLifetimeMs: null,
        lifetimeVariance: 0.1,
        backoff: { kind: "exponential", initialMs: 1000, factor: 2, ...pacing }
      },
      stop: { signal: "TERM", timeoutMs: 10_000, group: "all", command: null },
      logs: { stdout: sink, stderr: sink },
      limits: {
        openFiles: null,
        processes: null,
        coreSize: null,
        fileSize: null,
        addressSpace: null,
        stack: null,
        lockedMemory: null,
        cpu: null,
        nice: null,
        oomScoreAdjust: null,
        memory: null,
        memoryGraceMs: 10_000,
        memoryMax: null,
        cpus: null,
        tasks: null
      },
      listener: null,
      fastCgi: null
    } as const)
  })

  it("has supervisord's policy when its defaults are spread into it", () => {
    const definition = definitionOf({ ...supervisordDefaults })
    assert.deepEqual(definition.start, { auto: true, stableAfterMs: 1000, retries: 3 })
    assert.deepEqual(definition.restart.backoff, {
      kind: "linear",
      stepMs: 1000,
      maxMs: null,
      jitter: 0,
      resetAfterMs: null,
      pace: "starts"
    })
    assert.deepEqual(definition.stop, {
      signal: "TERM",
      timeoutMs: 10_000,
      group: "no",
      command: null
    })
    assert.strictEqual(definition.stdin, "pipe")
    assert.strictEqual(definition.inheritEnvironment, "all")
  })

  it("counts a task that ends at once as started, unless it says otherwise", () => {
    assert.strictEqual(definitionOf({ restart: { when: "never" } }).start.stableAfterMs, 0)
    const own = definitionOf({ restart: { when: "never" }, start: { stableAfter: "2s" } })
    assert.strictEqual(own.start.stableAfterMs, 2000)
  })

  it("follows its user, unless it says otherwise", () => {
    assert.isTrue(definitionOf({ user: "www" }).userEnvironment)
    assert.isFalse(definitionOf({ user: "www", userEnvironment: false }).userEnvironment)
    assert.strictEqual(definitionOf({ user: 33 }).user, "33")
  })

  it("has canonical signals, masks, sizes and seconds", () => {
    const definition = definitionOf({
      stop: { signal: "sigusr1" },
      umask: "027",
      limits: { cpu: "2 minutes", coreSize: 0, stack: "8MB" }
    })
    assert.strictEqual(definition.stop.signal, "USR1")
    assert.strictEqual(definition.umask, 0o27)
    assert.deepEqual(
      [definition.limits.cpu, definition.limits.coreSize, definition.limits.stack],
      [120, 0, 8_388_608]
    )
  })

  it("has memory in bytes and its grace in milliseconds, ten seconds by default", () => {
    const memory = (limits: object) => {
      const { memory: bytes, memoryGraceMs } = definitionOf({ limits }).limits
      return [bytes, memoryGraceMs]
    }
    assert.deepEqual(memory({}), [null, 10_000])
    assert.deepEqual(memory({ memory: "512MB" }), [512 * 1024 ** 2, 10_000])
    assert.deepEqual(memory({ memory: "1MB", memoryGrace: "0s" }), [1024 ** 2, 0])
  })

  it("has memoryMax in bytes, and processors and tasks as they are declared", () => {
    const { limits } = definitionOf({ limits: { memoryMax: "1GB", cpus: 0.25, tasks: 64 } })
    assert.deepEqual([limits.memoryMax, limits.cpus, limits.tasks], [1024 ** 3, 0.25, 64])
  })

  it("has precedence as it is declared, to its bounds, and none by default", () => {
    const precedence = (limits: object) => {
      const { nice, oomScoreAdjust } = definitionOf({ limits }).limits
      return [nice, oomScoreAdjust]
    }
    assert.deepEqual(precedence({ nice: -20, oomScoreAdjust: -1000 }), [-20, -1000])
    assert.deepEqual(precedence({ nice: 19, oomScoreAdjust: 1000 }), [19, 1000])
    assert.deepEqual(precedence({ nice: 0 }), [0, null])
    assert.deepEqual(precedence({}), [null, null])
  })

  it("has absolute paths, relative ones from the directory of the defining file", () => {
    const { decoded, instances } = expand({
      directory: "../www/./a",
      envFile: ["a.env", "/b.env"],
      stdin: { file: "in" },
      environment: { KEY: { secret: "file", path: "key" }, ENV: { secret: "env", name: "X" } },
      logs: { stdout: { file: "/var/log//web.log" }, stderr: { file: "err.log" } }
    })
    const definition = instances[0]?.definition
    assert.deepEqual(
      [
        definition?.directory,
        definition?.envFile,
        definition?.stdin,
        definition?.environment["KEY"]
      ],
      [
        "/etc/reeve/www/a",
        ["/etc/reeve/programs/a.env", "/b.env"],
        { file: "/etc/reeve/programs/in" },
        { secret: "file", path: "/etc/reeve/programs/key" }
      ]
    )
    assert.deepEqual(definition?.logs, {
      stdout: { ...sink, file: { path: "/var/log//web.log" } },
      stderr: { ...sink, file: { path: "/etc/reeve/programs/err.log" } }
    } as const)
    assert.deepEqual(decoded.inputs, ["/etc/reeve/programs/a.env", "/b.env"])
  })

  it("has the schedule that was given", () => {
    const backoff = (given: object) => definitionOf({ restart: { backoff: given } }).restart.backoff
    assert.deepEqual(backoff({ kind: "fixed", delay: "5s" }), {
      kind: "fixed",
      delayMs: 5000,
      ...pacing,
      maxMs: null,
      jitter: 0
    } as const)
    assert.deepEqual(backoff({ kind: "sequence", delays: ["1s", "1m"], resetAfter: "never" }), {
      kind: "sequence",
      delaysMs: [1000, 60_000],
      ...pacing,
      maxMs: null,
      jitter: 0,
      resetAfterMs: null
    } as const)
    assert.deepEqual(backoff({ kind: "exponential", initial: "2s", factor: 3, max: "none" }), {
      kind: "exponential",
      initialMs: 2000,
      factor: 3,
      ...pacing,
      maxMs: null
    } as const)
  })
})

describe("instances", () => {
  const names = (input: object, scale?: number) =>
    expand(input, scale).instances.map(({ name, address, index }) => `${name} ${address} ${index}`)

  it("are called as the program when alone, else by their index", () => {
    assert.deepEqual(names({}), ["web web 0"])
    assert.deepEqual(names({ instances: 3 }), ["0 web:0 0", "1 web:1 1", "2 web:2 2"])
    assert.deepEqual(names({ instances: 2, instanceIndexStart: 5 }), ["5 web:5 5", "6 web:6 6"])
    assert.deepEqual(names({ instances: 0 }), [])
  })

  it("keep the key of the first when their number changes", () => {
    const keys = [1, 2, 1].map((instances) => expand({ instances }).instances[0]?.key)
    assert.deepEqual<unknown>(keys, ["web/web/0", "web/web/0", "web/web/0"])
  })

  it("may have names of their own", () => {
    assert.deepEqual(names({ instances: 2, instanceNames: ["a", "b"] }), ["a web:a 0", "b web:b 1"])
    assert.deepEqual(names({ instances: 2, instanceNames: `w_${instance.padded(2)}` }), [
      "w_00 web:w_00 0",
      "w_01 web:w_01 1"
    ])
    assert.deepEqual(names({ instanceNames: ["x"] }), ["x web:x 0"])
  })

  it("are named behind their program inside a declared group", () => {
    const decoded = decodeAll([
      program({ name: "web", command: "a", instances: 2 }),
      program({ name: "db", command: "a" }),
      group({ name: "g", programs: ["web", "db"] })
    ])
    assert.deepEqual(
      decoded.programs.flatMap((one) =>
        one.instances.map(({ name, address }) => `${name} ${address}`)
      ),
      ["web:0 g:web:0", "web:1 g:web:1", "db g:db"]
    )
  })

  it("have their own values for markers, in every text", () => {
    const { decoded, instances } = expand({
      instances: 2,
      instanceIndexStart: 1,
      command: ["serve", `--port=${instance.port(8000)}`, `${instance.padded(3)}`.toLowerCase()],
      environment: {
        ID: `a${instance.index}b${instance.index}`,
        F: { secret: "file", path: `k${instance.index}` }
      },
      directory: `d${instance.index}`,
      stdin: { file: `i${instance.index}` },
      logs: { stdout: { file: `/l${instance.index}` } }
    })
    assert.deepEqual(said(decoded), [])
    const [, second] = instances
    assert.deepEqual(second?.definition.command, ["serve", "--port=8002", "002"])
    assert.deepEqual(second?.definition.environment, {
      ID: "a2b2",
      F: { secret: "file", path: "/etc/reeve/programs/k2" }
    } as const)
    assert.strictEqual(second?.definition.directory, "/etc/reeve/programs/d2")
    assert.notStrictEqual(instances[0]?.revision, second?.revision)
  })

  it("have equal revisions when nothing differs", () => {
    const { instances } = expand({ instances: 3 })
    assert.strictEqual(new Set(instances.map(({ revision }) => revision)).size, 1)
  })

  it("may differ by position: sections are merged, all else is replaced", () => {
    const { decoded, instances } = expand({
      instances: 3,
      environment: { A: "1", B: "1" },
      stop: { timeout: "5s", signal: "INT" },
      logs: { stdout: { backups: 1, maxSize: "1MB" }, stderr: "stdout" },
      perInstance: [
        null,
        {
          command: ["other"],
          environment: { B: "2" },
          stop: { timeout: "7s" },
          logs: { stdout: { backups: 2 } }
        }
      ]
    })
    assert.deepEqual(said(decoded), [])
    const [first, second, third] = instances.map(({ definition }) => definition)
    assert.deepEqual(first, third)
    assert.deepEqual<unknown>(second, {
      ...first,
      command: ["other"],
      environment: { A: "1", B: "2" },
      stop: { ...first?.stop, timeoutMs: 7000 },
      logs: { ...first?.logs, stdout: { ...first?.logs.stdout, backups: 2 } }
    })
  })

  it("take the number that an operator set, whatever the lists by position say", () => {
    assert.deepEqual(names({ instances: 2 }, 3), ["0 web:0 0", "1 web:1 1", "2 web:2 2"])
    const { decoded, instances } = expand(
      { instances: 2, instanceNames: ["a", "b"], perInstance: [null, {}] },
      1
    )
    assert.deepEqual(said(decoded), [])
    assert.strictEqual(instances.length, 1)
    assert.deepEqual(names({ instances: 2, instanceNames: ["a", "b"] }, 3), [
      "a web:a 0",
      "b web:b 1",
      "2 web:2 2"
    ])
  })

  const faults: ReadonlyArray<readonly [input: object, ...said: ReadonlyArray<string>]> = [
    [
      { instances: 2, command: `a ${instance.port(65_535)}` },
      "command: instance.port(65535) is 65536 for instance 1, above the highest port, 65535"
    ],
    [
      { environment: { A: `${instance.index}`.slice(0, 20) } },
      "environment.A: holds a piece of instance.index or its kin; put it into the text whole"
    ],
    [
      { instances: 3, instanceNames: ["a", "b"] },
      "instanceNames: expected 3 names, one for each instance, found 2"
    ],
    [
      { instances: 2, instanceNames: "same" },
      'instanceNames: instances 0 and 1 are both called "same" (put instance.index into the name)'
    ],
    [
      { instances: 2, instanceNames: ["a", "b c"] },
      'instanceNames[1]: "b c" cannot be a name because of the character " "'
    ],
    [
      { instances: 2, perInstance: [{}, {}, {}] },
      "perInstance: there are 2 instances, found 3 members (raise instances, or take members away)"
    ],
    [
      { instances: 2, perInstance: [null, { command: "a 'b" }] },
      `perInstance[1].command: "a 'b" cannot be split into words: No closing quotation (write it as an array of words)`
    ],
    [
      { perInstance: [{ stop: { timeout: 3 } }] },
      'perInstance[0].stop.timeout: 3 is a bare number; write "3 seconds"'
    ],
    [{ perInstance: [{ instances: 3 }] }, "perInstance[0].instances: there is no such field"],
    [
      { instances: 0, command: "'" },
      `command: "'" cannot be split into words: No closing quotation (write it as an array of words)`
    ]
  ]
  for (const [input, ...expected] of faults) {
    it(`tell once: ${expected[0]}`, () => {
      assert.deepEqual(said(expand(input).decoded), expected)
    })
  }

  it("with more members by position than instances are a warning only", () => {
    const { decoded, instances } = expand({ perInstance: [{}, {}] })
    assert.deepEqual(
      decoded.issues.map(({ severity }) => severity),
      ["warning"]
    )
    assert.strictEqual(instances.length, 1)
  })
})
