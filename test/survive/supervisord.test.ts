/** `reeve supervisord` whose daemon is killed: clients of supervisord find everything as it was. */
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { afterEach, assert, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import { waitFor } from "../real/reeve.ts"
import { type Begun, childrenOf, isAlive, SupervisordSite } from "../real/SupervisordSite.ts"

const SIGKILL = 9
const script = fileURLToPath(new URL("../fixtures/listeners/listener.py", import.meta.url))

let site: SupervisordSite

afterEach(() => site.clear())

const program = (name: string, seconds: number, more = "") =>
  `[program:${name}]\ncommand=/bin/sleep ${seconds}\nstartsecs=0\n${more}`

const daemonOf = ({ pid }: Begun): number => {
  const found = childrenOf(pid).find((child) =>
    fs.readFileSync(`/proc/${child}/cmdline`, "utf8").includes("supervisordDaemon")
  )
  return found ?? assert.fail("no daemon")
}

const killDaemon = async (begun: Begun): Promise<void> => {
  const daemon = daemonOf(begun)
  libc.kill(daemon, SIGKILL)
  await waitFor("it to be dead", () => !isAlive(daemon))
  await waitFor("the next daemon to answer", async () => {
    if (begun.child.exitCode !== null) throw new Error(`it ended: ${begun.out()}${begun.err()}`)
    return site.answers()
  })
}

const pidOf = (name: string): number => Number(site.ctl("pid", name).out)

/** Without what grows: uptimes. */
const table = (): ReadonlyArray<string> =>
  site
    .ctl("status")
    .out.trimEnd()
    .split("\n")
    .map((line) => line.replace(/, uptime.*/, ""))

describe("reeve supervisord whose daemon is killed", () => {
  it("keeps pids, what was stopped by hand, sockets, pidfile and child logs", async () => {
    const talking = `[program:talking]\ncommand=/bin/sh -c "while :; do echo line; sleep 0.05; done"\nstartsecs=0\n`
    site = new SupervisordSite(
      program("one", 5601) +
        program("two", 5602) +
        program("lazy", 5603, "autostart=false\n") +
        talking
    )
    const begun = await site.up()
    for (const name of ["one", "two", "talking"]) await site.waitForState(name, "RUNNING")
    assert.equal(site.ctl("stop", "two").out, "two: stopped\n")
    const before = table()
    const logs = autoLogs()
    const [log = assert.fail("no log")] = logs.filter((name) => name.includes("talking-stdout"))
    await killDaemon(begun)
    assert.deepEqual(table(), before)
    assert.equal(site.pid(), begun.pid)
    assert.equal(Number(site.ctl("pid").out), begun.pid)
    assert.deepEqual(autoLogs(), logs)
    const size = fs.statSync(site.path(log)).size
    assert.isAbove(size, 0)
    await waitFor("more output", () => fs.statSync(site.path(log)).size > size)
    assert.match(site.ctl("tail", "talking").out, /line\nline\n/)
    assert.equal(site.ctl("start", "two").out, "two: started\n")
    const two = pidOf("two")
    await killDaemon(begun)
    assert.equal(pidOf("two"), two)
    assert.equal(site.ctl("stop", "all").code, 0)
    assert.isFalse(isAlive(two))
  })

  it("keeps groups as they were added, removed and updated since the start", async () => {
    site = new SupervisordSite(program("one", 5611) + program("two", 5612) + program("three", 5613))
    const begun = await site.up()
    for (const name of ["one", "two", "three"]) await site.waitForState(name, "RUNNING")
    site.configure(program("one", 5611) + program("two", 5614) + program("four", 5615))
    assert.match(site.ctl("update").out, /four: added process group/)
    site.configure(
      program("one", 5611) + program("two", 5614) + program("four", 5615) + program("five", 5616)
    )
    assert.match(site.ctl("reread").out, /five: available/)
    await site.waitForState("four", "RUNNING")
    await site.waitForState("two", "RUNNING")
    assert.equal(site.ctl("stop", "one").code, 0)
    assert.equal(site.ctl("remove", "one").out, "one: removed process group\n")
    const before = table()
    await killDaemon(begun)
    assert.deepEqual(table(), before)
    // What was read and not taken up is read anew.
    assert.match(site.ctl("reread").out, /one: available/)
    assert.match(site.ctl("avail").out, /five +avail/)
    assert.match(site.ctl("add", "one").out, /one: added process group/)
    await site.waitForState("one", "RUNNING")
    const now = table()
    await killDaemon(begun)
    assert.deepEqual(table(), now)
  })

  it("can be reloaded and shut down afterwards", async () => {
    site = new SupervisordSite(program("one", 5621) + program("two", 5622))
    const begun = await site.up()
    await site.waitForState("one", "RUNNING")
    await killDaemon(begun)
    const old = [pidOf("one"), pidOf("two")]
    site.configure(program("one", 5621) + program("three", 5623))
    assert.equal(site.ctl("reload").out, "Restarted supervisord\n")
    await waitFor(
      "three",
      async () => (await site.answers()) && site.status("three").startsWith("RUNNING")
    )
    assert.deepEqual(old.filter(isAlive), [])
    assert.equal(site.pid(), begun.pid)
    await killDaemon(begun)
    const now = [pidOf("one"), pidOf("three")]
    assert.equal(site.ctl("shutdown").out, "Shut down\n")
    assert.equal(await begun.ended, 0)
    assert.deepEqual(now.filter(isAlive), [])
    assert.isFalse(fs.existsSync(site.path("s.pid")))
  })

  it("an event listener is begun anew, and hears on", async () => {
    const listener = `[eventlistener:all]
command=/usr/bin/python3 ${script} ok
events=PROCESS_STATE
environment=RECORD="%(here)s/all.jsonl"
`
    site = new SupervisordSite(listener + program("one", 5631))
    const begun = await site.up()
    await site.waitForState("one", "RUNNING")
    await site.waitForState("all", "RUNNING")
    const [one, all] = [pidOf("one"), pidOf("all")]
    await killDaemon(begun)
    await waitFor(
      "another listener",
      () => site.status("all").startsWith("RUNNING") && pidOf("all") !== all
    )
    assert.isFalse(isAlive(all))
    assert.equal(pidOf("one"), one)
    assert.equal(site.ctl("stop", "one").code, 0)
    await waitFor("it to be heard", () =>
      fs.readFileSync(site.path("all.jsonl"), "utf8").includes("PROCESS_STATE_STOPPED")
    )
  })

  it("takes its programs over when the keeper was killed as well and it is started again", async () => {
    site = new SupervisordSite(program("one", 5641) + program("two", 5642))
    const begun = await site.up()
    await site.waitForState("one", "RUNNING")
    await site.waitForState("two", "RUNNING")
    assert.equal(site.ctl("stop", "two").code, 0)
    const one = pidOf("one")
    const daemon = daemonOf(begun)
    begun.child.kill("SIGKILL")
    libc.kill(daemon, SIGKILL)
    await begun.ended
    await waitFor("it to be dead", () => !isAlive(daemon))
    assert.isTrue(isAlive(one))
    await site.up()
    await site.waitForState("one", "RUNNING")
    assert.equal(pidOf("one"), one)
    assert.match(site.status("two"), /^STOPPED/)
  })
})

const autoLogs = (): ReadonlyArray<string> =>
  fs
    .readdirSync(site.directory)
    .filter((name) => /-std(out|err)---/.test(name))
    .sort()
