import { assert, describe, it } from "vitest"
import { decode } from "../../src/config/decode.ts"
import { decodeAll, evaluated, group, program, said } from "./evaluated.ts"

describe("decoding a program", () => {
  const faults: ReadonlyArray<readonly [input: object, ...said: ReadonlyArray<string>]> = [
    [{ stop: { timeout: 10 } }, 'stop.timeout: 10 is a bare number; write "10 seconds"'],
    [{ stop: { timeout: "10" } }, 'stop.timeout: "10" has no unit; write "10 seconds"'],
    [
      { stop: { timeout: "10 parsecs" } },
      'stop.timeout: expected a duration such as "10 seconds" or "500ms", found "10 parsecs"'
    ],
    [
      { stop: { timeout: "9000 days" } },
      'stop.timeout: "9000 days" is longer than the longest duration, 366d'
    ],
    [
      { stop: { signal: "TREM" } },
      'stop.signal: expected the name of a signal such as "TERM" or "USR1", found "TREM"'
    ],
    [{ stop: { group: true } }, 'stop.group: expected "no", "kill" or "all", found true'],
    [{ stop: "TERM" }, 'stop: expected a record of fields, found "TERM"'],
    [
      { autostart: true },
      "autostart: there is no such field (supervisord's autostart is start.auto here)"
    ],
    [{ enviroment: {} }, "enviroment: there is no such field (did you mean environment?)"],
    [
      { stop: { timeuot: "1s" } },
      "stop.timeuot: there is no such field (did you mean stop.timeout?)"
    ],
    [
      { timeout: "1s" },
      "timeout: there is no such field (did you mean stop.timeout or ready.timeout or liveness.timeout?)"
    ],
    [{ ["__proto__x"]: 1 }, "__proto__x: there is no such field"],
    [{ umask: 22 }, 'umask: 22 is a number; write the mask as octal text such as "022"'],
    [{ umask: "0999" }, 'umask: expected octal text such as "022", found "0999"'],
    [{ instances: 1025 }, "instances: expected a whole number from 0 to 1024, found 1025"],
    [{ instances: 1.5 }, "instances: expected a whole number from 0 to 1024, found 1.5"],
    [
      { start: { retries: "many" } },
      'start.retries: expected a whole number, 0 or more, or "unlimited", found "many"'
    ],
    [
      { logs: { stdout: { maxSize: "50 M" } } },
      'logs.stdout.maxSize: expected a size such as "50MB", or a number of bytes, found "50 M"'
    ],
    [
      { logs: { stderr: "file" } },
      'logs.stderr: expected "stdout" or a record such as { file: "auto" }, found "file"'
    ],
    [
      { logs: { stderr: { backups: -1 } } },
      "logs.stderr.backups: expected a whole number from 0 to 10000, found -1"
    ],
    [{ limits: { nice: 20 } }, "limits.nice: expected a whole number from -20 to 19, found 20"],
    [{ limits: { nice: -21 } }, "limits.nice: expected a whole number from -20 to 19, found -21"],
    [
      { limits: { oomScoreAdjust: 1001, oomScoreAdj: 5 } },
      "limits.oomScoreAdj: there is no such field (did you mean limits.oomScoreAdjust?)",
      "limits.oomScoreAdjust: expected a whole number from -1000 to 1000, found 1001"
    ],
    [
      { limits: { memory: 512, memoryGrace: 10 } },
      'limits.memoryGrace: 10 is a bare number; write "10 seconds"'
    ],
    [{ limits: { memory: 512 } }, "limits.memory: expected at least 1MB, found 512"],
    [{ limits: { memory: "1023KB" } }, 'limits.memory: expected at least 1MB, found "1023KB"'],
    [{ limits: { memoryMax: 512 } }, "limits.memoryMax: expected at least 1MB, found 512"],
    [
      { limits: { memory: "2GB", memoryMax: "1GB" } },
      'limits.memoryMax: expected no less than limits.memory, which would never be reached; found "1GB"'
    ],
    [
      { limits: { cpus: 0 } },
      "limits.cpus: expected a number of processors from 0.01 to 10000, found 0"
    ],
    [{ limits: { tasks: 0 } }, "limits.tasks: expected a whole number from 1 to 4194304, found 0"],
    [
      { limits: { oomScoreAdjust: -1000.5 } },
      "limits.oomScoreAdjust: expected a whole number from -1000 to 1000, found -1000.5"
    ],
    [
      { stdin: { fil: "x" } },
      "stdin.fil: there is no such field (did you mean stdin.file?)",
      "stdin.file: is missing"
    ],
    [
      { stdin: "tty" },
      'stdin: expected "null", "pipe" or a record such as { file: "input.txt" }, found "tty"'
    ],
    [
      { directory: "~/www" },
      'directory: "~/www" is not expanded; write the path in full, or use homedir() of node:os'
    ],
    [
      { restart: { backoff: "1s" } },
      'restart.backoff: expected a schedule such as exponential("1 second"), found "1s"'
    ],
    [
      { restart: { backoff: { kind: "fixed", delay: 5 } } },
      'restart.backoff.delay: 5 is a bare number; write "5 seconds"'
    ],
    [
      { restart: { backoff: { kind: "sequence", delays: [] } } },
      "restart.backoff.delays: expected at least one duration"
    ],
    [
      { restart: { expectedExitCodes: [0, 256] } },
      "restart.expectedExitCodes[1]: expected a whole number from 0 to 255, found 256"
    ],
    [
      { command: "echo 'a" },
      `command: "echo 'a" cannot be split into words: No closing quotation (write it as an array of words)`
    ],
    [{ command: "" }, "command: names no program; its first word is empty"],
    [{ command: ["", "a"] }, "command: names no program; its first word is empty"],
    [
      { command: [] },
      'command: expected a command such as ["node", "server.js"] or "node server.js", found []'
    ],
    [{ command: ["a", 1] }, "command[1]: expected text, found 1; write it in quotes"],
    [{ command: ["a\0b"] }, "command[0]: a NUL character cannot be passed to a process"],
    [{ name: "a b" }, 'name: "a b" cannot be a name because of the character " "'],
    [{ name: "../x" }, 'name: "../x" cannot be a name because of the character "/"'],
    [{ name: ".." }, 'name: ".." cannot be a name'],
    [{ name: "" }, "name: a name cannot be empty"],
    [{ name: "a\u0007" }, 'name: "a\\u0007" cannot be a name because of the character "\\u0007"'],
    [{ name: "x".repeat(129) }, "name: a name has at most 128 characters, this one has 129"],
    [
      { limits: { cpu: "1500ms" } },
      'limits.cpu: expected whole seconds, at least one, found "1500ms"'
    ],
    [{ user: "" }, `user: expected a user's name or a uid, found ""`],
    [
      { start: { stableAfter: 1 }, restart: { when: "yes" } },
      'start.stableAfter: 1 is a bare number; write "1 second"',
      'restart.when: expected "always", "unexpected" or "never", found "yes"'
    ]
  ]
  for (const [input, ...expected] of faults) {
    it(`says of ${JSON.stringify(input).slice(0, 60)}: ${expected[0]}`, () => {
      const decoded = decodeAll([program({ name: "web", command: ["true"], ...input })])
      assert.deepEqual(said(decoded), expected)
      assert.isTrue(
        decoded.issues.every(({ severity, object }) => severity === "error" && object === 0)
      )
    })
  }

  it("gives the path of each fault", () => {
    const [issue] = decodeAll([program({ name: "a", command: ["x", 1] })]).issues
    assert.deepEqual(issue?.path, ["command", 1])
  })

  it("needs a command and is a record", () => {
    assert.deepEqual(said(decodeAll([program({ name: "a" })])), ["command: is missing"])
    assert.deepEqual(said(decodeAll([{ nameHint: "a", input: 3 }])), [
      "expected a record of fields, found 3"
    ])
    assert.deepEqual(said(decodeAll([{ nameHint: "a", input: null }])), [
      "expected a record of fields, found null"
    ])
  })

  it("never shows what may be a secret", () => {
    const decoded = decodeAll([
      program({
        name: "a",
        command: ["x"],
        environment: { A: 12345, "B=": "hunter2", C: ["hunter2"], D: { secret: "env" } },
        directory: 5,
        description: ["https://joe:hunter2@example.org"]
      })
    ])
    assert.notInclude(said(decoded).join("\n"), "hunter2")
    assert.notInclude(said(decoded).join("\n"), "12345")
    assert.deepEqual(
      decoded.issues.map(({ path }) => path.join(".")),
      ["description", "directory", "environment.A", "environment.C", "environment.D.name"]
    )
  })

  it("tells a fault of a variable's name", () => {
    const input = { name: "a", command: ["x"], environment: { "B=": "hunter2" } }
    assert.deepEqual(said(decodeAll([program(input)])), [
      'environment["B="]: "B=" cannot be the name of a variable: it holds "=" or NUL'
    ])
  })

  it("leaves out what follows from a value that could not cross over", () => {
    const input = { name: "a", command: null, stop: { timeout: 3 } }
    const source = { file: "/etc/reeve/programs/all.ts", line: 1, column: 1 }
    const faults = [{ source, path: ["command"], message: "is a function" }]
    assert.deepEqual(said(decode(evaluated([program(input)], faults))), [
      'stop.timeout: 3 is a bare number; write "3 seconds"'
    ])
  })
})

describe("names", () => {
  it("come from the definition, else from the export", () => {
    const decoded = decodeAll([
      { nameHint: "hint", input: { name: "given", command: "a" } },
      { nameHint: "hint", input: { command: "a" } }
    ])
    assert.deepEqual(
      decoded.programs.map(({ name, group: of }) => [name, of]),
      [
        ["given", "given"],
        ["hint", "hint"]
      ]
    )
  })

  it("are asked for in arrays, and where the export's name cannot be one", () => {
    const decoded = decodeAll([
      { input: { command: "a" } },
      { nameHint: "my file", input: { command: "a" } }
    ])
    assert.deepEqual(said(decoded), [
      "name: is missing (a member of an array needs a name of its own)",
      'name: is not given, and "my file" cannot be a name because of the character " " (give it a name)'
    ])
  })

  it("may be those of Object.prototype", () => {
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty"]
    const decoded = decodeAll([
      ...names.map((name) =>
        program({ name, command: "a", environment: JSON.parse('{"__proto__":"x"}') })
      ),
      group({ name: "valueOf", programs: ["__proto__"] })
    ])
    assert.deepEqual(said(decoded), [])
    assert.deepEqual(
      decoded.programs.map(({ name }) => name),
      names
    )
    const [first] = decoded.programs
    assert.strictEqual(first?.instances[0]?.address, "valueOf:__proto__")
    assert.deepEqual(Object.entries(first?.instances[0]?.definition.environment ?? {}), [
      ["__proto__", "x"]
    ])
  })

  it("are used once", () => {
    const decoded = decodeAll([
      program({ name: "a", command: "x" }),
      program({ name: "a", command: "y" }),
      group({ name: "g", programs: ["a"] }),
      group({ name: "g", programs: [] })
    ])
    assert.deepEqual(said(decoded), [
      'name: there is another program called "a", at all.ts:1 (give one of them another name)',
      'name: there is another group called "g", at all.ts:3 (give one of them another name)'
    ])
    assert.strictEqual(decoded.programs.length, 1)
  })
})

describe("groups", () => {
  const web = program({ name: "web", command: "a", priority: 5 })
  const db = program({ name: "db", command: "a", instances: 2 })

  it("hold their programs; a program outside them has its own", () => {
    const decoded = decodeAll([web, db, group({ name: "site", programs: ["db"], priority: 20 })])
    assert.deepEqual(said(decoded), [])
    assert.deepEqual(decoded.groups, [
      { name: "site", priority: 20, declared: true, programs: ["db"] },
      { name: "web", priority: 5, declared: false, programs: ["web"] }
    ])
    const instances = decoded.programs.flatMap((one) => one.instances)
    assert.deepEqual(
      instances.map(({ address, key, groupPriority }) => [address, key, groupPriority]),
      [
        ["web", "web/web/0", 5],
        ["site:db:0", "site/db/0", 20],
        ["site:db:1", "site/db/1", 20]
      ]
    )
  })

  it("may be called as their only program", () => {
    const decoded = decodeAll([web, group({ name: "web", programs: ["web"] })])
    assert.deepEqual(said(decoded), [])
    assert.strictEqual(decoded.programs[0]?.instances[0]?.address, "web")
  })

  it("tell unknown, repeated and contested programs, and a name that is taken", () => {
    const decoded = decodeAll([
      web,
      db,
      group({ name: "one", programs: ["wbe", "db", "db"] }),
      group({ name: "two", programs: ["db"] }),
      group({ name: "web", programs: [] }),
      group({ name: "three", programs: [3] })
    ])
    assert.deepEqual(said(decoded), [
      "programs[0]: expected the name of a program, or what defineProgram returned, found 3",
      'programs[0]: there is no program called "wbe" (did you mean "web"?)',
      'programs[2]: "db" is listed twice',
      'programs[0]: "db" is in the group "one" already, at all.ts:3; a program is in one group at most',
      'name: the program "web" is outside every group and has a group of that name to itself (give one of them another name)'
    ])
  })

  it("are not at fault when one of their programs is", () => {
    const decoded = decodeAll([program({ name: "bad" }), group({ name: "g", programs: ["bad"] })])
    assert.deepEqual(said(decoded), ["command: is missing"])
  })
})

describe("the supervisor's settings", () => {
  const supervisor = (input: object) => ({ type: "supervisor" as const, input })

  it("have defaults and paths from the directory of their file", () => {
    const decoded = decodeAll([
      supervisor({ apply: "manual", log: { file: "log/reeve.log", maxSize: 0 } })
    ])
    assert.deepEqual(decoded.supervisor, {
      apply: "manual",
      log: {
        level: "info",
        file: "/etc/reeve/programs/log/reeve.log",
        maxBytes: 0,
        backups: 10,
        syslog: false
      }
    })
    assert.isNull(decodeAll([]).supervisor)
  })

  it("are given once, and checked", () => {
    const decoded = decodeAll([supervisor({ log: { level: "warning" } }), supervisor({})])
    assert.deepEqual(said(decoded), [
      'log.level: expected "fatal", "error", "warn", "info", "debug" or "trace", found "warning"',
      "there is a second defineSupervisor; the first is at all.ts:1 (keep one of them)"
    ])
  })
})
