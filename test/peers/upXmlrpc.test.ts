/** Debian's supervisorctl and Python's xmlrpc.client talk to `reeve up`, with typed and ini programs in one daemon. */
import * as fs from "node:fs"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { type Python, type RpcCall, startPython } from "./compare/Python.ts"

const ini = (seconds: number): string => `
[program:old]
command=/bin/sh -c "echo words of old; exec sleep ${seconds}"
startsecs=0
[group:pair]
programs=one,two
[program:one]
command=sleep 1003
startsecs=0
[program:two]
command=sleep 1004
startsecs=0
autostart=false
`

let python: Python
let estate: Estate

beforeAll(() => {
  python = startPython()
})
afterAll(() => python.close())
afterEach(() => estate.clear())

const begin = async (...args: ReadonlyArray<string>): Promise<void> => {
  estate = new Estate({ "web.ts": declare({ web: sleeper(1001, { instances: 2 }) }) })
  estate.write("old.ini", ini(1002))
  fs.writeFileSync(estate.path("ctl.conf"), "[supervisorctl]\n")
  await estate.up("--quiet", ...args)
}

const url = (): string => `unix://${estate.path(".reeve/run/reeve.sock")}`

const rpc = async (method: string, ...params: RpcCall[1]) => {
  const [answer] = await python.rpc(url(), [[method, params]])
  return answer
}

/** Exit status and output. */
const ctl = async (...args: ReadonlyArray<string>): Promise<string> => {
  const { code, stderr, stdout } = await python.ctl(estate.directory, [
    ...["-c", estate.path("ctl.conf"), "-s", url()],
    ...args
  ])
  return `${code} ${stdout}${stderr}`
}

/** Names and states, as `status` has them. */
const states = async (): Promise<ReadonlyArray<string>> => {
  const { stdout } = await python.ctl(estate.directory, [
    ...["-c", estate.path("ctl.conf"), "-s", url(), "status"]
  ])
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/\s+/).slice(0, 2).join(" "))
}

describe("Debian's supervisorctl against reeve up", () => {
  it("starts, stops and signals typed and ini programs by the names of reeve status", async () => {
    await begin()
    const all = ["old RUNNING", "pair:one RUNNING", "pair:two STOPPED", "web:0 RUNNING"]
    assert.deepEqual(await states(), [...all, "web:1 RUNNING"])
    const { out } = await estate.run("status")
    const shown = out
      .split("\n")
      .slice(1)
      .map((line) => line.split(/\s+/).slice(0, 2).join(" "))
    assert.deepEqual(
      shown.filter((line) => line !== ""),
      await states()
    )

    assert.equal(await ctl("pid"), `0 ${(await estate.info()).keeper?.pid}\n`)
    assert.equal(await ctl("pid", "web:0"), `0 ${await estate.pid("web:0")}\n`)
    assert.equal(await ctl("version"), "0 4.2.5\n")
    assert.match(await ctl("avail"), /^0 (?:.*\n)*old +in use +auto +999:999\n/)

    assert.equal(await ctl("stop", "web:0", "old"), "0 web:0: stopped\nold: stopped\n")
    assert.include((await estate.run("status", "web:0")).out, "held until released")
    assert.equal(await ctl("start", "web:0", "old"), "0 web:0: started\nold: started\n")
    const before = await estate.pid("old")
    assert.equal(await ctl("restart", "old"), "0 old: stopped\nold: started\n")
    assert.notEqual(await estate.pid("old"), before)
    assert.equal(await ctl("signal", "CONT", "web:1"), "0 web:1: signalled\n")
    assert.equal(await ctl("start", "pair:*"), "0 pair:two: started\n")
    assert.equal(await ctl("start", "nothing"), "1 nothing: ERROR (no such process)\n")
  })

  it("shows and clears logs, and follows them", async () => {
    await begin()
    await waitFor("words", async () => (await ctl("tail", "old")).includes("words of old"))
    assert.match(await ctl("maintail"), /entered RUNNING state/)
    assert.equal(await ctl("clear", "old"), "0 old: cleared\n")
    assert.notInclude(await ctl("tail", "old"), "words of old")
    const { spawn } = await import("node:child_process")
    const words = ["-c", estate.path("ctl.conf"), "-s", url(), "tail", "-f", "old"]
    const follower = spawn("/usr/bin/supervisorctl", words, {
      stdio: ["ignore", "pipe", "inherit"]
    })
    try {
      let seen = ""
      follower.stdout.on("data", (bytes) => {
        seen += bytes
      })
      await waitFor("the follower", () => seen.includes("Press Ctrl-C"))
      assert.equal(await ctl("restart", "old"), "0 old: stopped\nold: started\n")
      await waitFor("what is added", () => seen.includes("words of old"))
    } finally {
      follower.kill("SIGKILL")
    }
  })

  it("finds nothing to update after a save: it is applied already", async () => {
    await begin()
    const web = await estate.pids()
    estate.write("old.ini", ini(2002))
    assert.equal(await ctl("update"), "0 ")
    assert.notEqual(await estate.pid("old"), web["old"])
    assert.equal(await estate.pid("web:0"), web["web:0"])
    assert.equal(await ctl("reread"), "0 No config updates to processes\n")
  })

  it("hears of files with errors, and nothing changes", async () => {
    await begin()
    const before = await estate.pids()
    estate.write("bad.ini", "no section")
    assert.match(await ctl("reread"), /^1 ERROR: CANT_REREAD: programs\/bad\.ini:1:1: [^\n]+\n$/)
    assert.deepEqual(await estate.pids(), before)
  })

  it("cannot remove what the files declare, and not what runs", async () => {
    await begin()
    assert.equal(await ctl("remove", "old"), "1 ERROR: process/group still running: old\n")
    assert.equal(await ctl("add", "old"), "0 ERROR: process group already active\n")
    assert.equal(await ctl("add", "none"), "1 ERROR: no such process/group: none\n")
    await ctl("stop", "old")
    assert.match(await ctl("remove", "old"), /FAILED: the files declare old: take it out of them/)
    assert.include(await states(), "old STOPPED")
  })

  it("updates what a guard holds back from a save", async () => {
    await begin()
    estate.write("db.ts", declare({ db: sleeper(1005, { protect: true }) }))
    await estate.waitForState("db", "RUNNING")
    const before = await estate.pid("db")
    estate.write("db.ts", declare({ db: sleeper(2005, { protect: true }) }))
    assert.equal(await ctl("reread"), "0 db: changed\n")
    assert.equal(await estate.pid("db"), before)
    assert.equal(await ctl("update"), "0 db: stopped\ndb: updated process group\n")
    await estate.waitForState("db", "RUNNING")
    assert.notEqual(await estate.pid("db"), before)
    assert.equal(await ctl("reread"), "0 No config updates to processes\n")
  })

  it("shuts down in order; a reload is refused in a sentence", async () => {
    await begin()
    const { daemon, keeper } = await estate.info()
    assert.match(await ctl("reload"), /FAILED: reeve up takes over changed files without/)
    assert.equal((await estate.info()).daemon.pid, daemon.pid)
    assert.equal(await ctl("shutdown"), "0 Shut down\n")
    await waitFor("the end", () => !fs.existsSync(`/proc/${keeper?.pid}`))
    assert.match(await ctl("status"), /^4 unix:\/\/.* no such file\n$/)
  })
})

describe("Debian's supervisorctl against reeve up --manual", () => {
  it("rereads without applying; update applies group by group, and reeve sees nothing left", async () => {
    await begin("--manual")
    const before = await estate.pids()
    estate.write("web.ts", declare({ web: sleeper(3001, { instances: 2 }) }))
    estate.write("old.ini", ini(3002).replaceAll("two", "three"))
    estate.write("new.ini", "[program:new]\ncommand=sleep 3003\nstartsecs=0\n")
    const all = "new: available\nold: changed\npair: changed\nweb: changed\n"
    assert.equal(await ctl("reread"), `0 ${all}`)
    assert.deepEqual(await estate.pids(), before)

    assert.equal(await ctl("update", "web"), "0 web: stopped\nweb: updated process group\n")
    assert.equal(await estate.pid("old"), before["old"])
    assert.notEqual(await estate.pid("web:0"), before["web:0"])
    assert.equal(await ctl("reread"), "0 new: available\nold: changed\npair: changed\n")

    assert.match(await ctl("update"), /^0 (?:.*\n)*new: added process group\n$/)
    const names = ["new RUNNING", "old RUNNING", "pair:one RUNNING", "pair:three STOPPED"]
    assert.deepEqual(await states(), [...names, "web:0 RUNNING", "web:1 RUNNING"])
    assert.deepEqual((await estate.plan()).actions, [])
    assert.equal((await estate.reconciler()).pending, null)
  })

  it("removes a stopped group until it is added again", async () => {
    await begin("--manual")
    await ctl("stop", "old")
    assert.equal(await ctl("remove", "old"), "0 old: removed process group\n")
    assert.notInclude((await states()).join(), "old")
    assert.equal(await ctl("reread"), "0 old: available\n")
    assert.equal(await ctl("add", "old"), "0 old: added process group\n")
    assert.include(await states(), "old RUNNING")
  })
})

describe("Python's xmlrpc.client against reeve up", () => {
  it("gets values and faults in supervisord's forms", async () => {
    await begin()
    assert.deepEqual(await rpc("supervisor.getIdentification"), { value: "reeve" })
    assert.deepEqual(await rpc("supervisor.getState"), {
      value: { statecode: 1, statename: "RUNNING" }
    })
    const info = await rpc("supervisor.getProcessInfo", "web:1")
    assert.nestedPropertyVal(info, "value.group", "web")
    assert.nestedPropertyVal(info, "value.name", "1")
    assert.nestedPropertyVal(info, "value.pid", await estate.pid("web:1"))
    assert.deepEqual(await rpc("supervisor.getProcessInfo", "nothing"), {
      fault: [10, "BAD_NAME: nothing"]
    })
    assert.deepEqual(await rpc("supervisor.reloadConfig"), { value: [[[], [], []]] })
    assert.deepEqual(await rpc("supervisor.clearLog"), { value: true })
    assert.deepEqual(await rpc("no.such"), { fault: [1, "UNKNOWN_METHOD"] })
  })
})
