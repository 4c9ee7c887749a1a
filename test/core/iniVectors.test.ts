import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { integer, signal } from "../../src/core/ini/valueTypes.ts"
import type { Definition } from "../../src/domain/Definition.ts"
import { failure, load, main, processesOf, program } from "./iniMachine.ts"

const suffix = ` in section 'program:a' (file: '${main}')`

const definitions = (text: string, environment: Readonly<Record<string, string>> = {}) =>
  Effect.map(load({ files: { [main]: text }, environment }), (imported) =>
    processesOf(imported).map(({ definition }) => definition)
  )

/** The only definition of a file. */
const only = (text: string, environment: Readonly<Record<string, string>> = {}) =>
  Effect.map(definitions(text, environment), (all) => {
    assert.lengthOf(all, 1)
    const [first] = all
    if (first === undefined) throw new Error("no process")
    return first
  })

const means = <A>(row: string, text: string, pick: (found: Definition) => A, expected: A) =>
  it.effect(row, () =>
    Effect.map(only(text, { PCT: "50%" }), (found) => {
      assert.deepEqual(pick(found), expected)
    })
  )

const commandIs = (row: string, text: string, expected: string) =>
  means(row, text, ({ command }) => command, expected)

const failsWith = (row: string, text: string, expected: string) =>
  it.effect(row, () =>
    Effect.map(failure({ files: { [main]: text } }), ([first]) => {
      assert.strictEqual(first?.message, expected)
    })
  )

const addressesOf = (text: string) =>
  Effect.map(load({ files: { [main]: text } }), (imported) =>
    processesOf(imported).map(({ address }) => address)
  )

describe("the dialect (supervisord.md 12, rows 1 to 15)", () => {
  commandIs("1: ` ;` begins a comment", program("command=/bin/cat ;hello"), "/bin/cat")
  commandIs("2: `;` in a word does not", program("command=/bin/cat;hello"), "/bin/cat;hello")
  commandIs("3: ` #` begins a comment", program("command=/bin/cat #x"), "/bin/cat")
  commandIs("4: quotes protect nothing", program("command=bash -c 'foo ; bar'"), "bash -c 'foo")
  commandIs("5: a tab is white space, too", program("command=/bin/cat\t;x"), "/bin/cat")
  commandIs(
    "6: continuation lines are joined by line breaks",
    program("command=/bin/echo", "  one", "  two ;c", "", "  three"),
    "/bin/echo\none\ntwo\n\nthree"
  )
  means(
    "7: an indented key belongs to the value above",
    program("command=/bin/cat", " numprocs=2"),
    ({ command }) => command,
    "/bin/cat\nnumprocs=2"
  )
  commandIs("8: `:` delimits", program("command: /bin/cat x=y"), "/bin/cat x=y")
  commandIs("9: keys have any case", "[program:a]\nCOMMAND = /bin/cat\n", "/bin/cat")
  it.effect("10: section names have one case", () =>
    Effect.gen(function* () {
      const found = yield* load({ files: { [main]: "[PROGRAM:a]\ncommand=/bin/cat\n" } })
      assert.deepEqual(found.groups, [])
      assert.deepEqual(
        found.warnings.map(({ line, column, hint }) => ({ line, column, hint })),
        [
          {
            line: 1,
            column: 1,
            hint: "Did you mean [program:a]? Section names are case-sensitive."
          }
        ]
      )
    })
  )
  commandIs("11: the last of two keys counts", program("command=/bin/second"), "/bin/second")
  means(
    "12: two sections of one name are one",
    `${program("priority=5")}[program:a]\ncommand=/bin/other\n`,
    ({ command, priority }) => [command, priority],
    ["/bin/other", 5]
  )
  failsWith(
    "13: a key without a delimiter is an error",
    "[supervisord]\n[program:a]\n\ncommand\n",
    `Source contains parsing errors: '${main}'\n\t[line  4]: 'command\\n'`
  )
  failsWith(
    "14: a program needs a command",
    "[supervisord]\n[program:a]\n",
    `program section program:a does not specify a command${suffix}`
  )
  it.effect("15: [supervisord] is needed where supervisord is asked for", () =>
    Effect.gen(function* () {
      const files = { [main]: "[program:a]\ncommand=/bin/cat\n" }
      const [first] = yield* failure({ files }, true)
      assert.strictEqual(first?.message, ".ini file does not include supervisord section")
      assert.lengthOf(processesOf(yield* load({ files })), 1)
    })
  )
})

describe("expressions (rows 16 to 26)", () => {
  failsWith(
    "16: an unknown conversion is an error",
    program("command=/bin/date +%Y"),
    "Format string '/bin/date +%Y' for 'program:a.command' is badly formatted: " +
      `unsupported format character 'Y' (0x59) at index 12${suffix}`
  )
  commandIs("17: %% is a percent sign", program("command=/bin/date +%%Y"), "/bin/date +%Y")
  commandIs("18: values are put in raw", program("command=/bin/echo %(ENV_PCT)s"), "/bin/echo 50%")
  commandIs("19: %%( is no expression", program("command=%%(here)s/run"), "%(here)s/run")
  failsWith(
    "20: several processes need names of their own",
    program("numprocs=2"),
    `%(process_num) must be present within process_name when numprocs > 1${suffix}`
  )
  it.effect("21: each process has its number", () =>
    Effect.gen(function* () {
      const text = program(
        "numprocs=2",
        "numprocs_start=9",
        "process_name=%(program_name)s_%(process_num)02d",
        "command=echo %(process_num)d of %(numprocs)d"
      )
      const imported = yield* load({ files: { [main]: text } })
      assert.deepEqual(
        processesOf(imported).map(({ address, definition }) => [address, definition.command]),
        [
          ["a:a_09", "echo 9 of 2"],
          ["a:a_10", "echo 10 of 2"]
        ]
      )
      assert.deepEqual(
        imported.programs.flatMap(({ instances }) => instances.map(({ key }) => String(key))),
        ["a/a/9", "a/a/10"]
      )
    })
  )
  it.effect("22: processes are in the order of their names as texts", () =>
    Effect.map(addressesOf(program("numprocs=11", "process_name=p%(process_num)d")), (found) => {
      const names = ["p0", "p1", "p10", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"]
      assert.deepEqual(
        found,
        names.map((name) => `a:${name}`)
      )
    })
  )
  it.effect("23: a number has a width", () =>
    Effect.map(addressesOf(program("process_name=w%(process_num)03d")), (found) => {
      assert.deepEqual(found, ["a:w000"])
    })
  )
  failsWith(
    "24: an expression without a conversion is incomplete",
    program("process_name=w%(process_num)", "numprocs=2"),
    "Format string 'w%(process_num)' for 'process_name' is badly formatted: " +
      `incomplete format${suffix}`
  )
  it.effect("25: the first number may be negative", () =>
    Effect.gen(function* () {
      const lines = ["process_name=w%(process_num)d", "numprocs=2", "numprocs_start=-1"]
      assert.deepEqual(yield* addressesOf(program(...lines)), ["a:w-1", "a:w0"])
    })
  )
  it.effect("26: a group may be empty", () =>
    Effect.gen(function* () {
      const found = yield* load({ files: { [main]: program("numprocs=0") } })
      assert.deepEqual(
        found.groups.map(({ name }) => name),
        ["a"]
      )
      assert.deepEqual(processesOf(found), [])
    })
  )
})

describe("types of values (rows 27 to 44)", () => {
  failsWith(
    "27: a name has no blanks",
    "[program:a b]\ncommand=/bin/cat\n",
    "Invalid name: 'a b' because of character: ' '"
  )
  failsWith(
    "28: nor does the name of a process have slashes",
    program("process_name=a/b"),
    `Invalid name: 'a/b' because of character: '/'${suffix}`
  )
  failsWith(
    "29: truth has eight words",
    program("autostart=maybe"),
    `not a valid boolean value: 'maybe'${suffix}`
  )
  means("30: ON", program("autostart=ON"), ({ start }) => start.auto, true)
  means("30: 0", program("autostart=0"), ({ start }) => start.auto, false)
  failsWith(
    "31: autorestart has one more",
    program("autorestart=sometimes"),
    `invalid 'autorestart' value 'sometimes'${suffix}`
  )
  failsWith(
    "32: seconds are whole",
    program("startsecs=1.5"),
    `invalid literal for int() with base 10: '1.5'${suffix}`
  )
  means("33: 1_000", program("startsecs=1_000"), ({ start }) => start.stableAfterMs, 1_000_000)
  means(
    "33: -1 passes, and acts as 0",
    program("startsecs=-1"),
    ({ start }) => start.stableAfterMs,
    0
  )
  it("33: -1 is a number", () => {
    assert.deepEqual(integer("-1"), Result.succeed(-1))
  })
  const codes = ({ restart }: Definition) => restart.expectedExitCodes
  means("34: a list", program("exitcodes=0, 2"), codes, [0, 2])
  means("34: an empty list", program("exitcodes="), codes, [])
  failsWith("34: 256", program("exitcodes=256"), `not a valid list of exit codes: '256'${suffix}`)
  means("35: a name", program("stopsignal=sigusr1"), ({ stop }) => stop.signal, "USR1")
  means("35: a number", program("stopsignal=15"), ({ stop }) => stop.signal, "TERM")
  means("35: zero", program("stopsignal=0"), ({ stop }) => stop.signal, "0")
  it("35: a name is a number", () => {
    assert.deepEqual(signal("sigusr1"), Result.succeed(10))
  })
  failsWith("36: FOO", program("stopsignal=FOO"), `value 'FOO' is not a valid signal name${suffix}`)
  failsWith(
    "36: 999",
    program("stopsignal=999"),
    `value '999' is not a valid signal number${suffix}`
  )
  const size = ({ logs }: Definition) => logs.stdout.maxBytes
  means("37: 1 MB", program("stdout_logfile_maxbytes=1 MB"), size, 1_048_576)
  means("37: 1GB", program("stdout_logfile_maxbytes=1GB"), size, 1_073_741_824)
  failsWith(
    "37: 1K",
    program("stdout_logfile_maxbytes=1K"),
    `invalid literal for int() with base 10: '1k'${suffix}`
  )
  means("38: 22", program("umask=22"), ({ umask }) => umask, 18)
  means("38: 0o22", program("umask=0o22"), ({ umask }) => umask, 18)
  failsWith("38: 999", program("umask=999"), `999 can not be converted to an octal type${suffix}`)
  failsWith("39: nosuch", program("user=nosuch"), `Invalid user name nosuch${suffix}`)
  failsWith("39: 99999", program("user=99999"), `Invalid user id 99999${suffix}`)
  means("39: a uid becomes a name", program("user=65534"), ({ user }) => user, "nobody")
  failsWith(
    "40: the directory of a log file exists",
    program("stdout_logfile=/nope/x.log"),
    `The directory named as part of the path /nope/x.log does not exist${suffix}`
  )
  const target = ({ logs }: Definition) => [logs.stdout.file, logs.stdout.syslog]
  means("41: None", program("stdout_logfile=None"), target, ["none", false])
  means("41: off", program("stdout_logfile=off"), target, ["none", false])
  means("41: syslog", program("stdout_logfile=syslog"), target, ["none", true])
  it.effect("41: syslog is deprecated", () =>
    Effect.gen(function* () {
      const found = yield* load({ files: { [main]: program("stdout_logfile=syslog") } })
      assert.deepEqual(
        found.warnings.map(({ message, line, column }) => ({ message, line, column })),
        [
          {
            message:
              "For [program:a], stdout_logfile=syslog but this is deprecated and will be " +
              "removed.  Use stdout_syslog=true to enable syslog instead.",
            line: 4,
            column: 16
          }
        ]
      )
    })
  )
  means(
    "42: stopasgroup brings killasgroup",
    program("stopasgroup=true"),
    ({ stop }) => stop.group,
    "all"
  )
  means("42: killasgroup alone", program("killasgroup=true"), ({ stop }) => stop.group, "kill")
  failsWith(
    "43: stopasgroup without killasgroup",
    program("stopasgroup=true", "killasgroup=false"),
    `Cannot set stopasgroup=true and killasgroup=false${suffix}`
  )
  means(
    "44: a missing directory is accepted",
    program("directory=/nope"),
    ({ directory }) => directory,
    "/nope"
  )
})

describe("environment (rows 45 to 54)", () => {
  const environment = (row: string, value: string, expected: Readonly<Record<string, string>>) =>
    means(row, program(`environment=${value}`), (found) => ({ ...found.environment }), expected)
  environment("45: quotes", `A="1,2",B='x y'`, { A: "1,2", B: "x y" })
  environment("46: a word in between is skipped", "A=b c", { A: "b" })
  environment("47: a URL", "A=http://x:80/y?z=1", { A: "http://x:80/y", z: "1" })
  failsWith(
    "48: a value is missing",
    program("environment=A=,B=2"),
    `Unexpected end of key/value pairs in value 'A=,B=2'${suffix}`
  )
  failsWith(
    "49: a comment cuts a quotation",
    program(`environment=A="x ;y"`),
    `No closing quotation${suffix}`
  )
  environment("50: %% is one percent sign", 'A="50%%"', { A: "50%" })
  failsWith(
    "51: [supervisord] environment is expanded twice",
    '[supervisord]\nenvironment=A="%%x"\n',
    `Format string 'A="%x"' for 'environment' is badly formatted: ` +
      "%x format: an integer is required, not dict"
  )
  environment("52: a backslash is a plain character", `A="a\\"b"`, { A: "a\\" })
  means(
    "53: global variables are there, and a program's own stand above them",
    '[supervisord]\nenvironment=FOO="bar"\n[program:a]\n' +
      'environment=ZIP="%(ENV_FOO)s1",FOO="own"\ncommand=echo %(ENV_FOO)s %(ENV_ZIP)s\n',
    (found) => [found.command, { ...found.environment }],
    ["echo own bar1", { FOO: "own", ZIP: "bar1" }]
  )
  failsWith(
    "54: scalar keys know no process_num",
    program("startsecs=%(process_num)d"),
    "Format string '%(process_num)d' for 'program:a.startsecs' contains names " +
      "('process_num') which cannot be expanded. Available names: " +
      `group_name, here, host_node_name, program_name${suffix}`
  )
})

describe("groups and includes (rows 57 to 66)", () => {
  failsWith(
    "57: a group names what exists",
    "[group:g]\nprograms=zip\n",
    "[group:g] names unknown program or fcgi-program zip"
  )
  failsWith(
    "58: after a comma the section before is blamed",
    `${program()}[group:g]\nprograms=a,\n`,
    "[program:a] names unknown program or fcgi-program "
  )
  it.effect("59: groups are sorted by priority and name; a listener comes first", () =>
    Effect.gen(function* () {
      const one = (name: string, priority: number) =>
        `[program:${name}]\ncommand=/bin/cat\npriority=${priority}\n`
      const listener = "[eventlistener:q]\ncommand=/bin/cat\nevents=TICK_5\n"
      const text = one("z", 999) + one("m", 1) + one("b", 999) + listener
      const found = yield* load({ files: { [main]: text } })
      assert.deepEqual(
        found.groups.map(({ name }) => name),
        ["q", "m", "b", "z"]
      )
      assert.deepEqual(found.warnings, [])
    })
  )
  it.effect("66: a pattern may match nothing", () =>
    Effect.gen(function* () {
      const text = `[include]\nfiles = nope/*.x\n${program()}`
      const found = yield* load({ files: { [main]: text } })
      assert.deepEqual(
        found.warnings.map(({ message }) => message),
        ['No file matches via include "/conf/nope/*.x"']
      )
      assert.lengthOf(processesOf(found), 1)
    })
  )
})
