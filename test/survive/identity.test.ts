/**
 * Who is taken for what: other boots, numbers that are others' now, ends in the instant of adoption. And output that nobody
 * reads for a while.
 */
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { afterEach, assert, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import { processFacts } from "../../src/os/procStat.ts"
import {
  another,
  changes,
  exits,
  isAlive,
  kill,
  killAndWait,
  SIGCONT,
  SIGKILL,
  SIGSTOP
} from "../real/Death.ts"
import { declare, Estate, sleeper, type Up } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

let estate: Estate
const strangers: Array<number> = []

afterEach(async () => {
  await estate.clear()
  for (const pid of strangers.splice(0)) libc.kill(pid, SIGKILL)
})

const two = declare({ web: sleeper(5401), mail: sleeper(5402) })

/** Keeper and daemon die at once; the processes go on. */
const killBoth = async (up: Up): Promise<void> => {
  const { daemon } = await estate.info()
  libc.kill(up.pid, SIGSTOP)
  libc.kill(daemon.pid, SIGKILL)
  libc.kill(up.pid, SIGKILL)
  await up.ended
  await waitFor("both to be gone", () => !isAlive(daemon.pid))
}

const change = (...statements: ReadonlyArray<string>): void => {
  const database = new DatabaseSync(`${estate.state}/run/processes.db`)
  for (const statement of statements) database.exec(statement)
  database.close()
}

const stranger = async (): Promise<number> => {
  const { pid = 0 } = spawn("sleep", ["5403"], { stdio: "ignore", detached: true })
  strangers.push(pid)
  return pid
}

describe("what another boot left on record", () => {
  it("is not adopted and not touched, and everything is started as always", async () => {
    estate = new Estate({ "all.ts": two })
    const first = await estate.up()
    const old = await estate.pids()
    await killBoth(first)
    for (const pid of Object.values(old)) libc.kill(pid, SIGKILL)
    await waitFor("them to be gone", () => !Object.values(old).some(isAlive))
    const pid = await stranger()
    const ticks = processFacts(pid)?.startTicks ?? 0
    const boot = "00000000-0000-0000-0000-000000000000"
    change(
      `UPDATE processes SET boot_id = '${boot}', pid = ${pid}, start_ticks = ${ticks} WHERE instance LIKE '%web%'`,
      `UPDATE processes SET boot_id = '${boot}'`,
      `UPDATE instances SET boot_id = '${boot}'`,
      `UPDATE session SET boot_id = '${boot}'`
    )
    await estate.up()
    const now = await estate.pids()
    assert.sameMembers(Object.keys(now), ["web", "mail"])
    assert.notInclude(Object.values(now), pid)
    assert.isNull((await estate.info()).adopted)
    assert.deepEqual((await changes(estate, "web")).slice(-2), [
      "STOPPED STARTING",
      "STARTING RUNNING"
    ])
    assert.equal((await estate.run("stop", "web")).code, 0)
    assert.isTrue(isAlive(pid))
  })
})

describe("a pid that is a stranger's now", () => {
  it("is not adopted, not signalled, and its program is started again", async () => {
    estate = new Estate({ "all.ts": two })
    const first = await estate.up()
    const old = await estate.pids()
    await killBoth(first)
    libc.kill(old["web"] ?? 0, SIGKILL)
    await waitFor("it to be gone", () => !isAlive(old["web"] ?? 0))
    const pid = await stranger()
    change(`UPDATE processes SET pid = ${pid} WHERE pid = ${old["web"]}`)
    await estate.up()
    await estate.waitForState("web", "RUNNING")
    const now = await estate.pids()
    assert.notEqual(now["web"], pid)
    assert.equal(now["mail"], old["mail"])
    assert.equal((await estate.run("stop", "web")).code, 0)
    assert.isTrue(isAlive(pid))
  })
})

describe("a program", () => {
  it("that ends while its daemon is dead, or is adopted, is told once and started again once", async () => {
    const restart = { backoff: { kind: "fixed", delay: "20ms" } }
    const web = sleeper(5401, { restart })
    estate = new Estate({ "all.ts": declare({ web, mail: sleeper(5402) }) })
    await estate.up()
    let expected = 0
    for (const delay of [0, 60, 120]) {
      const pid = await estate.pid("web")
      const daemon = await kill(estate)
      const due = performance.now() + delay
      await waitFor("some moment", () => performance.now() >= due)
      libc.kill(pid, SIGKILL)
      expected++
      await another(estate, daemon)
      await replaced("web", pid)
      assert.equal(await exits(estate, "web"), expected)
      assert.equal((await estate.instance("web"))?.starts, expected + 1)
    }
    assert.equal(await exits(estate, "mail"), 0)
  })

  it("that fills its pipe while no daemon comes waits, and loses nothing", async () => {
    const lines = 30_000
    const counting = {
      command: ["sh", "-c", `read go < ${"$GATE"}; seq 1 ${lines}; exec sleep 5404`],
      start: { stableAfter: "0s" }
    }
    estate = new Estate()
    const gate = estate.path("gate")
    libc.mkfifo(gate, 0o600)
    estate.write("all.ts", declare({ counting: { ...counting, environment: { GATE: gate } } }))
    const up = await estate.up()
    const pid = await estate.pid("counting")
    const log = (await estate.instance("counting"))?.stdoutLog ?? ""
    libc.kill(up.pid, SIGSTOP)
    const daemon = await kill(estate)
    await waitFor("it to be dead", () => !isAlive(daemon))
    fs.writeFileSync(gate, "go\n")
    await waitFor("it to wait for room", () => /pipe_write/.test(waitsIn(childOf(pid))))
    libc.kill(up.pid, SIGCONT)
    await another(estate, daemon)
    await waitFor("all lines", () => fs.readFileSync(log, "utf8").endsWith(`\n${lines}\n`))
    const expected = Array.from({ length: lines }, (_, at) => `${at + 1}\n`).join("")
    assert.equal(fs.readFileSync(log, "utf8"), expected)
    assert.equal(await estate.pid("counting"), pid)
  })

  it("that closed its output is adopted, watched and stopped like any other", async () => {
    const silent = {
      command: ["sh", "-c", "exec >/dev/null 2>&1; exec sleep 5405"],
      start: { stableAfter: "0s" }
    }
    estate = new Estate({ "all.ts": declare({ silent }) })
    await estate.up()
    const pid = await estate.pid("silent")
    await waitFor("sleep", () => processFacts(pid)?.command.startsWith("sleep") === true)
    await killAndWait(estate)
    assert.equal(await estate.pid("silent"), pid)
    libc.kill(pid, SIGKILL)
    const next = await replaced("silent", pid)
    assert.equal(await exits(estate, "silent"), 1)
    await killAndWait(estate)
    assert.equal((await estate.run("stop", "silent")).code, 0)
    assert.isFalse(isAlive(next))
  })

  it("whose child still writes into the pipe of an earlier life is read, over a death too", async () => {
    const forking = {
      command: [
        "sh",
        "-c",
        `setsid sh -c 'while [ -e "$ON" ]; do echo old; sleep 0.05; done' & echo begun; exec sleep 5406`
      ],
      start: { stableAfter: "0s" },
      stop: { group: "no" }
    }
    estate = new Estate()
    const on = estate.path("on")
    fs.writeFileSync(on, "")
    estate.write("all.ts", declare({ forking: { ...forking, environment: { ON: on } } }))
    await estate.up()
    const pid = await estate.pid("forking")
    const log = (await estate.instance("forking"))?.stdoutLog ?? ""
    await waitFor("the child", () => fs.readFileSync(log, "utf8").includes("old"))
    libc.kill(pid, SIGKILL)
    await replaced("forking", pid)
    await killAndWait(estate)
    const size = fs.statSync(log).size
    await waitFor("more of it", () => fs.statSync(log).size > size)
    fs.rmSync(on)
    await waitFor("one pipe less", () => fs.readdirSync(`${estate.state}/run/fifos`).length === 2)
    assert.equal((await estate.instance("forking"))?.starts, 2)
  })

  it("whose pipe was removed while the daemon lived is read on through the keeper", async () => {
    const writing = {
      command: ["sh", "-c", "n=0; while :; do n=$((n+1)); echo $n; sleep 0.01; done"],
      start: { stableAfter: "0s" }
    }
    estate = new Estate({ "all.ts": declare({ writing }) })
    await estate.up()
    const pid = await estate.pid("writing")
    const log = (await estate.instance("writing"))?.stdoutLog ?? ""
    for (const name of fs.readdirSync(`${estate.state}/run/fifos`)) {
      fs.rmSync(`${estate.state}/run/fifos/${name}`)
    }
    for (let round = 0; round < 2; round++) {
      await killAndWait(estate)
      const size = fs.statSync(log).size
      await waitFor("more output", () => fs.statSync(log).size > size)
    }
    assert.equal(await estate.pid("writing"), pid)
    const numbers = fs.readFileSync(log, "utf8").split("\n").slice(0, -1).map(Number)
    assert.deepEqual(
      numbers,
      numbers.map((_, at) => at + 1)
    )
  })
})

/** Waits until the instance runs with another process; gives its pid. */
const replaced = async (address: string, pid: number): Promise<number> => {
  let found = pid
  await waitFor(`another process of ${address}`, async () => {
    const now = await estate.instance(address)
    found = now?.state === "RUNNING" ? (now.process?.pid ?? pid) : pid
    return found !== pid
  })
  return found
}

const childOf = (pid: number): number =>
  Number(fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim() || 0)

const waitsIn = (pid: number): string => {
  try {
    return pid === 0 ? "" : fs.readFileSync(`/proc/${pid}/wchan`, "utf8")
  } catch {
    return ""
  }
}
