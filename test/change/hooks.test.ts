/** Hooks and `stop.command` with real processes. */
import * as fs from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import { isAlive, killAndWait } from "../real/Death.ts"
import { declare, Estate } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

let estate: Estate
afterEach(() => estate.clear())

const sh = (script: string) => ["/bin/sh", "-c", script]

/** Writes a line with its moment (nanoseconds) to the file `order`. */
const line = (what: string) => `echo "${what} $(date +%s%N)" >> order`

/** Says when it begins and when TERM comes. */
const program = sh(
  `trap '${line("ends").replaceAll("'", "'\\''")}; exit 0' TERM; ${line("begins")}; while :; do sleep 0.02; done`
)

const hooked = (directory: string, fields: object = {}) => ({
  command: program,
  directory,
  start: { stableAfter: "1 second" },
  hooks: {
    beforeStart: sh(line("beforeStart $REEVE_HOOK")),
    afterStart: sh(line("afterStart $REEVE_PID")),
    beforeStop: sh(line("beforeStop $REEVE_PID")),
    afterStop: sh(line("afterStop $REEVE_PID $REEVE_EXIT_STATUS"))
  },
  ...fields
})

interface Line {
  readonly words: ReadonlyArray<string>
  readonly at: bigint
}

const order = (): ReadonlyArray<Line> => {
  const path = estate.path("work/order")
  const text = fs.existsSync(path) ? fs.readFileSync(path, "utf8") : ""
  return text
    .split("\n")
    .filter((it) => it !== "")
    .map((it) => {
      const words = it.split(" ")
      return { words: words.slice(0, -1), at: BigInt(words.at(-1) ?? 0) }
    })
}

const names = (): ReadonlyArray<string> => order().map(({ words }) => words[0] ?? "")

const told = (name: string, times = 1) =>
  waitFor(`${name} ${times} times`, () => names().filter((it) => it === name).length >= times)

/** With a directory in which anybody may write. */
const found = (programs: (directory: string) => Readonly<Record<string, object>>): Estate => {
  const made = new Estate()
  const directory = made.path("work")
  fs.mkdirSync(directory)
  fs.chmodSync(directory, 0o777)
  made.write("all.ts", declare(programs(directory)))
  return made
}

describe("hooks", () => {
  it("run in order around a start and a stop, and know the process that they are about", async () => {
    estate = found((directory) => ({ web: hooked(directory) }))
    await estate.up()
    await told("afterStart")
    const pid = await estate.pid("web")
    const { code } = await estate.run("stop", "web")
    assert.equal(code, 0)
    assert.deepEqual(
      order().map(({ words }) => words.join(" ")),
      [
        "beforeStart beforeStart",
        "begins",
        `afterStart ${pid}`,
        `beforeStop ${pid}`,
        "ends",
        `afterStop ${pid} 0`
      ]
    )
    const times = order().map(({ at }) => at)
    assert.deepEqual(
      times,
      [...times].sort((a, b) => (a < b ? -1 : 1))
    )
  })

  it("run at automatic restarts too, and tell how the process ended", async () => {
    estate = found((directory) => ({ web: hooked(directory) }))
    await estate.up()
    await told("afterStart")
    const pid = await estate.pid("web")
    process.kill(pid, "SIGKILL")
    await told("afterStart", 2)
    assert.deepEqual(names(), [
      "beforeStart",
      "begins",
      "afterStart",
      "afterStop",
      "beforeStart",
      "begins",
      "afterStart"
    ])
    assert.deepEqual(order()[3]?.words, ["afterStop", String(pid), "SIGKILL"])
  })

  it("let a start fail when beforeStart fails or takes too long, and say why", async () => {
    const fails = sh("echo first; echo 'no such table' >&2; exit 3")
    const hangs = { command: sh("echo waiting; sleep 5611; :"), timeout: "300ms" }
    estate = found((directory) => ({
      fails: { command: ["sleep", "5612"], directory, hooks: { beforeStart: fails } },
      hangs: { command: ["sleep", "5613"], directory, hooks: { beforeStart: hangs } },
      web: { command: ["sleep", "5614"], start: { stableAfter: "0s" } }
    }))
    await estate.up()
    await estate.waitForState("web", "RUNNING")
    const { reason } = await estate.waitForState("fails", "BACKOFF")
    assert.deepEqual(reason, {
      kind: "startFailed",
      text: "hooks.beforeStart failed (exit status 3): no such table"
    })
    const late = await estate.waitForState("hangs", "BACKOFF")
    assert.deepEqual(late.reason, {
      kind: "startFailed",
      text: "hooks.beforeStart took longer than 300ms and was ended: waiting"
    })
    assert.isEmpty(running("5611"))
    assert.include(estate.log(), "fails: beforeStart: first")
  })

  it("of a start end with all that they started when a stop comes", async () => {
    const hook = sh(`sleep 5621 & ${line("beforeStart")}; sleep 5621`)
    estate = found((directory) => ({
      web: { command: program, directory, hooks: { beforeStart: hook } }
    }))
    await estate.up()
    await told("beforeStart")
    await waitFor("both", () => running("5621").length === 2)
    const { out } = await estate.run("status")
    assert.match(out, /web +STARTING +.*runs hooks\.beforeStart/)
    const { code } = await estate.run("stop", "web")
    assert.equal(code, 0)
    assert.equal((await estate.instance("web"))?.state, "STOPPED")
    assert.isEmpty(running("5621"))
    assert.deepEqual(names(), ["beforeStart"])
  })

  it("run as the program's user, with its environment", async () => {
    estate = found((directory) => ({
      web: hooked(directory, {
        user: "nobody",
        environment: { GREETING: "hello" },
        hooks: { beforeStart: sh(line("$(id -un) $GREETING $(pwd)")) }
      })
    }))
    await estate.up()
    await told("begins")
    assert.deepEqual(order()[0]?.words, ["nobody", "hello", estate.path("work")])
  })

  it("that leave something in their group do not leave it behind", async () => {
    estate = found((directory) => ({
      web: { command: program, directory, hooks: { beforeStart: sh("sleep 5631 & :") } }
    }))
    await estate.up()
    await told("begins")
    assert.isEmpty(running("5631"))
  })

  it("of a start that a killed daemon was in the middle of run anew, never twice at once", async () => {
    const hook = sh(`sleep 5641 & ${line("beforeStart")}; while [ ! -e go ]; do sleep 0.02; done`)
    estate = found((directory) => ({
      web: { command: program, directory, hooks: { beforeStart: hook } }
    }))
    await estate.up()
    await told("beforeStart")
    const [first] = running("5641")
    await killAndWait(estate)
    await told("beforeStart", 2)
    assert.isFalse(isAlive(first ?? 0))
    assert.lengthOf(running("5641"), 1)
    assert.notInclude(names(), "begins")
    fs.writeFileSync(estate.path("work/go"), "")
    await estate.waitForState("web", "RUNNING")
    assert.deepEqual(names(), ["beforeStart", "beforeStart", "begins"])
  })

  it("after an end that an upgrade comes to run anew, and the next start waits for them", async () => {
    const afterStop = sh(`${line("afterStop")}; while [ ! -e go ]; do sleep 0.02; done`)
    estate = found((directory) => ({ web: hooked(directory, { hooks: { afterStop } }) }))
    await estate.up()
    await told("begins")
    process.kill(await estate.pid("web"), "SIGKILL")
    await told("afterStop")
    const { code, err } = await estate.run("upgrade", "--force")
    assert.equal(code, 0, err)
    await told("afterStop", 2)
    assert.deepEqual(names(), ["begins", "afterStop", "afterStop"])
    fs.writeFileSync(estate.path("work/go"), "")
    await told("begins", 2)
    assert.equal(names().at(-1), "begins")
  })

  it("whose command is not on this machine are a warning before anything starts", async () => {
    estate = found((directory) => ({
      web: { command: program, directory, hooks: { beforeStart: "no-such-command --now" } }
    }))
    const { code, err, out } = await estate.run("check")
    assert.equal(code, 0)
    assert.match(out + err, /hooks\.beforeStart: "no-such-command" is in no directory of PATH/)
  })

  it("of a stop are over when reeve is", async () => {
    const afterStop = sh(`sleep 0.3; ${line("afterStop")}`)
    estate = found((directory) => ({ web: hooked(directory, { hooks: { afterStop } }) }))
    const up = await estate.up()
    await told("begins")
    await estate.run("down")
    await up.ended
    assert.deepEqual(names(), ["begins", "ends", "afterStop"])
  })
})

describe("stop.command", () => {
  it("stops the process in the place of the signal", async () => {
    const command = sh('echo $REEVE_PID > asked; kill -HUP "$REEVE_PID"')
    const hup = sh(
      `trap '' TERM; trap 'exit 7' HUP; ${line("begins")}; while :; do sleep 0.02; done`
    )
    estate = found((directory) => ({ web: { command: hup, directory, stop: { command } } }))
    await estate.up()
    await told("begins")
    const pid = await estate.pid("web")
    await estate.run("stop", "web")
    const { exit, state } = (await estate.instance("web")) ?? {}
    assert.equal(state, "STOPPED")
    assert.deepEqual(exit, { kind: "code", code: 7 })
    assert.equal(fs.readFileSync(estate.path("work/asked"), "utf8"), `${pid}\n`)
  })

  it("that fails is told, and the signal stops it", async () => {
    const command = sh("echo 'no answer'; exit 1")
    estate = found((directory) => ({ web: { command: program, directory, stop: { command } } }))
    await estate.up()
    await told("begins")
    await estate.run("stop", "web")
    assert.equal((await estate.instance("web"))?.state, "STOPPED")
    assert.deepEqual(names(), ["begins", "ends"])
    const text = "web: stop.command failed (exit status 1): no answer; TERM is sent instead"
    assert.include(estate.log(), text)
  })

  it("that hangs is ended with the process by KILL when the stop's time is over", async () => {
    const stop = { command: sh("sleep 5651; :"), timeout: "600ms" }
    estate = found((directory) => ({ web: { command: program, directory, stop } }))
    await estate.up()
    await told("begins")
    const before = Date.now()
    await estate.run("stop", "web")
    const { exit, state } = (await estate.instance("web")) ?? {}
    assert.equal(state, "STOPPED")
    assert.equal(exit?.kind === "signal" && exit.signal, "SIGKILL")
    assert.isBelow(Date.now() - before, 5_000)
    assert.isEmpty(running("5651"))
  })
})

/** Pids of `sleep` with that argument. */
const running = (seconds: string): ReadonlyArray<number> =>
  fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const words = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")
        return words[0] === "sleep" && words[1] === seconds ? [Number(pid)] : []
      } catch {
        return []
      }
    })
