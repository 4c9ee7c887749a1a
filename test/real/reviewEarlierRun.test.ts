import { readdirSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import { processFacts } from "../../src/os/procStat.ts"
import { declare, Estate, sleeper } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

let estate: Estate

beforeEach(() => {
  estate = new Estate({ "all.ts": declare({ web: sleeper(5120), mail: sleeper(5121) }) })
})

afterEach(() => estate.clear())

const isGone = (pid: number) => {
  const facts = processFacts(pid)
  return facts === null || facts.state === "Z"
}

const rows = (where: string): number => {
  const database = new DatabaseSync(`${estate.state}/run/processes.db`, { readOnly: true })
  const row = database.prepare(`SELECT count(*) AS count FROM processes WHERE ${where}`).get()
  database.close()
  return Number(row?.["count"])
}

describe("after keeper and daemon were killed", () => {
  it("up takes over what lives and starts what does not, and nothing of theirs is left", async () => {
    const first = await estate.up()
    const { daemon } = await estate.info()
    const before = await estate.pids()
    const pipes = () => readdirSync(`${estate.state}/run/fifos`)
    const earlier = new Set(pipes())
    first.child.kill("SIGKILL")
    libc.kill(daemon.pid, 9)
    await waitFor("the daemon to be gone", () => isGone(daemon.pid))
    const web = before["web"] ?? assert.fail("web does not run")
    libc.kill(web, 9)
    await estate.up()
    await waitFor("web to run again", async () => {
      const pid = (await estate.pids())["web"]
      return pid !== undefined && pid !== web
    })
    assert.strictEqual((await estate.pids())["mail"], before["mail"])
    assert.isTrue(isGone(web))
    // One that ended and that its new parent has not reaped yet is counted with those that go on.
    const { adopted } = await estate.info()
    assert.strictEqual((adopted?.processes ?? 0) + (adopted?.ended ?? 0), 2)
    assert.match(estate.log(), /process(es)?.* goe?s? on/)
    await waitFor("the pipes of what has ended to be gone", () => {
      return pipes().filter((pipe) => earlier.has(pipe)).length === 2
    })
    assert.equal(rows("exit IS NULL"), 2)
  })
})

describe("a start that fails again and again", () => {
  it("leaves one intent on record, not one a try", async () => {
    const failing = sleeper(5122, {
      logs: { stdout: { file: estate.path("missing/log") } },
      restart: { backoff: { kind: "fixed", delay: "20ms" } }
    })
    estate.write("failing.ts", declare({ failing }))
    await estate.up()
    const failures = async () => (await estate.instance("failing"))?.failures ?? 0
    await waitFor("some tries", async () => (await failures()) > 10)
    assert.isAtMost(rows("pid IS NULL"), 1)
  })
})
