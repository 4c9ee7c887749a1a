import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import { declare, Estate, isRoot, sleeper } from "./Estate.ts"
import { waitFor } from "./reeve.ts"
import { childrenOf, SupervisordSite } from "./SupervisordSite.ts"

const made: Array<{ readonly clear: () => Promise<void> }> = []
const site = (programs: string): SupervisordSite => {
  const one = new SupervisordSite(programs)
  made.push(one)
  return one
}
const estate = (programs: Readonly<Record<string, object>>): Estate => {
  const one = new Estate({ "all.ts": declare(programs) })
  made.push(one)
  return one
}
afterEach(async () => {
  for (const one of made.splice(0)) await one.clear()
})

/** Who is not root becomes it in a namespace of its own. */
const asRoot = isRoot ? [] : ["--user", "--map-root-user"]
const namespace = ["unshare", ...asRoot, "--pid", "--fork", "--mount-proc", "--kill-child"]

describe("as PID 1", () => {
  it("reaps 200 orphans, and ends in order with status 0", async () => {
    const at = site(`[program:cat]
command=/bin/cat
[program:maker]
command=/bin/sh -c 'i=0; while [ $i -lt 200 ]; do (sh -c "sleep 0.1; exit 3" &); i=$((i+1)); done; sleep 0.3'
startsecs=0
autorestart=false
`)
    const begun = await at.up([], namespace)
    assert.equal(at.pid(), 1)
    const reaped = () =>
      at.log().filter((line) => /^INFO reaped unknown pid \d+ \(exit status 3\)$/.test(line)).length
    await waitFor("all orphans", () => reaped() === 200)
    const [keeper = 0] = childrenOf(begun.pid)
    const [daemon = 0] = childrenOf(keeper)
    for (const pid of [keeper, daemon]) {
      const states = childrenOf(pid).map((child) => readFileSync(`/proc/${child}/stat`, "utf8"))
      assert.isEmpty(states.filter((stat) => / \(.*\) Z /.test(stat)))
    }
    process.kill(keeper, "SIGTERM")
    assert.equal(await begun.ended, 0)
    assert.include(at.log(), "WARN stopped: cat (terminated by SIGTERM)")
  })

  it("reaps what falls to the keeper", async () => {
    const at = site("[program:cat]\ncommand=/bin/cat\n")
    const begun = await at.up([], namespace)
    const [keeper = 0] = childrenOf(begun.pid)
    const orphan = `(sh -c 'sleep 0.1; exit 3' &)`
    const into = ["-t", String(keeper), "-p", "-m", ...(isRoot ? [] : ["-U"])]
    const ran = spawnSync("nsenter", [...into, "sh", "-c", orphan])
    assert.equal(ran.status, 0)
    await waitFor("the orphan to be gone", () => childrenOf(keeper).length === 1)
    process.kill(keeper, "SIGTERM")
    assert.equal(await begun.ended, 0)
  })
})

const quits = (code: number, more = "") =>
  `[program:quits${code}]\ncommand=/bin/sh -c 'sleep 1.2; exit ${code}'\nautorestart=false\n${more}\n`

describe("--exit-when", () => {
  it("fatal ends with 1 once a program is FATAL, and stops the others in order", async () => {
    const at = site(
      "[program:cat]\ncommand=/bin/cat\n[program:bad]\ncommand=/bin/sh -c 'exit 3'\nstartretries=0\n"
    )
    const begun = at.begin(["--exit-when", "fatal"])
    assert.equal(await begun.ended, 1)
    assert.include(at.log(), "WARN exiting: bad is FATAL")
    assert.include(at.log(), "WARN stopped: cat (terminated by SIGTERM)")
  })

  it("all-exited ends with 0 when every exit was expected, else with 1", async () => {
    const idle = "[program:idle]\ncommand=/bin/cat\nautostart=false\n"
    const good = site(quits(0) + idle)
    assert.equal(await good.begin(["--exit-when=all-exited"]).ended, 0)
    const bad = site(quits(0) + quits(5) + idle)
    assert.equal(await bad.begin(["--exit-when=all-exited"]).ended, 1)
    assert.include(bad.log(), "WARN exiting: all programs have exited, not as expected: quits5")
  })

  it("is off by default", async () => {
    const at = site(quits(5))
    await at.up()
    await at.waitForLine(/^WARN exited: quits5 /)
    assert.isTrue(await at.answers())
  })

  it("ends reeve up as well", async () => {
    const at = estate({
      stays: sleeper(1000),
      bad: { command: ["false"], start: { retries: 0 } }
    })
    const up = at.begin("--exit-when", "fatal")
    assert.equal(await up.ended, 1)
    assert.include(up.said(), "reeve: stopping: bad is FATAL")
    const tasks = estate({
      once: { command: ["true"], start: { stableAfter: "0s" }, restart: { when: "never" } }
    })
    assert.equal(await tasks.begin("--exit-when", "all-exited").ended, 0)
  })
})
