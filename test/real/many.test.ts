import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { allProcesses } from "../../src/os/procStat.ts"
import { declare, Estate, sleeper, type Up } from "./Estate.ts"
import { waitFor } from "./reeve.ts"
import { isAlive } from "./site.ts"

const count = 200

let estate: Estate
let up: Up

const all = (seconds: number) =>
  declare(
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [
        `p${at}`,
        sleeper(0, {
          command: ["sh", "-c", `echo begun; sleep ${seconds} & wait`],
          priority: at % 4
        })
      ])
    )
  )

beforeAll(async () => {
  estate = new Estate({ "all.ts": all(9001) })
  up = await estate.up("--quiet")
})

afterAll(() => estate.clear())

const running = async () => {
  const instances = await estate.instances()
  const allRun = instances.length === count && instances.every(({ state }) => state === "RUNNING")
  return allRun ? Object.values(await estate.pids()) : null
}

const seen = new Set<number>()

describe("two hundred programs", () => {
  it("all run, one process each, and write their output", async () => {
    await waitFor("all to run", async () => (await running()) !== null)
    const pids = (await running()) ?? []
    assert.equal(new Set(pids).size, count)
    assert.deepEqual(pids.filter(isAlive), pids)
    for (const pid of pids) seen.add(pid)
    await waitFor("the output of all", async () => {
      const logs = await estate.run("logs", "-n", "1")
      return logs.out.match(/ \| begun$/gm)?.length === count
    })
  })

  it("are all restarted by one save that changes all, and nothing of the old ones is left", async () => {
    const old = Object.values(await estate.pids())
    await estate.save(() => estate.write("all.ts", all(9002)))
    await waitFor("all to run", async () => (await running()) !== null)
    const pids = (await running()) ?? []
    assert.deepEqual(old.filter(isAlive), [])
    assert.deepEqual(
      pids.filter((pid) => old.includes(pid)),
      []
    )
    for (const pid of pids) seen.add(pid)
    const instances = await estate.instances()
    assert.deepEqual([...new Set(instances.map(({ starts }) => starts))], [2])
    assert.deepEqual(
      instances.flatMap(({ leftovers }) => leftovers),
      []
    )
  })

  it("are all stopped by down, with their children", async () => {
    const down = await estate.run("down")
    assert.equal(down.code, 0, down.err)
    assert.equal(await up.ended, 0)
    assert.deepEqual([...seen].filter(isAlive), [])
    assert.deepEqual(processesWith(9001), [])
    assert.deepEqual(processesWith(9002), [])
  })
})

/** Processes that sleep so long. */
const processesWith = (seconds: number): ReadonlyArray<string> =>
  allProcesses()
    .map(({ command }) => command)
    .filter((command) => command === `sleep ${seconds}`)
