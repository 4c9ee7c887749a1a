import * as fs from "node:fs"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { sealInstance } from "../../src/config/sealInstance.ts"
import type { Definition } from "../../src/domain/Definition.ts"
import { noHooks } from "../../src/domain/Hooks.ts"
import type { InstanceSpec } from "../../src/domain/Instance.ts"
import { usualUpdate } from "../../src/domain/Update.ts"
import { FilesLive } from "../../src/os/FilesLive.ts"
import { Host } from "../../src/os/Host.ts"
import { UsersLive } from "../../src/os/UsersLive.ts"
import { Launcher } from "../../src/supervise/Launcher.ts"
import { LauncherLive } from "../../src/supervise/LauncherLive.ts"
import { noLimits, workspace } from "./runProgram.ts"

const isRoot = process.geteuid?.() === 0
/** What an ordinary user is told instead. */
const notPermitted = "couldn't setuid to 65534: Can't drop privilege as nonroot user"
const space = workspace()
afterAll(space.remove)
const at = (name: string) => join(space.path, name)
const file = (name: string, content: string | Uint8Array, mode: number) => {
  fs.mkdirSync(join(at(name), ".."), { recursive: true })
  fs.writeFileSync(at(name), content)
  fs.chmodSync(at(name), mode)
  return at(name)
}

const sink = {
  file: "none",
  maxBytes: 0,
  backups: 0,
  syslog: false,
  stripAnsi: false,
  captureMaxBytes: 0,
  events: false
} as const
const definition: Definition = {
  description: null,
  command: "/bin/true",
  directory: null,
  environment: {},
  envFile: [],
  inheritEnvironment: "all",
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
  start: { auto: true, stableAfterMs: 1000, retries: 3 },
  restart: {
    when: "unexpected",
    expectedExitCodes: [0],
    maxLifetimeMs: null,
    lifetimeVariance: 0.1,
    backoff: {
      kind: "linear",
      stepMs: 1000,
      maxMs: null,
      jitter: 0,
      resetAfterMs: null,
      pace: "starts"
    }
  },
  stop: { signal: "TERM", timeoutMs: 10_000, group: "no", command: null },
  logs: { stdout: sink, stderr: sink },
  limits: noLimits,
  listener: null,
  fastCgi: null
}

const spec = (parts: Partial<Definition>, origin: InstanceSpec["origin"] = "ini"): InstanceSpec =>
  sealInstance({
    name: "web_1",
    group: "site",
    groupPriority: 999,
    program: "web",
    index: 1,
    origin,
    source: { file: "x.ini", line: 1, column: 1 },
    protect: false,
    renamedFrom: null,
    definition: { ...definition, ...parts }
  })

const host = (environment: Readonly<Record<string, string>>, directory = "/") =>
  Layer.succeed(Host, {
    platform: "linux",
    hostname: "here",
    pid: process.pid,
    environment: new Map(Object.entries(environment)),
    directory,
    umask: 0o022,
    cpus: 1,
    memoryBytes: 1
  })

const reeve = {
  PATH: "/usr/bin:/bin",
  LANG: "C.UTF-8",
  LC_TIME: "C",
  HOME: "/r",
  SECRET_SOURCE: "s3"
}

const launched = (
  wanted: InstanceSpec,
  environment: Readonly<Record<string, string>> = reeve,
  serverUrl: string | null = null
) =>
  Launcher.use((launcher) => launcher.launch(wanted, "id1", serverUrl)).pipe(
    Effect.provide(
      LauncherLive.pipe(
        Layer.provide(Layer.mergeAll(FilesLive, UsersLive, host(environment, space.path)))
      )
    )
  )

const refusal = (parts: Partial<Definition>, origin: InstanceSpec["origin"] = "ini") =>
  Effect.map(Effect.flip(launched(spec(parts, origin))), ({ kind, text }) => [kind, text])

describe("launch: the command", () => {
  it.live("looks a name up in the program's PATH, then reeve's, and keeps argv[0] as typed", () =>
    Effect.gen(function* () {
      const { request } = yield* launched(spec({ command: "sh -c 'exit 3'" }))
      assert.deepInclude(request, { file: "/usr/bin/sh", argv: ["sh", "-c", "exit 3"] })
      const tool = file("bin/sh", "#!/bin/sh\n", 0o755)
      const own = yield* launched(spec({ command: ["sh"], environment: { PATH: at("bin") } }))
      assert.strictEqual(own.request.file, tool)
      const none = yield* launched(spec({ command: "sh" }), {})
      assert.strictEqual(none.request.file, "/bin/sh")
    })
  )

  it.live("says what is wrong with a command in supervisord's words", () =>
    Effect.gen(function* () {
      const plain = file("plain", "#!/bin/sh\n", 0o644)
      assert.deepStrictEqual(yield* refusal({ command: '/bin/sh -c "foo' }), [
        "notExecutable",
        `can't parse command '/bin/sh -c "foo': No closing quotation`
      ])
      assert.deepStrictEqual(yield* refusal({ command: "  " }), [
        "notExecutable",
        "command is empty"
      ])
      assert.deepStrictEqual(yield* refusal({ command: "nosuchcmd x" }), [
        "noFile",
        "can't find command 'nosuchcmd'"
      ])
      assert.deepStrictEqual(yield* refusal({ command: ["/no'pe"] }), [
        "noFile",
        `can't find command "/no'pe"`
      ])
      assert.deepStrictEqual(yield* refusal({ command: "/usr" }), [
        "notExecutable",
        "command at '/usr' is a directory"
      ])
      assert.deepStrictEqual(yield* refusal({ command: plain }), [
        "notExecutable",
        `command at '${plain}' is not executable`
      ])
    })
  )

  it.live("lets the first entry of PATH that exists win, even when it cannot be executed", () =>
    Effect.gen(function* () {
      const first = file("first/cat", "", 0o644)
      const environment = { PATH: `${at("first")}:/bin` }
      assert.deepStrictEqual(yield* refusal({ command: "cat", environment }), [
        "notExecutable",
        `command at '${first}' is not executable`
      ])
    })
  )

  it.live("takes a relative command from the directory; of ini programs from reeve's, too", () =>
    Effect.gen(function* () {
      file("work/run", "#!/bin/sh\n", 0o755)
      const parts = { command: "./run", directory: at("work") }
      const { request } = yield* launched(spec(parts, "typescript"))
      assert.strictEqual(request.file, "./run")
      assert.deepStrictEqual(yield* refusal(parts), ["noFile", "can't find command './run'"])
      file("run", "#!/bin/sh\n", 0o755)
      assert.strictEqual((yield* launched(spec(parts))).request.file, "./run")
    })
  )

  it.live("looks at the interpreter of a script", () =>
    Effect.gen(function* () {
      const script = (content: string) => file("script", content, 0o755)
      const command = script("#! /nope/python -u\n")
      assert.deepStrictEqual(yield* refusal({ command }), [
        "spawn",
        `couldn't exec ${command}: its interpreter '/nope/python' does not exist`
      ])
      script("#!/bin/sh\r\necho\r\n")
      assert.include((yield* refusal({ command }))[1], "the file has Windows line ends")
      script("#!/usr\n")
      assert.include((yield* refusal({ command }))[1], "'/usr' is not executable")
      script("#!\n")
      assert.include((yield* refusal({ command }))[1], "names no interpreter")
      script("echo hello\n")
      assert.include((yield* refusal({ command }))[1], `couldn't exec ${command}: ENOEXEC`)
      script("#!/bin/sh -e\n")
      assert.strictEqual((yield* launched(spec({ command }))).request.file, command)
    })
  )
})

describe("launch: user and directory", () => {
  it.live("says that a directory is missing, is none, or may not be entered", () =>
    Effect.gen(function* () {
      const plain = file("a-file", "", 0o644)
      assert.deepStrictEqual(yield* refusal({ directory: "/nope" }), [
        "spawn",
        "couldn't chdir to /nope: ENOENT"
      ])
      assert.deepStrictEqual(yield* refusal({ directory: plain }), [
        "spawn",
        `couldn't chdir to ${plain}: ENOTDIR`
      ])
      fs.mkdirSync(at("closed"), { mode: 0o700 })
      assert.deepStrictEqual(yield* refusal({ directory: at("closed"), user: "nobody" }), [
        "spawn",
        isRoot ? `couldn't chdir to ${at("closed")}: EACCES` : notPermitted
      ])
    })
  )

  it.live("says that there is no such user, and leaves reeve's own alone", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal({ user: "nosuchuser" }), [
        "spawn",
        "couldn't setuid to nosuchuser: Can't find user nosuchuser"
      ])
      assert.deepStrictEqual(yield* refusal({ user: "4000000000" }), [
        "spawn",
        "couldn't setuid to 4000000000: Can't find uid 4000000000"
      ])
      const { request } = yield* launched(spec({ user: String(process.geteuid?.()) }))
      assert.isNull(request.credentials)
    })
  )

  it.live("checks the command with the user's rights", () =>
    Effect.gen(function* () {
      const command = file("owned/tool", "#!/bin/sh\n", 0o700)
      if (!isRoot) {
        const refused = yield* refusal({ command, user: "nobody" })
        assert.strictEqual(refused[1], notPermitted)
        return
      }
      assert.deepStrictEqual(yield* refusal({ command, user: "nobody" }), [
        "notExecutable",
        `no permission to run command '${command}'`
      ])
      fs.chownSync(command, 65534, 65534)
      const { openAs, request } = yield* launched(spec({ command, user: "nobody" }))
      assert.deepStrictEqual(request.credentials, { uid: 65534, gid: 65534, name: "nobody" })
      assert.deepStrictEqual(openAs, { uid: 65534, gid: 65534, groups: [65534] })
    })
  )
})

describe("launch: the environment", () => {
  it.live(
    "gives an ini program reeve's own, with supervisord's variables and the declared ones on top",
    () =>
      Effect.gen(function* () {
        const { request } = yield* launched(
          spec({ environment: { SUPERVISOR_ENABLED: "no", A: "1", ["__proto__"]: "p" } })
        )
        assert.deepStrictEqual(Object.fromEntries(request.environment), {
          ...reeve,
          SUPERVISOR_ENABLED: "no",
          SUPERVISOR_PROCESS_NAME: "web_1",
          SUPERVISOR_GROUP_NAME: "site",
          A: "1",
          ["__proto__"]: "p",
          REEVE_SPAWN_ID: "id1"
        })
      })
  )

  it.live("tells where the control socket is, unless the configuration says otherwise", () =>
    Effect.gen(function* () {
      const url = "unix:///run/s.sock"
      const { request } = yield* launched(spec({}), reeve, url)
      assert.strictEqual(request.environment.get("SUPERVISOR_SERVER_URL"), url)
      const own = spec({ environment: { SUPERVISOR_SERVER_URL: "mine" } })
      const { request: second } = yield* launched(own, reeve, url)
      assert.strictEqual(second.environment.get("SUPERVISOR_SERVER_URL"), "mine")
    })
  )

  it.live("gives a TypeScript program little, and the variables of its user", () =>
    Effect.gen(function* () {
      const parts = { inheritEnvironment: ["EXTRA"], userEnvironment: true, user: "nobody" }
      const environment = { ...reeve, EXTRA: "x" }
      if (!isRoot) {
        assert.strictEqual((yield* refusal(parts, "typescript"))[1], notPermitted)
        return
      }
      const { request } = yield* launched(spec(parts, "typescript"), environment)
      assert.deepStrictEqual(Object.fromEntries(request.environment), {
        PATH: "/usr/bin:/bin",
        LANG: "C.UTF-8",
        LC_TIME: "C",
        EXTRA: "x",
        HOME: "/nonexistent",
        USER: "nobody",
        LOGNAME: "nobody",
        SHELL: "/usr/sbin/nologin",
        SUPERVISOR_ENABLED: "1",
        SUPERVISOR_PROCESS_NAME: "web_1",
        SUPERVISOR_GROUP_NAME: "site",
        REEVE_INSTANCE: "1",
        REEVE_SPAWN_ID: "id1"
      })
      const own = yield* launched(spec({ ...parts, user: null }, "typescript"), environment)
      assert.strictEqual(own.request.environment.get("HOME"), "/r")
    })
  )

  it.live("reads files of variables and secrets at the start, and names what is missing", () =>
    Effect.gen(function* () {
      const envFile = [file(".env", "# c\nexport A=1\nB='two words'\n", 0o600)]
      const secret = file("secret", "hunter2\n", 0o600)
      const { request } = yield* launched(
        spec({
          envFile,
          environment: {
            B: "declared",
            C: { secret: "file", path: secret },
            D: { secret: "env", name: "SECRET_SOURCE" }
          }
        })
      )
      const got = ["A", "B", "C", "D"].map((name) => request.environment.get(name))
      assert.deepStrictEqual(got, ["1", "declared", "hunter2", "s3"])
      assert.deepStrictEqual(yield* refusal({ envFile: ["/nope/.env"] }), [
        "spawn",
        "couldn't read envFile /nope/.env: ENOENT"
      ])
      assert.deepStrictEqual(
        yield* refusal({ environment: { C: { secret: "file", path: "/nope" } } }),
        ["spawn", "environment.C: couldn't read the secret file /nope: ENOENT"]
      )
      assert.deepStrictEqual(
        yield* refusal({ environment: { C: { secret: "env", name: "GONE" } } }),
        [
          "spawn",
          "environment.C: reeve was started without the variable GONE that holds its secret"
        ]
      )
    })
  )

  it.live("changes the hash of what is inherited only with what the program inherits", () =>
    Effect.gen(function* () {
      const hash = (parts: Partial<Definition>, extra: Readonly<Record<string, string>>) =>
        Effect.map(launched(spec(parts), { ...reeve, ...extra }), (one) => one.inheritedHash)
      const whole = yield* hash({}, {})
      assert.strictEqual(yield* hash({ environment: { X: "1" } }, {}), whole)
      assert.strictEqual(yield* hash({}, { SHLVL: "3", PWD: "/x" }), whole)
      assert.notStrictEqual(yield* hash({}, { X: "1" }), whole)
      const few = { inheritEnvironment: ["Y"] }
      assert.strictEqual(yield* hash(few, {}), yield* hash(few, { X: "1" }))
    })
  )
})
