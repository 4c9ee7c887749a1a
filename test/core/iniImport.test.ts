import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { exportIni } from "../../src/config/exportIni.ts"
import { exportTypescript } from "../../src/config/exportTypescript.ts"
import type { Problem } from "../../src/domain/Problem.ts"
import { failure, load, type Machine, main, processesOf, program } from "./iniMachine.ts"

const places = (problems: ReadonlyArray<Problem>) =>
  problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`)

const commandsOf = (machine: Machine) =>
  Effect.map(load(machine), (imported) =>
    Object.fromEntries(
      processesOf(imported).map(({ address, definition }) => [address, definition.command])
    )
  )

describe("problems of an ini file", () => {
  it.effect("are all told at once, each at its value", () =>
    Effect.gen(function* () {
      const text = [
        "[supervisord]",
        "strip_ansi = perhaps",
        "[program:a]",
        "command=/bin/cat %(nope)s",
        "startsecs =  x",
        "  ; a comment",
        "[program:b]",
        "user: nosuch"
      ].join("\n")
      const of = (name: string) => ` in section 'program:${name}' (file: '${main}')`
      const problems = yield* failure({ files: { [main]: text } })
      assert.deepEqual(places(problems), [
        `${main}:2:14 not a valid boolean value: 'perhaps'`,
        `${main}:5:14 invalid literal for int() with base 10: 'x'${of("a")}`,
        `${main}:4:9 Format string '/bin/cat %(nope)s' for 'program:a.command' contains names ` +
          "('nope') which cannot be expanded. Available names: group_name, here, host_node_name, " +
          `numprocs, process_num, program_name${of("a")}`,
        `${main}:8:7 Invalid user name nosuch${of("b")}`,
        `${main}:7:1 program section program:b does not specify a command${of("b")}`
      ])
    })
  )

  it.effect("name a file below the directory of reeve from there", () =>
    Effect.gen(function* () {
      const files = { [main]: "[include]\nfiles=/site/x.ini\n", "/site/x.ini": "key=1\n" }
      assert.deepEqual(places(yield* failure({ files })), [
        "x.ini:1:1 File contains no section headers.\nfile: '/site/x.ini', line: 1\n'key=1\\n'"
      ])
    })
  )

  it.effect("are a missing file, and an include without files", () =>
    Effect.gen(function* () {
      assert.deepEqual(places(yield* failure({ files: {} })), [
        `${main}:null:null could not find config file ${main}`
      ])
      assert.deepEqual(places(yield* failure({ files: { [main]: "[include]\n" } })), [
        `${main}:1:1 .ini file has [include] section, but no files setting`
      ])
    })
  )

  it.effect("are warnings where supervisord ignores, or only reeve supervisord looks", () =>
    Effect.gen(function* () {
      const text = [
        "[supervisord]",
        "minfds=5",
        "[program:a]",
        "command=/bin/cat",
        "comand=/bin/dog",
        "frobnicate=%(nope)s",
        "stdout_events_enabled=true",
        "[inet_http_server]",
        "port=9001",
        "[zoo]"
      ].join("\n")
      const { programs, warnings } = yield* load({ files: { [main]: text } })
      assert.lengthOf(programs, 1)
      assert.deepEqual(places(warnings), [
        `${main}:2:8 [supervisord] minfds only counts with reeve supervisord; here it does nothing`,
        `${main}:5:1 supervisord knows no key comand in [program:a]; it is ignored`,
        `${main}:6:1 supervisord knows no key frobnicate in [program:a]; it is ignored`,
        `${main}:8:1 [inet_http_server] only counts with reeve supervisord; here it opens no server`,
        `${main}:10:1 supervisord knows no section [zoo]; it is ignored`
      ])
      assert.strictEqual(warnings[1]?.hint, "Did you mean command?")
    })
  )
})

describe("includes", () => {
  const files = {
    [main]: "[include]\nfiles = d/*.conf /etc/x.ini\n[program:a]\ncommand=%(here)s/a\n",
    "/conf/d/2.conf": "[program:b]\ncommand=%(here)s/b\n[include]\nfiles=/conf/never.ini\n",
    "/conf/d/1.conf": "[program:b]\ncommand=first\npriority=3\n",
    "/etc/x.ini": '[supervisord]\nenvironment=X="1"\n[program:a]\npriority=7\n',
    "/conf/never.ini": "broken"
  }

  it.effect("merge in order, each file with its own directory, and are not followed further", () =>
    Effect.gen(function* () {
      const found = yield* load({ files })
      assert.deepEqual(
        processesOf(found).map(({ address, definition }) => [
          address,
          definition.command,
          definition.priority,
          definition.environment
        ]),
        [
          ["b", "/conf/d/b", 3, { X: "1" }],
          ["a", "/conf/a", 7, { X: "1" }]
        ]
      )
      assert.deepEqual(found.inputs, [main, "/conf/d/1.conf", "/conf/d/2.conf", "/etc/x.ini"])
      assert.deepEqual(found.patterns, ["/conf/d/*.conf", "/etc/x.ini"])
    })
  )

  it.effect("make %(here)s plain text, also where a percent sign is doubled", () =>
    Effect.gen(function* () {
      const text = `[include]\nfiles=\n${program("command=/bin/x %%(here)s")}`
      const [first] = yield* failure({ files: { [main]: text } })
      assert.strictEqual(
        first?.message,
        "Format string '/bin/x %/conf' for 'program:a.command' is badly formatted: " +
          `unsupported format character '/' (0x2f) at index 8 in section 'program:a' (file: '${main}')`
      )
    })
  )

  it.effect("name the file that has the section first in its errors", () =>
    Effect.gen(function* () {
      const both = { ...files, "/conf/d/2.conf": "[program:b]\nstartsecs=x\n" }
      const [first] = yield* failure({ files: both })
      assert.deepEqual(
        [first?.file, first?.message],
        [
          "/conf/d/2.conf",
          "invalid literal for int() with base 10: 'x' in section 'program:b' (file: '/conf/d/1.conf')"
        ]
      )
    })
  )
})

describe("defaults, groups and names", () => {
  it.effect("[DEFAULT] stands behind every section", () =>
    Effect.gen(function* () {
      const text = `[DEFAULT]\nautostart=false\ncommand=/bin/dog\n${program()}[program:b]\n`
      const found = processesOf(yield* load({ files: { [main]: text } }))
      assert.deepEqual(
        found.map(({ definition }) => [definition.command, definition.start.auto]),
        [
          ["/bin/cat", false],
          ["/bin/dog", false]
        ]
      )
    })
  )

  it.effect("a program in two groups runs twice, in the order of the lists", () =>
    Effect.gen(function* () {
      const text =
        "[group:h]\nprograms=b,a\npriority=1\n[group:g]\nprograms=a\n" +
        "[program:a]\ncommand=%(group_name)s\npriority=1\n[program:b]\ncommand=b\n"
      const found = yield* load({ files: { [main]: text } })
      assert.deepEqual(
        found.groups.map(({ name, programs, declared }) => [name, programs, declared]),
        [
          ["h", ["b", "a"], true],
          ["g", ["a"], true]
        ]
      )
      assert.deepEqual(
        processesOf(found).map(({ address, definition }) => [address, definition.command]),
        [
          ["h:b", "b"],
          ["h:a", "h"],
          ["g:a", "g"]
        ]
      )
    })
  )

  it.effect(
    "of two groups or two processes with one name supervisord runs one, which is told",
    () =>
      Effect.gen(function* () {
        const text =
          "[group:b]\nprograms=a,c\n[program:a]\ncommand=a\nprocess_name=same\n" +
          "[program:c]\ncommand=c\nprocess_name=same\n[program:b]\ncommand=b\n"
        const { warnings } = yield* load({ files: { [main]: text } })
        assert.deepEqual(yield* commandsOf({ files: { [main]: text } }), { "b:same": "c" })
        assert.deepEqual(places(warnings), [
          `${main}:3:1 Two processes of one group are called same; only the last one runs`,
          `${main}:9:1 [group:b] is a group called b, too; [program:b] is ignored`
        ])
      })
  )

  it.effect("an fcgi-program in a group is a plain program", () =>
    Effect.gen(function* () {
      const text = "[group:g]\nprograms=f\n[fcgi-program:f]\ncommand=f\nsocket=tcp://x:1\n"
      assert.deepEqual(yield* commandsOf({ files: { [main]: text } }), { "g:f": "f" })
    })
  )

  it.effect("names such as __proto__ are names like any other", () =>
    Effect.gen(function* () {
      const text =
        "[program:__proto__]\ncommand=a\nenvironment=__proto__=1,constructor=2\n[program:a.b[]]\ncommand=b\n"
      const found = yield* load({ files: { [main]: text } })
      assert.deepEqual(yield* commandsOf({ files: { [main]: text } }), {
        ["__proto__"]: "a",
        "a.b[]": "b"
      })
      const [first] = processesOf(found)
      assert.deepEqual(Object.entries(first?.definition.environment ?? {}), [
        ["__proto__", "1"],
        ["constructor", "2"]
      ])
    })
  )

  it.effect("serverurl is a variable that the environment outranks", () =>
    Effect.gen(function* () {
      const one = (...lines: ReadonlyArray<string>) =>
        Effect.map(load({ files: { [main]: program(...lines) } }), (found) =>
          processesOf(found).map(({ definition }) => ({ ...definition.environment }))
        )
      assert.deepEqual(yield* one("serverurl=AUTO"), [{}])
      assert.deepEqual(yield* one("serverurl=http://x"), [{ SUPERVISOR_SERVER_URL: "http://x" }])
      assert.deepEqual(yield* one("serverurl=http://x", "environment=SUPERVISOR_SERVER_URL=y"), [
        { SUPERVISOR_SERVER_URL: "y" }
      ])
    })
  )
})

describe("instances without a number in common", () => {
  const text = program(
    "numprocs=3",
    "numprocs_start=9",
    "process_name=p%(process_num)d",
    "command=/bin/x %(process_num)x"
  )

  it.effect("are several programs in ini, whose processes keep their names", () =>
    Effect.gen(function* () {
      const found = yield* load({ files: { [main]: text } })
      const { text: written, warnings } = exportIni(found)
      assert.deepEqual(
        warnings.map(({ message }) => message),
        ["a is written as a_10, a_11, a_9; processes keep their names"]
      )
      assert.deepEqual(yield* commandsOf({ files: { [main]: written } }), {
        "a:p10": "/bin/x a",
        "a:p11": "/bin/x b",
        "a:p9": "/bin/x 9"
      })
    })
  )

  it.effect("have what differs by position in TypeScript", () =>
    Effect.gen(function* () {
      const { groups, programs } = yield* load({ files: { [main]: text } })
      assert.strictEqual(
        exportTypescript(programs, groups),
        `import { defineProgram, instance, supervisordDefaults } from "reeve"

export const a = defineProgram({
  ...supervisordDefaults,
  name: "a",
  instances: 3,
  instanceIndexStart: 9,
  instanceNames: \`p\${instance.index}\`,
  command: "/bin/x 9",
  perInstance: [{ command: "/bin/x 9" }, { command: "/bin/x a" }, { command: "/bin/x b" }]
})
`
      )
    })
  )
})
