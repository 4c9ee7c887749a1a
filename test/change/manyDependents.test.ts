/** One program that 500 others need. */
import * as fs from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import { Estate } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

const count = 500

let estate: Estate
afterEach(() => estate.clear())

const file = (onLoss: "keep" | "restart", go: string): string =>
  `import { defineProgram, exec } from "reeve"
const db = defineProgram({
  name: "db",
  command: ["sleep", "7710"],
  ready: exec(["test", "-e", ${JSON.stringify(go)}], { every: "100ms" })
})
const clients = Array.from({ length: ${count} }, (_, n) =>
  defineProgram({
    name: \`client\${n}\`,
    command: ["sleep", "7711"],
    dependsOn: { db: { when: "ready", onLoss: "${onLoss}" } }
  })
)
export default [db, ...clients]
`

const pids = async (): Promise<ReadonlyMap<string, number>> =>
  new Map(Object.entries(await estate.pids()))

const waiting = async (): Promise<number> =>
  (await estate.instances()).filter(({ reason }) => reason?.kind === "waiting").length

describe(`${count} programs that need one`, () => {
  it("wait for it, come up with it, and follow it once when it is lost", async () => {
    estate = new Estate()
    const go = estate.path("go")
    estate.write("all.ts", file("restart", go))
    await estate.up()
    await waitFor("all to wait", async () => (await waiting()) === count)
    fs.writeFileSync(go, "")
    await waitFor("all to run", async () => (await pids()).size === count + 1, 60_000)

    const before = await pids()
    process.kill(before.get("db") ?? 0, "SIGKILL")
    const isNew = async () => {
      const now = await pids()
      return now.size === count + 1 && [...now].every(([name, pid]) => pid !== before.get(name))
    }
    await waitFor("all to have followed", isNew, 60_000)
    const starts = (await estate.instances()).map((it) => it.starts)
    assert.deepEqual(new Set(starts), new Set([2]))
    assert.deepEqual((await estate.plan()).actions, [])

    const after = await pids()
    await estate.save(() => estate.write("all.ts", file("keep", go)))
    process.kill(after.get("db") ?? 0, "SIGKILL")
    await waitFor("db to be back", async () => {
      const pid = (await pids()).get("db")
      return pid !== undefined && pid !== after.get("db")
    })
    const { db: _, ...kept } = Object.fromEntries(await pids())
    const { db: __, ...were } = Object.fromEntries(after)
    assert.deepEqual(kept, were)
  })
})
