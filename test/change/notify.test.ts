import * as fs from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import { isAlive, kill, killAndWait } from "../real/Death.ts"
import { declare, Estate, isRoot, ordinaryUser } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { Teller, until, untilReady } from "./Probed.ts"

let estate: Estate
afterEach(() => estate.clear())

const start = { stableAfter: "0s" }
const restart = { backoff: { kind: "fixed", delay: "100ms" } }
const notify = { kind: "notify" }
/** As root, what is told is told by an ordinary user. */
const user = isRoot ? { user: "nobody" } : {}

const socketOf = (pid: number): string => {
  const entries = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0")
  return entries.find((entry) => entry.startsWith("NOTIFY_SOCKET="))?.slice(14) ?? ""
}

describe("a process that tells of itself", () => {
  it("is ready, reloading, stopping when it says so, and its status is shown", async () => {
    estate = new Estate()
    const teller = new Teller(estate, "app")
    estate.write(
      "all.ts",
      declare({ app: { command: teller.command, start, ready: notify, ...user } })
    )
    await estate.up()
    const { process } = await until(estate, "app", "to run", (it) => it.state === "RUNNING")
    assert.isFalse((await estate.instance("app"))?.ready?.ok)
    const socket = socketOf(process?.pid ?? 0)
    assert.equal(fs.statSync(socket).mode & 0o777, 0o600)
    teller.tell("STATUS=loading 10 %\u001b[31m")
    await until(estate, "app", "to say what it does", (it) =>
      /^loading 10/.test(it.told?.status ?? "")
    )
    assert.match((await estate.run("status")).out, /not ready; "loading 10 %\\x1b\[31m"/)
    teller.tell("READY=1|STATUS=serving|MAINPID=1|X_OTHER=1")
    await untilReady(estate, "app")
    assert.match((await estate.run("status")).out, /; ready; "serving"/)
    teller.tell("RELOADING=1")
    const reloading = await until(
      estate,
      "app",
      "to reload",
      (it) => it.told?.phase === "reloading"
    )
    assert.isTrue(reloading.ready?.ok)
    teller.tell("READY=1")
    await until(estate, "app", "to have reloaded", (it) => it.told?.phase === null)
    teller.tell("STOPPING=1")
    await untilReady(estate, "app", false)
    assert.match(
      (await estate.run("status")).out,
      /not ready: is stopping .*says that it is stopping/
    )
    teller.tell("exit 0")
    await until(estate, "app", "to end", (it) => it.state === "EXITED")
    assert.isFalse(fs.existsSync(socket))
  })

  it("is heard by the reeve of an ordinary user too", async () => {
    estate = new Estate()
    estate.below = ordinaryUser()
    if (isRoot) fs.chownSync(estate.directory, 65534, 65534)
    if (isRoot) fs.chownSync(estate.path("programs"), 65534, 65534)
    const teller = new Teller(estate, "app")
    estate.write("all.ts", declare({ app: { command: teller.command, start, ready: notify } }))
    await estate.up()
    await until(estate, "app", "to run", (it) => it.state === "RUNNING")
    teller.tell("READY=1")
    const { process } = await untilReady(estate, "app")
    assert.match(socketOf(process?.pid ?? 0), /\/\.reeve\/run\/notify\//)
  })

  it("that floods its socket stops nothing, and its last word is heard", async () => {
    estate = new Estate()
    const teller = new Teller(estate, "app")
    estate.write("all.ts", declare({ app: { command: teller.command, start, ready: notify } }))
    await estate.up()
    await until(estate, "app", "to run", (it) => it.state === "RUNNING")
    teller.tell("flood 20000")
    await until(estate, "app", "to flood", (it) => it.told?.status === "flood")
    const asked = Date.now()
    await estate.instances()
    assert.isBelow(Date.now() - asked, 1_000)
    await until(estate, "app", "to have flooded", (it) => it.told?.status === "over")
  })

  it("is restarted when it does not say in time that it is alive, and not before it was ready", async () => {
    estate = new Estate()
    const teller = new Teller(estate, "app")
    const liveness = { kind: "notify", watchdog: "1 second" }
    const app = { command: teller.command, start, restart, ready: notify, liveness }
    estate.write("all.ts", declare({ app }))
    await estate.up()
    const { process, since } = await until(estate, "app", "to run", (it) => it.state === "RUNNING")
    const environment = fs.readFileSync(`/proc/${process?.pid}/environ`, "utf8")
    assert.include(environment, "WATCHDOG_USEC=1000000")
    await waitFor("a second and a half", async () => Date.now() - since > 1_500)
    assert.equal(await estate.pid("app"), process?.pid)
    teller.tell("READY=1")
    await untilReady(estate, "app")
    const begun = Date.now()
    while (Date.now() - begun < 2_000) {
      teller.tell("WATCHDOG=1")
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    assert.equal(await estate.pid("app"), process?.pid)
    const silent = Date.now()
    const next = await until(
      estate,
      "app",
      "to be restarted",
      (it) => it.process !== null && it.process.pid !== process?.pid
    )
    assert.isAbove(Date.now() - silent, 700)
    assert.isFalse(next.ready?.ok ?? false)
    assert.match((await estate.run("why", "app")).out, /no WATCHDOG=1 within 1s/)
    teller.tell("READY=1")
    const ready = await untilReady(estate, "app")
    teller.tell("WATCHDOG=trigger")
    await until(
      estate,
      "app",
      "to be restarted again",
      (it) => it.process !== null && it.process.pid !== ready.process?.pid
    )
  })

  it("is ready when it writes a newline to its descriptor", async () => {
    estate = new Estate()
    const teller = new Teller(estate, "app")
    const ready = { kind: "notify", fd: 7 }
    // Through a shell too: umask is set by one.
    const app = { command: teller.command, start, ready, umask: "027", ...user }
    estate.write("all.ts", declare({ app }))
    await estate.up()
    const { process } = await until(estate, "app", "to run", (it) => it.state === "RUNNING")
    assert.deepEqual(
      fs
        .readdirSync(`/proc/${process?.pid}/fd`)
        .map(Number)
        .filter((fd) => fd > 2 && fd !== 3),
      [7]
    )
    assert.isFalse((await estate.instance("app"))?.ready?.ok)
    teller.tell("fd 7")
    await untilReady(estate, "app")
  })

  it("is ready when it writes its line, also in colours, and later lines cost nothing", async () => {
    estate = new Estate()
    const teller = new Teller(estate, "app")
    const ready = { kind: "logLine", line: { matches: "listening on \\d+$", flags: "i" } }
    const log = estate.path("app.log")
    const app = { command: teller.command, start, ready, logs: { stdout: { file: log } } }
    estate.write("all.ts", declare({ app }))
    await estate.up()
    teller.tell("say LISTENING on nothing")
    await waitFor("the line", async () => /nothing/.test(fs.readFileSync(log, "utf8")))
    assert.isFalse((await estate.instance("app"))?.ready?.ok)
    teller.tell("say \u001b[32mListening\u001b[0m on 8080")
    await untilReady(estate, "app")
    teller.tell("say more")
    await waitFor("what comes after", async () => /more/.test(fs.readFileSync(log, "utf8")))
    assert.match(
      fs.readFileSync(log, "utf8"),
      /^LISTENING on nothing\n.*\[32mListening.*8080\nmore\n$/s
    )
  })
})

describe("what is told while no daemon lives", () => {
  it("is heard by the next one: by datagram, by descriptor, and by a line", async () => {
    estate = new Estate()
    const tellers = ["socket", "pipe", "line"].map((name) => new Teller(estate, name))
    const [socket, pipe, line] = tellers
    const within = { within: "20 seconds" }
    estate.write(
      "all.ts",
      declare({
        socket: { command: socket?.command, start, ready: { ...notify, ...within }, ...user },
        pipe: { command: pipe?.command, start, ready: { ...notify, fd: 4, ...within }, ...user },
        line: {
          command: line?.command,
          start,
          ready: { kind: "logLine", line: "up and running", ...within }
        }
      })
    )
    await estate.up()
    const before = await estate.pids()
    const keeper = (await estate.info()).keeper?.pid ?? 0
    // The keeper waits, so that there is no daemon for a while.
    process.kill(keeper, "SIGSTOP")
    const daemon = await kill(estate)
    await waitFor("its end", async () => !isAlive(daemon))
    socket?.tell("READY=1|STATUS=said in between")
    pipe?.tell("fd 4")
    line?.tell("say up and running")
    process.kill(keeper, "SIGCONT")
    for (const name of ["socket", "pipe", "line"]) await untilReady(estate, name)
    assert.equal((await estate.instance("socket"))?.told?.status, "said in between")
    assert.deepEqual(await estate.pids(), before)
    await killAndWait(estate)
    for (const name of ["socket", "pipe", "line"]) {
      assert.isTrue((await estate.instance(name))?.ready?.ok, name)
    }
    socket?.tell("STATUS=heard again")
    await until(estate, "socket", "to be heard", (it) => it.told?.status === "heard again")
    assert.deepEqual(await estate.pids(), before)
  })
})
