import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { declare, Estate, sleeper } from "./Estate.ts"
import { waitFor } from "./reeve.ts"
import { isAlive } from "./site.ts"

let estate: Estate

beforeEach(() => {
  estate = new Estate()
})

afterEach(() => estate.clear())

const contentOf = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "")

describe("SIGUSR2", () => {
  it("goes on in new files when logs were moved away, reeve's own among them, and loses no line", async () => {
    const log = estate.path("count.log")
    const count = `i=0; while :; do i=$((i + 1)); echo "$i"; sleep 0.02; done`
    estate.write(
      "count.ts",
      declare({
        count: {
          command: ["sh", "-c", count],
          start: { stableAfter: "0s" },
          logs: { stdout: { file: log } }
        }
      })
    )
    const up = await estate.up()
    const own = estate.path(".reeve/logs/reeve.log")
    await waitFor("some lines", () => contentOf(log).includes("\n3\n"))
    renameSync(log, `${log}.old`)
    renameSync(own, `${own}.old`)
    up.child.kill("SIGUSR2")
    await waitFor("the new files", () => contentOf(log).length > 20 && existsSync(own))
    const lines = (contentOf(`${log}.old`) + contentOf(log)).split("\n").slice(0, -1)
    assert.deepEqual(
      lines,
      lines.map((_, at) => String(at + 1))
    )
    assert.isAbove(contentOf(`${own}.old`).length, 0)
  })
})

describe("SIGHUP", () => {
  it("looks at the files again, also when nothing was noticed", async () => {
    const data = estate.path("data.txt")
    writeFileSync(data, "4001")
    estate.write(
      "read.ts",
      `import { readFileSync } from "node:fs"\nimport { defineProgram } from "reeve"\n\n` +
        `const seconds = readFileSync(${JSON.stringify(data)}, "utf8")\n` +
        `export const read = defineProgram({ command: ["sleep", seconds] })\n`
    )
    const up = await estate.up()
    const pid = await estate.pid("read")
    writeFileSync(data, "4002")
    up.child.kill("SIGHUP")
    // What changes although no source did is told and left alone.
    await waitFor("the difference to be told", async () =>
      (await estate.plan()).drift.some(({ kind }) => kind === "unpredictable")
    )
    assert.equal(await estate.pid("read"), pid)
  })
})

describe("SIGTERM", () => {
  it("stops by descending priority, waits for each rank, and exits 0", async () => {
    const order = estate.path("order")
    const slow = (name: string) =>
      `trap 'sleep 0.3; echo ${name} >> ${order}; exit 0' TERM; echo ready; while :; do sleep 100 & wait; done`
    const priorities = { first: 10, second: 20, third: 30 }
    estate.write(
      "ranks.ts",
      declare(
        Object.fromEntries(
          Object.entries(priorities).map(([name, priority]) => [
            name,
            {
              command: ["sh", "-c", slow(name)],
              priority,
              start: { stableAfter: "0s" },
              stop: { group: "no" }
            }
          ])
        )
      )
    )
    const up = await estate.up()
    await waitFor("all traps to be set", () =>
      Object.keys(priorities).every((name) =>
        contentOf(estate.path(`.reeve/logs/${name}-stdout.log`)).includes("ready")
      )
    )
    const pids = Object.values(await estate.pids())
    assert.equal(pids.length, 3)
    up.child.kill("SIGTERM")
    assert.equal(await up.ended, 0, up.said())
    assert.equal(contentOf(order), "third\nsecond\nfirst\n")
    assert.deepEqual(pids.filter(isAlive), [])
    assert.isFalse(existsSync(estate.path(".reeve/run/reeve.sock")))
  })

  it("during the first start stops what has begun and exits 0", async () => {
    estate.write("web.ts", declare({ web: sleeper(4011), db: sleeper(4012) }))
    const up = estate.begin()
    const log = estate.path(".reeve/logs/reeve.log")
    const begun = () =>
      [...contentOf(log).matchAll(/spawned: '\w+' with pid (\d+)/g)].map(([, pid]) => Number(pid))
    await waitFor("the first program to begin", () => begun().length > 0)
    up.child.kill("SIGTERM")
    assert.equal(await up.ended, 0, up.said())
    assert.deepEqual(begun().filter(isAlive), [])
  })
})
