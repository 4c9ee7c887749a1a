import { type ChildProcess, spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { afterAll, assert, describe, it } from "vitest"
import { declare, Estate } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { SupervisordSite } from "../real/SupervisordSite.ts"

const programs = 10
const quietMs = 10_000
/** In that time: the keeper looks once a minute, and each look may wake more than its own thread. */
const mostSwitches = 4
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const read = (path: string) => readFileSync(path, "utf8")
const numberOf = (text: string, name: string) =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1])

/** Of all threads. */
const switches = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((task) => read(`/proc/${pid}/task/${task}/status`))
    .reduce(
      (sum, text) =>
        sum +
        numberOf(text, "voluntary_ctxt_switches") +
        numberOf(text, "nonvoluntary_ctxt_switches"),
      0
    )

const residentMB = (pid: number) => numberOf(read(`/proc/${pid}/smaps_rollup`), "Rss") / 1_000

const daemonOf = (keeper: number): number => {
  const [daemon] = read(`/proc/${keeper}/task/${keeper}/children`).trim().split(" ").map(Number)
  return daemon ?? 0
}

const switchesWithin = async (pids: ReadonlyArray<number>, ms: number): Promise<number> => {
  const before = pids.map(switches)
  await pause(ms)
  return pids.reduce((sum, pid, at) => sum + switches(pid) - (before[at] ?? 0), 0)
}

describe("while all is as desired", () => {
  const estate = new Estate()
  const ini = Array.from({ length: programs }, (_, at) => `[program:p${at}]\ncommand=sleep 1000\n`)
  const site = new SupervisordSite(ini.join(""))
  let bare: ChildProcess | null = null
  afterAll(async () => {
    bare?.kill("SIGKILL")
    site.clear()
    await estate.clear()
  })

  const rests = async (keeper: number) => {
    const pids = [keeper, daemonOf(keeper)]
    // What the start left to do comes first.
    await waitFor(
      "reeve to have nothing to do",
      async () => (await switchesWithin(pids, 3_000)) <= 1,
      90_000
    )
    assert.isAtMost(await switchesWithin(pids, quietMs), mostSwitches)
    bare ??= spawn(process.execPath, ["-e", "setInterval(() => undefined, 1 << 30)"])
    await pause(2_000)
    const resident = pids.reduce((sum, pid) => sum + residentMB(pid), 0)
    assert.isAtMost(resident, 1.7 * 2 * residentMB(bare.pid ?? 0))
  }

  it("nothing wakes reeve in supervisord's place, and it keeps little memory", async () => {
    const { pid } = await site.up()
    await rests(pid)
    assert.isTrue(await site.answers())
  })

  it("nothing wakes reeve up, and it keeps little memory", async () => {
    const all = Array.from({ length: programs }, (_, at) => [
      `p${at}`,
      { command: ["sleep", "1000"] }
    ])
    estate.write("all.ts", declare(Object.fromEntries(all)))
    const { pid } = await estate.up()
    await rests(pid)
    assert.strictEqual(Object.keys(await estate.pids()).length, programs)
  })
})
