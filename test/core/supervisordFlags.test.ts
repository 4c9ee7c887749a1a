import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { configPaths, noConfigText } from "../../src/config/findConfig.ts"
import { getopt } from "../../src/core/getopt.ts"
import { noFlags, supervisordFlags } from "../../src/core/supervisordFlags.ts"

const directories = ["/", "/tmp", "/root", "/site"]
const context = {
  directory: "/site",
  home: "/root",
  facts: {
    findUser: () => null,
    findGroup: () => null,
    isDirectory: (path: string) => directories.includes(path)
  }
}

const read = (...args: ReadonlyArray<string>) => supervisordFlags(args, context)
const refused = (...args: ReadonlyArray<string>) =>
  Result.match(read(...args), { onSuccess: () => null, onFailure: (text) => text })

describe("the command line of supervisord", () => {
  it("has every option by its letter and by its name", () => {
    const short =
      "-c F -n -s -u U -m 077 -d /tmp -l ~/l -y 1MB -z 3 -e WARN -j p -i I -q /tmp -k -a 5 -t"
    const long =
      "--configuration=F --nodaemon --silent --user U --umask 077 --directory /tmp --logfile ~/l " +
      "--logfile_maxbytes=1MB --logfile_backups=3 --loglevel=WARN --pidfile=p --identifier=I " +
      "--childlogdir=/tmp --nocleanup --minfds=5 --strip_ansi --minprocs 7 --profile_options=x"
    const expected = {
      ...noFlags,
      configuration: "F",
      user: "U",
      umask: 0o077,
      directory: "/tmp",
      logfile: "/root/l",
      logfileMaxBytes: 1024 * 1024,
      logfileBackups: 3,
      loglevel: "warn",
      pidfile: "p",
      identifier: "I",
      childlogdir: "/tmp",
      minfds: 5,
      nodaemon: true,
      silent: true,
      nocleanup: true,
      stripAnsi: true
    } as const
    assert.deepEqual(
      read(...short.split(" ")),
      Result.succeed({ kind: "run", flags: expected } as const)
    )
    assert.deepEqual(
      read(...long.split(" ")),
      Result.succeed({ kind: "run", flags: { ...expected, minprocs: 7 } } as const)
    )
  })

  it("has reeve's own options, and prefixes of all", () => {
    const flags = { ...noFlags, watch: true, exitWhen: "all-exited", nodaemon: true } as const
    assert.deepEqual(
      read("--wat", "--exit-when=all-exited", "--nod"),
      Result.succeed({ kind: "run", flags } as const)
    )
    assert.strictEqual(
      refused("--exit-when", "never"),
      "invalid value for --exit-when 'never': it is neither fatal nor all-exited"
    )
  })

  it("is about help or the version where that is asked for before anything is wrong", () => {
    assert.deepEqual(read("-n", "-h", "-eloud"), Result.succeed({ kind: "help" } as const))
    assert.deepEqual(read("-?"), Result.succeed({ kind: "help" } as const))
    assert.deepEqual(read("--ver"), Result.succeed({ kind: "version" } as const))
    assert.strictEqual(
      refused("-eloud", "-h"),
      "invalid value for -e 'loud': bad logging level name 'loud'"
    )
  })

  it("is refused in supervisord's words", () => {
    const refusals: ReadonlyArray<readonly [string, string]> = [
      ["-Q", "option -Q not recognized"],
      ["--frob", "option --frob not recognized"],
      ["-u", "option -u requires argument"],
      ["--user", "option --user requires argument"],
      ["--nodaemon=1", "option --nodaemon must not have an argument"],
      ["--log=x", "option --log not a unique prefix"],
      ["zip", "positional arguments are not supported: ['zip']"],
      ["-n zip zap", "positional arguments are not supported: ['zip', 'zap']"],
      ["-u a -u b", "conflicting command line option '-u'"],
      ["-u a --us=b", "conflicting command line option '--user'"],
      ["-n -n", "conflicting command line option '-n'"],
      ["-m 9", "invalid value for -m '9': 9 can not be converted to an octal type"],
      ["-a x", "invalid value for -a 'x': invalid literal for int() with base 10: 'x'"],
      ["-d /nope", "invalid value for -d '/nope': /nope is not an existing directory"],
      [
        "-l /nope/x",
        "invalid value for -l '/nope/x': The directory named as part of the path /nope/x does not exist"
      ]
    ]
    for (const [words, text] of refusals) assert.strictEqual(refused(...words.split(" ")), text)
  })
})

describe("getopt", () => {
  it("stops at the first word that is no option", () => {
    const found = getopt(["-ab1", "x", "-a"], "ab:", [])
    assert.deepEqual(
      found,
      Result.succeed({
        options: [
          ["-a", ""],
          ["-b", "1"]
        ],
        rest: ["x", "-a"]
      })
    )
    assert.deepEqual(getopt(["--", "-a"], "a", []), Result.succeed({ options: [], rest: ["-a"] }))
    assert.deepEqual(getopt(["-"], "a", []), Result.succeed({ options: [], rest: ["-"] }))
  })
})

describe("the places of a configuration", () => {
  it("begin beside the directory of the executable", () => {
    assert.deepEqual(configPaths("/usr/bin/reeve"), [
      "/usr/etc/supervisord.conf",
      "/usr/supervisord.conf",
      "supervisord.conf",
      "etc/supervisord.conf",
      "/etc/supervisord.conf",
      "/etc/supervisor/supervisord.conf"
    ])
    assert.deepEqual(configPaths("/reeve").slice(0, 2), [
      "/etc/supervisord.conf",
      "/supervisord.conf"
    ])
    assert.deepEqual(configPaths("reeve").slice(0, 2), ["etc/supervisord.conf", "supervisord.conf"])
  })

  it("are all named when none of them is there", () => {
    assert.strictEqual(
      noConfigText("/a/bin/reeve"),
      "No config file found at default paths (/a/etc/supervisord.conf, /a/supervisord.conf, " +
        "supervisord.conf, etc/supervisord.conf, /etc/supervisord.conf, " +
        "/etc/supervisor/supervisord.conf); use the -c option to specify a config file at a different path"
    )
  })
})
