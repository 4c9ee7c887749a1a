import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { boot, load, main, processesOf, refusal } from "./iniMachine.ts"

const at = (text: string, others: Readonly<Record<string, string>> = {}) => ({
  files: { [main]: text, ...others },
  directories: ["/", "/conf", "/tmp", "/root", "/site", "/var/log"]
})

const rpc =
  "[rpcinterface:supervisor]\n" +
  "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n"

const levels = (found: Effect.Success<ReturnType<typeof boot>>) =>
  found.config.messages.map(({ level, text }) => `${level}: ${text}`)

const asRoot =
  "critical: Supervisor is running as root.  Privileges were not dropped because no user is " +
  "specified in the config file.  If you intend to run as root, you can set user=root in the " +
  "config file to avoid this message."

describe("[supervisord]", () => {
  it.effect("has supervisord's defaults, with absolute paths", () =>
    Effect.map(boot(at("[supervisord]\n")), ({ config }) => {
      assert.deepEqual(config.settings, {
        logfile: "/site/supervisord.log",
        logfileMaxBytes: 50 * 1024 * 1024,
        logfileBackups: 10,
        loglevel: "info",
        pidfile: "/site/supervisord.pid",
        nodaemon: false,
        silent: false,
        minfds: 1024,
        minprocs: 200,
        nocleanup: false,
        stripAnsi: false,
        umask: 0o022,
        directory: null,
        user: null,
        identifier: "supervisor",
        childlogdir: "/tmp"
      })
      assert.deepEqual(config.servers, [])
      assert.isNull(config.serverUrl)
      assert.isFalse(config.rpcInterface)
    })
  )

  it.effect("is beaten by the command line, key by key", () =>
    Effect.gen(function* () {
      const text =
        "[supervisord]\nlogfile=/tmp/a\nloglevel=debug\nminfds=5\nuser=nosuch\numask=077\nnodaemon=false\n"
      const { config } = yield* boot(at(text), {
        logfile: "/var/log/b",
        loglevel: "error",
        user: "nobody",
        nodaemon: true,
        umask: 0o027,
        directory: "sub/../.."
      })
      const { directory, logfile, loglevel, minfds, nodaemon, umask, user } = config.settings
      assert.deepEqual(
        [logfile, loglevel, minfds, nodaemon, umask, user, directory],
        [
          "/var/log/b",
          "error",
          5,
          true,
          0o027,
          { uid: 65534, gid: 65534, name: "nobody" },
          "/site/sub/../.."
        ]
      )
    })
  )

  it.effect("is wrong where its value is wrong, although the command line beats it", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* refusal(at("[supervisord]\nlogfile=/nope/a\n"), { logfile: "/tmp/b" }),
        "The directory named as part of the path /nope/a does not exist"
      )
    })
  )

  it.effect("looks its user up when all else is read", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* refusal(at("[supervisord]\nuser=nosuch\n[inet_http_server]\nport=x\n")),
        "not a valid port number: 'x' "
      )
      assert.strictEqual(
        yield* refusal(at("[supervisord]\nuser=nosuch\n")),
        "Invalid user name nosuch"
      )
    })
  )

  it.effect("may log to syslog, and takes none for the name of a file", () =>
    Effect.gen(function* () {
      const syslog = yield* boot(at("[supervisord]\nlogfile=syslog\n"))
      assert.strictEqual(syslog.config.settings.logfile, "syslog")
      const none = yield* boot(at("[supervisord]\nlogfile=none\n"))
      assert.strictEqual(none.config.settings.logfile, "/site/none")
    })
  )

  it.effect("is told of by the name that the file was given", () =>
    Effect.gen(function* () {
      const machine = at("[supervisord]\n[program:a]\n")
      const failed = yield* Effect.flip(boot(machine, {}, "../conf/s.ini"))
      assert.strictEqual(
        failed.text,
        "program section program:a does not specify a command in section 'program:a' " +
          "(file: '../conf/s.ini')"
      )
      const absent = yield* Effect.flip(boot(machine, {}, "nope.ini"))
      assert.strictEqual(absent.text, "could not find config file nope.ini")
    })
  )
})

describe("the messages at boot", () => {
  it.effect("are criticals, then warnings again for each process, then includes", () =>
    Effect.gen(function* () {
      const text =
        "[include]\nfiles=nope.x x/*.ini\n[supervisord]\n[program:a]\ncommand=/bin/cat\n" +
        "numprocs=2\nprocess_name=%(process_num)d\nstdout_logfile=syslog\nstderr_logfile_maxbytes=0\n"
      const found = yield* boot(at(text, { "/conf/x/b.ini": "", "/conf/x/a.ini": "" }))
      const deprecated =
        "warn: For [program:a], stdout_logfile=syslog but this is deprecated and will be removed.  " +
        "Use stdout_syslog=true to enable syslog instead."
      const rollover =
        "warn: For [program:a], AUTO logging used for stderr_logfile without rollover, set " +
        "maxbytes > 0 to avoid filling up filesystem unintentionally"
      assert.deepEqual(levels(found), [
        asRoot,
        'warn: No file matches via include "/conf/nope.x"',
        deprecated,
        rollover,
        deprecated,
        rollover,
        'info: Included extra file "/conf/x/a.ini" during parsing',
        'info: Included extra file "/conf/x/b.ini" during parsing'
      ])
    })
  )

  it.effect("do not blame root for running as root when that was asked for", () =>
    Effect.map(boot(at("[supervisord]\nuser=root\n")), (found) => {
      assert.deepEqual(levels(found), [])
    })
  )
})

describe("[unix_http_server], [inet_http_server] and [rpcinterface:x]", () => {
  it.effect("are several, TCP first, and the first Unix one is what programs are told", () =>
    Effect.gen(function* () {
      const text =
        "[supervisord]\n[unix_http_server]\nfile=%(here)s/a.sock\nchmod=0770\nchown=root:nogroup\n" +
        "[inet_http_server:x]\nport=127.0.0.1:9001\nusername=\npassword=\n" +
        `[unix_http_server:y]\nfile=~/b.sock\nchown=nobody\n${rpc}`
      const { config } = yield* boot(at(text))
      assert.isTrue(config.rpcInterface)
      assert.strictEqual(config.serverUrl, "unix:///conf/a.sock")
      const nobody = { username: null, password: null }
      assert.deepEqual(config.servers, [
        {
          kind: "inet",
          section: "inet_http_server:x",
          username: "",
          password: "",
          host: "127.0.0.1",
          port: 9001
        },
        {
          kind: "unix",
          section: "unix_http_server",
          ...nobody,
          file: "/conf/a.sock",
          mode: 0o770,
          owner: { uid: 0, gid: 65534 }
        },
        {
          kind: "unix",
          section: "unix_http_server:y",
          ...nobody,
          file: "/root/b.sock",
          mode: 0o700,
          owner: { uid: 65534, gid: -1 }
        }
      ])
    })
  )

  const refusals: ReadonlyArray<readonly [string, string]> = [
    ["[unix_http_server]\n", "section [unix_http_server] has no file value"],
    ["[inet_http_server:x]\n", "section [inet_http_server:x] has no port value"],
    ["[unix_http_server]\nfile=/tmp/x\nchmod=9\n", "Invalid chmod value 9"],
    ["[unix_http_server]\nfile=/tmp/x\nchown=a:b\n", "Invalid sockchown value a:b"],
    ["[inet_http_server]\nport=x:\n", "no port number specified in ''"],
    ["[inet_http_server]\nport=x:70000\n", "70000 is above upper bound (65535)"],
    [
      "[rpcinterface:supervisor]\n",
      "section [rpcinterface:supervisor] does not specify a supervisor.rpcinterface_factory"
    ],
    [
      "[rpcinterface:x]\nsupervisor.rpcinterface_factory=twiddler:make\n",
      "twiddler:make cannot be resolved within [rpcinterface:x]"
    ],
    [
      rpc.replace(":supervisor]", ":x]"),
      "supervisor.rpcinterface:make_main_rpcinterface can only be used within [rpcinterface:supervisor]"
    ],
    [
      `[DEFAULT]\nstartsecs=1\n[inet_http_server]\nport=1\n${rpc}`,
      "Could not make supervisor rpc interface"
    ],
    [
      "[eventlistener:l]\nevents=TICK\nresult_handler=mine:handle\n",
      "mine:handle cannot be resolved within [eventlistener:l]"
    ],
    [
      "[eventlistener:l]\nevents=TICK\nredirect_stderr=true\n",
      "[eventlistener:l] section sets redirect_stderr=true but this is not allowed because it " +
        "will interfere with the eventlistener protocol"
    ],
    ["[fcgi-program:f]\n", '[fcgi-program:f] section requires a "socket" line'],
    ["[fcgi-program:f]\nsocket_backlog=0\n", "Invalid socket_backlog value 0"],
    ["[fcgi-program:f]\nsocket_owner=x\n", "Invalid socket_owner value x"],
    ["[fcgi-program:f]\nsocket_mode=9\n", "Invalid socket_mode value 9"]
  ]
  for (const [text, expected] of refusals) {
    it.effect(`are refused with: ${expected}`, () =>
      Effect.map(refusal(at(`[supervisord]\n${text}`)), (found) => {
        assert.strictEqual(found, expected)
      })
    )
  }
})

describe("listeners and FastCGI programs", () => {
  it.effect("have what makes them so in their definitions", () =>
    Effect.gen(function* () {
      const text =
        "[supervisord]\n[eventlistener:l]\ncommand=/l\nevents=process_state, TICK_5\n" +
        "[fcgi-program:f]\ncommand=/f\nsocket=unix:///run/%(program_name)s.sock\nsocket_owner=nobody\n" +
        "[program:p]\ncommand=/p\nstdout_capture_maxbytes=1MB\nstderr_events_enabled=true\n"
      const found = yield* boot(at(text))
      const facts = found.programs
        .flatMap(({ instances }) => instances)
        .map(({ definition, groupPriority, name }) => ({
          name,
          priority: [groupPriority, definition.priority],
          listener: definition.listener,
          fastCgi: definition.fastCgi
        }))
      assert.deepEqual(facts, [
        {
          name: "l",
          priority: [-1, 999],
          listener: { events: ["PROCESS_STATE", "TICK_5"], bufferSize: 10 },
          fastCgi: null
        },
        {
          name: "f",
          priority: [999, 999],
          listener: null,
          fastCgi: {
            kind: "unix",
            path: "/run/f.sock",
            owner: "nobody",
            mode: 0o700,
            backlog: null
          }
        },
        { name: "p", priority: [999, 999], listener: null, fastCgi: null }
      ])
      const logs = found.programs[2]?.instances[0]?.definition.logs
      assert.strictEqual(logs?.stdout.captureMaxBytes, 1024 * 1024)
      assert.isTrue(typeof logs?.stderr === "object" && logs.stderr.events)
    })
  )

  it.effect("keep their socket in a group, and run without one that is wrong", () =>
    Effect.gen(function* () {
      const group = "[supervisord]\n[group:g]\nprograms=f\n[fcgi-program:f]\ncommand=/f\n"
      const good = yield* boot(at(`${group}socket=tcp://localhost:9000\n`))
      assert.deepEqual(good.programs[0]?.instances[0]?.definition.fastCgi, {
        kind: "tcp",
        host: "localhost",
        port: 9000,
        backlog: null
      })
      const bad = yield* boot(at(group))
      assert.isNull(bad.programs[0]?.instances[0]?.definition.fastCgi)
      assert.deepEqual(
        bad.warnings.map(({ message }) => message),
        [
          "[fcgi-program:f] is in a group and runs as a plain program without a socket: " +
            '[fcgi-program:f] section requires a "socket" line'
        ]
      )
    })
  )

  it.effect("run from reeve's own entries, where servers are only told of", () =>
    Effect.gen(function* () {
      const text =
        "[supervisord]\nlogfile=/nope/x\n[unix_http_server]\n[rpcinterface:x]\n" +
        "[eventlistener:l]\ncommand=/l\nevents=TICK\n"
      const found = yield* load(at(text))
      assert.lengthOf(processesOf(found), 1)
      assert.deepEqual(
        found.warnings.map(({ message }) => message),
        [
          "[supervisord] logfile only counts with reeve supervisord; here it does nothing",
          "[unix_http_server] only counts with reeve supervisord; here it opens no server"
        ]
      )
    })
  )
})
