import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { closeOnExecAll } from "../../src/os/closeOnExecAll.ts"
import * as libc from "../../src/os/libc.ts"
import { ownNice } from "../../src/os/precedence.ts"
import { noLimits, request, runProgram, workspace } from "./runProgram.ts"

const nobody = { uid: 65534, gid: 65534, name: "nobody" }
const isRoot = process.geteuid?.() === 0
/** What id(1) says of the user that the programs below become. */
const id = (what: string) =>
  execFileSync("id", isRoot ? [what, "nobody"] : [what], { encoding: "utf8" }).trim()
const sh = (script: string, parts = {}) => request(["/bin/sh", "-c", script], parts)

describe("Spawner", () => {
  const space = workspace()
  afterAll(space.remove)
  const run = (wanted: ReturnType<typeof request>) => runProgram(space.path, wanted)

  it.live("gives the words as they are, and argv[0] as typed", () =>
    Effect.gen(function* () {
      const { output, status } = yield* run(
        request(["cat", "/proc/self/cmdline"], { file: "/bin/cat" })
      )
      assert.strictEqual(output, "cat\0/proc/self/cmdline\0")
      assert.deepStrictEqual(status, { kind: "code", code: 0 })
    })
  )

  it.live(
    "passes on no descriptor but 0, 1 and 2, also of those inherited or opened without care",
    () =>
      Effect.gen(function* () {
        const careless = libc.open("/dev/null", libc.O.RDWR)
        closeOnExecAll()
        const { output } = yield* run(request(["ls", "/proc/self/fd"], { file: "/bin/ls" }))
        libc.close(careless)
        // 3 is the directory that ls itself reads.
        assert.deepStrictEqual(output.trim().split("\n"), ["0", "1", "2", "3"])
      })
  )

  it.live("starts with default dispositions and an empty mask in a session of its own", () =>
    Effect.gen(function* () {
      const { output } = yield* run(
        sh("grep -E '^Sig(Blk|Ign)' /proc/self/status; read -r stat < /proc/$$/stat; echo $$ $stat")
      )
      for (const line of output.split("\n").filter((text) => text.startsWith("Sig"))) {
        assert.match(line, /\t0+$/)
      }
      const [shell, , , , , group, session] = (output.trim().split("\n").at(-1) ?? "").split(" ")
      assert.strictEqual(session, shell)
      assert.strictEqual(group, shell)
    })
  )

  it.live(
    "changes to the directory, takes exactly the environment, and leaves the umask alone",
    () =>
      Effect.gen(function* () {
        const environment = new Map([
          ["PATH", "/usr/bin:/bin"],
          ["A.B", "a dot"],
          ["EMPTY", ""],
          ["PWD", "/wrong"]
        ])
        const { output } = yield* run(
          request(["env"], { file: "/usr/bin/env", environment, directory: "/usr" })
        )
        assert.strictEqual(output, "PATH=/usr/bin:/bin\nA.B=a dot\nEMPTY=\nPWD=/wrong\n")
        const where = yield* run(sh("pwd -P; umask", { directory: "/usr" }))
        const own = /^Umask:\s*(\d+)/m.exec(fs.readFileSync("/proc/self/status", "utf8"))?.[1]
        assert.strictEqual(where.output, `/usr\n${own}\n`)
      })
  )

  it.live("sets a umask through a shell that leaves the environment as it was", () =>
    Effect.gen(function* () {
      const before = fs.readFileSync("/proc/self/status", "utf8").match(/^Umask:.*$/m)?.[0]
      const script = request(["env"], { file: "/usr/bin/env", umask: 0o27 })
      assert.strictEqual((yield* run(script)).output, "PATH=/usr/bin:/bin\n")
      const kept = new Map([
        ["PATH", "/usr/bin:/bin"],
        ["PWD", "/wrong"]
      ])
      const withPwd = yield* run({ ...script, environment: kept })
      assert.deepStrictEqual(withPwd.output.trim().split("\n").sort(), [
        "PATH=/usr/bin:/bin",
        "PWD=/wrong"
      ])
      assert.strictEqual((yield* run(sh("umask", { umask: 0o27 }))).output, "0027\n")
      const after = fs.readFileSync("/proc/self/status", "utf8").match(/^Umask:.*$/m)?.[0]
      assert.strictEqual(after, before)
    })
  )

  it.live("refuses a umask beside an environment name that a shell drops", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(
        run(sh("true", { umask: 0o22, environment: new Map([["a.b", "1"]]) }))
      )
      assert.include(failure.detail, '"a.b"')
    })
  )

  it.live("becomes the user with all groups and keeps pid, argv[0] and limits", () =>
    Effect.gen(function* () {
      const limits = { ...noLimits, openFiles: 77 }
      const { output } = yield* run(
        sh(
          "id -u; id -g; id -G; ulimit -n; ulimit -Hn; umask; cat /proc/self/status | grep CapEff",
          {
            credentials: isRoot ? nobody : null,
            umask: 0o77,
            limits
          }
        )
      )
      assert.deepStrictEqual(output.trim().split("\n").slice(0, 6), [
        ...["-u", "-g", "-G"].map((what) => id(what)),
        "77",
        "77",
        "0077"
      ])
      assert.match(output, /CapEff:\s0+\n/)
      const words = yield* run(
        request(["cat", "/proc/self/cmdline"], {
          file: "/usr/bin/cat",
          limits,
          credentials: isRoot ? nobody : null
        })
      )
      assert.strictEqual(words.output, "cat\0/proc/self/cmdline\0")
    })
  )

  it.live("sets niceness exactly, lower than its own where it may, and keeps its own", () =>
    Effect.gen(function* () {
      const own = ownNice()
      const wanted = isRoot ? Math.max(-20, own - 5) : own
      for (const nice of [wanted, own, Math.min(19, own + 4)]) {
        const { output } = yield* run(
          request(["nice"], { file: "/usr/bin/nice", limits: { ...noLimits, nice } })
        )
        assert.strictEqual(output, `${nice}\n`)
        assert.strictEqual(ownNice(), own)
      }
    })
  )

  it("gives programs the limit of open files that reeve was started with", () => {
    const [hard] = execFileSync("/bin/sh", ["-c", "ulimit -Hn"], { encoding: "utf8" }).split("\n")
    const fixture = fileURLToPath(new URL("../fixtures/startOpenFiles.ts", import.meta.url))
    // The shell waits, so that it is the parent whose limit counts.
    const script = 'ulimit -Sn 400; "$0" "$1"; exit $?'
    const output = execFileSync("/bin/sh", ["-c", script, process.execPath, fixture], {
      encoding: "utf8"
    })
    const ways = ["window", "window", "prlimit"]
    assert.strictEqual(output, ways.map((way) => `${way} 400:${hard}\n`).join(""))
    const told = execFileSync(process.execPath, [fixture], {
      encoding: "utf8",
      env: { ...process.env, REEVE_START_OPEN_FILES: "500" }
    })
    assert.match(told, new RegExp(`^window 500:${hard}\nwindow 500:${hard}\n`))
  })

  it.live(
    "names the errno of what failed: the file, a descriptor, the descriptors of this process",
    () =>
      Effect.gen(function* () {
        const missing = yield* Effect.flip(run(request(["/nope"])))
        assert.deepInclude(missing, { call: "spawn", errno: "ENOENT" })
        const text = join(space.path, "text")
        fs.writeFileSync(text, "echo no\n", { mode: 0o755 })
        assert.strictEqual((yield* Effect.flip(run(request([text])))).errno, "ENOEXEC")
        const noInput = yield* Effect.flip(
          run(sh("true", { stdin: { kind: "file", path: "/nope" } }))
        )
        assert.deepInclude(noInput, { call: "open", errno: "ENOENT" })
        const nul = yield* Effect.flip(run(sh("a\0b")))
        assert.deepInclude(nul, { errno: "EINVAL", detail: "the command holds a NUL character" })
        const large = yield* Effect.flip(run(request(["/bin/true", "x".repeat(200_000)])))
        assert.strictEqual(large.errno, "E2BIG")
      })
  )

  it.live("reads stdin from a FIFO that never ends, or from a file", () =>
    Effect.gen(function* () {
      const file = join(space.path, "input")
      fs.writeFileSync(file, "from a file")
      const { output } = yield* run(sh("cat", { stdin: { kind: "file", path: file } }))
      assert.strictEqual(output, "from a file")
      const pipe = join(space.path, "pipe")
      libc.mkfifo(pipe, 0o600)
      // The program would end at once if it saw end of file.
      const { status } = yield* run(
        sh("timeout 0.2 cat; test $? = 124", { stdin: { kind: "fifo", path: pipe } })
      )
      assert.deepStrictEqual(status, { kind: "code", code: 0 })
    })
  )
})
