import type * as SchemaAST from "effect/SchemaAST"
import { assert, describe, it } from "vitest"
import { changeRuleOf, changeRules } from "../../src/core/changeClass.ts"
import { diffDefinitions } from "../../src/core/diffDefinition.ts"
import { explainedFields } from "../../src/core/explainedFields.ts"
import { Definition } from "../../src/domain/Definition.ts"
import { decodeAll, fastCgi, listener, program } from "./evaluated.ts"

const patterns = ["ready.line", "ready.body", "liveness.body"]

/** Each field of a struct, of structs in it, and of those in its unions. */
const leaves = (ast: SchemaAST.AST, path: string): ReadonlyArray<string> => {
  const members = alternatives(ast)
  const structs = members.filter((member) => member._tag === "Objects")
  const parts = structs.flatMap((struct) => [
    ...struct.propertySignatures.flatMap(({ name, type }) =>
      leaves(type, path === "" ? String(name) : `${path}.${String(name)}`)
    ),
    ...struct.indexSignatures.map(() => `${path}.*`)
  ])
  // One value with several forms is replaced whole.
  const whole =
    ["stdin", "fastCgi", "logs.stdout.file", "logs.stderr.file", ...patterns].includes(path) ||
    path.startsWith("hooks.")
  if (structs.length === 0 || whole) return [path]
  return members.length > structs.length ? [path, ...parts] : parts
}

const alternatives = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> =>
  ast._tag === "Union" ? ast.types.flatMap(alternatives) : [ast]

const definitionOf = (input: object) =>
  firstOf(program({ name: "web", command: ["serve"], ...input }))

const firstOf = (...objects: Parameters<typeof decodeAll>[0]) => {
  const decoded = decodeAll(objects)
  assert.deepEqual(decoded.issues, [])
  const definition = decoded.programs[0]?.instances[0]?.definition
  if (definition === undefined) throw new Error("no instance")
  return definition
}

type Evaluated = Parameters<typeof decodeAll>[0][number]

const changed = (before: Evaluated, after: Evaluated) =>
  diffDefinitions(firstOf(before), firstOf(after), []).map(
    (change) => `${change.path} ${change.before} -> ${change.after} ${change.class}`
  )

const changes = (before: object, after: object, shown: ReadonlyArray<string> = []) =>
  diffDefinitions(definitionOf(before), definitionOf(after), shown).map(
    (change) => `${change.path} ${change.before} -> ${change.after} ${change.class}`
  )

describe("change classes", () => {
  it("are there for each field of a definition, and for nothing else", () => {
    const fields = new Set(leaves(Definition.ast, ""))
    assert.isAbove(fields.size, 40)
    assert.deepEqual([...changeRules.keys()].sort(), [...fields].sort())
  })

  it("are what `reeve explain` says of the field", () => {
    for (const rule of changeRules.values()) {
      const path = rule.authored.replace(".*", "")
      const field = explainedFields().find((it) => it.path === path)
      assert.strictEqual(field?.class, rule.class, rule.authored)
    }
  })

  it("are found by the name that people write", () => {
    assert.strictEqual(changeRuleOf("stop.timeout")?.class, "live")
    assert.strictEqual(changeRuleOf("environment.A")?.class, "restart")
    assert.isNull(changeRuleOf("stop.timeoutMs"))
    assert.isNull(changeRuleOf("environmental"))
  })
})

describe("the difference of two definitions", () => {
  it("is empty between equal ones, however they were written", () => {
    assert.deepEqual(changes({}, {}), [])
    assert.deepEqual(changes({ stop: { timeout: "1m" } }, { stop: { timeout: "60 seconds" } }), [])
    assert.deepEqual(
      changes({ environment: { A: "1", B: "2" } }, { environment: { B: "2", A: "1" } }),
      []
    )
  })

  const table: ReadonlyArray<
    readonly [before: object, after: object, ...lines: ReadonlyArray<string>]
  > = [
    [{}, { command: ["serve", "-v"] }, 'command ["serve"] -> ["serve", "-v"] restart'],
    [{}, { directory: "/srv" }, 'directory null -> "/srv" restart'],
    [
      { environment: { A: "60", B: "1" } },
      { environment: { A: "300", C: "2" } },
      'environment.A "60" -> "300" restart',
      'environment.B "1" -> null restart',
      'environment.C null -> "2" restart'
    ],
    [{}, { umask: "022" }, 'umask null -> "022" restart'],
    [{}, { stop: { timeout: "1h30m" } }, "stop.timeout 10s -> 1h30m live"],
    [
      {},
      { start: { auto: false, stableAfter: "500ms", retries: 3 } },
      "start.auto true -> false live",
      'start.retries "unlimited" -> 3 live',
      "start.stableAfter 1s -> 500ms live"
    ],
    [
      {},
      { priority: 1, description: "x" },
      'description null -> "x" live',
      "priority 999 -> 1 live"
    ],
    [
      {},
      { logs: { stdout: { maxSize: "1GB", file: "/x" } } },
      'logs.stdout.file "auto" -> "/x" live',
      "logs.stdout.maxSize 50MB -> 1GB live"
    ],
    [{}, { logs: { stderr: "stdout" } }, 'logs.stderr { file: "auto" } -> "stdout" restart'],
    [{}, { logs: { stderr: { backups: 1 } } }, "logs.stderr.backups 10 -> 1 live"],
    [{}, { stdin: { file: "/in" } }, 'stdin "null" -> { file: "/in" } restart'],
    [
      {},
      { limits: { openFiles: 9, coreSize: "1MB", cpu: "2m" } },
      "limits.coreSize null -> 1MB live",
      "limits.cpu null -> 2m restart",
      "limits.openFiles null -> 9 live"
    ],
    [
      { limits: { nice: 5 } },
      { limits: { oomScoreAdjust: -500 } },
      "limits.nice 5 -> null live",
      "limits.oomScoreAdjust null -> -500 live"
    ],
    [
      { limits: { memory: "1GB" } },
      { limits: { memory: "512MB", memoryGrace: "1m" } },
      "limits.memory 1GB -> 512MB live",
      "limits.memoryGrace 10s -> 1m live"
    ],
    [{}, { user: "www" }, 'user null -> "www" restart', "userEnvironment false -> true restart"],
    [
      {},
      { restart: { backoff: { kind: "exponential", initial: "1s", max: "30s" } } },
      "restart.backoff.max 1m -> 30s live"
    ],
    [
      {},
      { restart: { backoff: { kind: "fixed", delay: "5s" } } },
      [
        'restart.backoff { kind: "exponential", factor: 2, initial: "1s", jitter: 0.2, max: "1m", pace: "restarts",',
        'resetAfter: "1m" } -> { kind: "fixed", delay: "5s", jitter: 0, pace: "restarts", resetAfter: "1m" } live'
      ].join(" ")
    ]
  ]
  for (const [before, after, ...lines] of table) {
    it(`reads ${lines.join("; ").slice(0, 90)}`, () => {
      assert.deepEqual(changes(before, after), lines)
    })
  }

  it("tells capture, log events, listeners and sockets by what people write", () => {
    assert.deepEqual(changes({}, { logs: { stdout: { capture: "1MB", events: true } } }), [
      "logs.stdout.capture 0B -> 1MB live",
      "logs.stdout.events false -> true live"
    ])
    const plain = program({ name: "web", command: ["serve"], stdin: "pipe" })
    const hears = (more: object) => listener({ name: "web", command: ["serve"], ...more })
    const on = (socket: object) => fastCgi({ name: "web", command: ["serve"], socket })
    assert.deepEqual(changed(plain, hears({ events: ["TICK_60"] })), [
      'listener null -> { events: ["TICK_60"], bufferSize: 10 } restart'
    ])
    assert.deepEqual(
      changed(hears({ events: ["TICK_60"] }), hears({ events: ["EVENT"], bufferSize: 3 })),
      ["listener.bufferSize 10 -> 3 live", 'listener.events ["TICK_60"] -> ["EVENT"] live']
    )
    assert.deepEqual(changed(on({ path: "/s" }), on({ host: "::1", port: 9000, backlog: 5 })), [
      'fastCgi.socket { path: "/s", mode: "0700" } -> { host: "::1", port: 9000, backlog: 5 } restart'
    ])
  })

  it("hides secrets, what is named like one, and passwords in addresses", () => {
    const before = {
      environment: {
        API_KEY: "hunter1",
        A: "1",
        DB: "postgres://joe:hunter1@db/x",
        dsn: "hunter1"
      },
      command: ["serve", "http://joe:hunter1@proxy"]
    }
    const after = {
      environment: {
        API_KEY: "hunter2",
        A: { secret: "file", path: "/s" },
        DB: "postgres://joe:hunter2@db/x",
        NEW_TOKEN: "hunter2"
      },
      command: ["serve", "http://joe:hunter2@proxy"]
    }
    assert.deepEqual(changes(before, after), [
      "command changed -> changed restart",
      "environment.A changed -> changed restart",
      "environment.API_KEY changed -> changed restart",
      "environment.DB changed -> changed restart",
      "environment.NEW_TOKEN null -> changed restart",
      "environment.dsn changed -> null restart"
    ])
    assert.isTrue(
      diffDefinitions(definitionOf(before), definitionOf(after), []).every(({ hidden }) => hidden)
    )
  })

  it("shows variables that showEnvironment names, but never a secret", () => {
    const before = { environment: { SORT_KEY: "a", KEY: { secret: "env", name: "A" } } }
    const after = { environment: { SORT_KEY: "b", KEY: { secret: "env", name: "B" } } }
    assert.deepEqual(changes(before, after, ["SORT_KEY", "KEY"]), [
      "environment.KEY changed -> changed restart",
      'environment.SORT_KEY "a" -> "b" restart'
    ])
  })
})
