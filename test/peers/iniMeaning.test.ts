import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import type { ImportedIni } from "../../src/config/importIni.ts"
import type { Definition, LogSink } from "../../src/domain/Definition.ts"
import { signalNumber } from "../../src/domain/Signal.ts"
import { load, main } from "../core/iniMachine.ts"
import { ask, oneOf, type Random, random } from "./python.ts"

const environment = { HOME: "/root", PCT: "50%", X: "x y" }

/** Of each key, values that are right, wrong, and odd. */
const choices: Readonly<Record<string, ReadonlyArray<string>>> = {
  command: [
    "/bin/cat",
    "/bin/x %(process_num)d %(numprocs)d",
    "%(here)s/y %%",
    "",
    "/bin/date +%Y",
    "%(ENV_X)s ;c"
  ],
  process_name: [
    "%(program_name)s_%(process_num)02d",
    "p%(process_num)d",
    "a/b",
    "%(ENV_X)s",
    "%(group_name)s",
    "x:y"
  ],
  numprocs: ["1", "2", "3", "0", "-1", "x", "12"],
  numprocs_start: ["0", "9", "-1", "1_0"],
  priority: ["999", "1", "-5", "+7", "abc", "%(program_name)s", "%(here)s"],
  autostart: ["true", "OFF", "maybe", "1", " yes "],
  autorestart: ["unexpected", "true", "No", "Sometimes"],
  startsecs: ["0", "10", "1.5", "1_000", " 3 "],
  startretries: ["3", "0", "x"],
  exitcodes: ["0", "0, 2", "", "256", "1,", "-1"],
  stopsignal: ["TERM", "sigusr1", "15", "0", "FOO", "999", "RTMIN", "35", "CLD"],
  stopwaitsecs: ["10", "0"],
  stopasgroup: ["true", "false"],
  killasgroup: ["true", "false"],
  user: ["root", "0", "nobody", "nosuch", "99999", ""],
  redirect_stderr: ["true", "false", "x"],
  stdout_logfile: [
    "AUTO",
    "NONE",
    "off",
    "syslog",
    "/tmp/x.log",
    "/nope/x.log",
    "~/x.log",
    "/tmp/%%d",
    "~nosuch/x",
    "/tmp/%(process_num)d%%%%"
  ],
  stdout_logfile_maxbytes: ["1MB", "1 kb", "0", "1K", "1.5MB"],
  stdout_logfile_backups: ["0", "5", "%(process_num)d"],
  stdout_syslog: ["true", "false"],
  stderr_logfile: ["/tmp/e.log", "NONE", "/nope/e.log"],
  environment: [
    "A=\"1,2\",B='x y'",
    "A=b c",
    "A=,B=2",
    'A="50%%"',
    "A=%(ENV_PCT)s",
    'A="x',
    'A="%(process_num)d"',
    "A=%(nope)s",
    "A=a@b"
  ],
  directory: ["/tmp", "/nope/%(process_num)d", "%(ENV_A)s"],
  umask: ["022", "22", "0o22", "999", "77_7"],
  frobnicate: ["%(nope)s"]
}

/** The first two values of a key are good; others come now and then. */
const value = (next: Random, key: string): string => {
  const all = choices[key] ?? []
  return oneOf(next, next(8) === 0 ? all : all.slice(0, 2))
}

const program = (next: Random, name: string): string => {
  const keys = Object.keys(choices).filter((key) => key !== "command" && next(9) === 0)
  const lines = keys.map((key) => `${key}=${value(next, key)}`)
  const command = next(20) === 0 ? [] : [`command=${value(next, "command")}`]
  return [`[program:${name}]`, ...command, ...lines, ""].join("\n")
}

const configuration = (next: Random): string => {
  const names = ["z", "m", "b", "a b"].filter((name) => name !== "a b" || next(30) === 0)
  const globals = oneOf(next, [
    "",
    "",
    'environment=FOO="bar",A="g"\n',
    "environment=A=\n",
    "environment=%(here)s\n"
  ])
  const groups =
    next(3) === 0
      ? [
          `[group:${oneOf(next, ["g", "zz", "g:h"])}]`,
          `programs=${oneOf(next, ["z", "z,b", "b, m", "z,", "nope", ""])}`,
          oneOf(next, ["", "priority=5\n", "priority=x\n"])
        ].join("\n")
      : ""
  const defaults = next(12) === 0 ? "[DEFAULT]\nstartsecs=7\nuser=nobody\n" : ""
  const programs = names.slice(0, 1 + next(4)).map((name) => program(next, name))
  return `${defaults}[supervisord]\n${globals}${groups}${programs.join("")}`
}

const sinkFacts = ({ backups, file, maxBytes, syslog }: LogSink) => [
  typeof file === "string" ? file : file.path,
  maxBytes,
  backups,
  syslog
]

const uids: Readonly<Record<string, number>> = { root: 0, nobody: 65534 }

const processFacts = (name: string, definition: Definition) => ({
  name,
  command: definition.command,
  // supervisord leaves a relative one to chdir.
  directory: definition.directory?.replace("/site/", "") ?? null,
  environment: definition.environment,
  umask: definition.umask,
  uid: definition.user === null ? null : (uids[definition.user] ?? -1),
  priority: definition.priority,
  start: [definition.start.auto, definition.start.stableAfterMs / 1000, definition.start.retries],
  restart: definition.restart.when,
  stop: [
    signalNumber(definition.stop.signal),
    definition.stop.timeoutMs / 1000,
    definition.stop.group === "all",
    definition.stop.group !== "no"
  ],
  exitcodes: definition.restart.expectedExitCodes,
  stdout: sinkFacts(definition.logs.stdout),
  stderr: definition.logs.stderr === "stdout" ? "stdout" : sinkFacts(definition.logs.stderr)
})

const facts = ({ groups, programs }: ImportedIni) => ({
  ok: groups.map(({ name, priority, programs: listed }) => ({
    name,
    priority,
    processes: listed.flatMap((one) =>
      programs
        .filter((found) => found.group === name && found.name === one)
        .flatMap(({ instances }) =>
          instances.map((instance) => processFacts(instance.name, instance.definition))
        )
    )
  }))
})

describe("the meaning of a configuration beside Debian's supervisord", () => {
  it("gives the same processes, or the same first error", async () => {
    const next = random(5)
    const configs = Array.from({ length: 3000 }, () => configuration(next))
    const answers = ask(configs.map((config) => ({ config, names: environment })))
    let good = 0
    const errors = new Set<string>()
    for (const [index, config] of configs.entries()) {
      const read = await Effect.runPromise(
        Effect.result(load({ files: { [main]: config }, environment }, true))
      )
      if (Result.isSuccess(read)) {
        good += 1
        assert.deepEqual(facts(read.success), answers[index], config)
        continue
      }
      const [first] = read.failure.problems.filter(({ severity }) => severity === "error")
      assert.deepEqual({ error: first?.message }, answers[index], config)
      errors.add((first?.message ?? "").replace(/'.*'/, "").slice(0, 30))
    }
    assert.isAbove(good, 600, "configurations without an error")
    assert.isAbove(errors.size, 20, "kinds of errors")
  })
})
