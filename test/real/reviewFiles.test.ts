import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { declare, Estate, sleeper } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

let estate: Estate

beforeAll(async () => {
  estate = new Estate({ "beside.ts": declare({ beside: sleeper(5100) }) })
  execFileSync(
    "mkfifo",
    ["pipe", "pipe2", "pipe3", "pipe4", "pipe5"].map((name) => estate.path(name))
  )
  await estate.up()
})

afterAll(() => estate.clear())

/** A pipe that nobody writes to: reading it waits for ever, and four such reads are all that Node does at a time. */
describe("a pipe where a file should be", () => {
  it("fails the start that reads it, and holds nothing up", async () => {
    const reading = (name: string) =>
      sleeper(5101, {
        envFile: estate.path(name),
        restart: { backoff: { kind: "fixed", delay: "1h" } }
      })
    const names = ["pipe", "pipe2", "pipe3", "pipe4", "pipe5"]
    estate.write("read.ts", declare(Object.fromEntries(names.map((name) => [name, reading(name)]))))
    for (const name of names) {
      const found = await estate.waitForState(name, "BACKOFF")
      assert.match(found.spawnError, /couldn't read envFile .*: not a regular file/)
    }
    const stopped = await estate.run("stop", "pipe")
    assert.equal(stopped.code, 0, stopped.err)
  })

  it("fails the start that takes a secret from it", async () => {
    const text = `import { defineProgram, secret } from "reeve"
export const tell = defineProgram({ command: ["true"], environment: { A: secret.file(${JSON.stringify(estate.path("pipe"))}) } })
`
    estate.write("secret.ts", text)
    const found = await estate.waitForState("tell", "BACKOFF")
    assert.match(found.spawnError, /couldn't read the secret file .*: not a regular file/)
  })

  it("is told as an include that cannot be read", async () => {
    estate.write(
      "more.ini",
      `[include]\nfiles = ${estate.path("pipe2")}\n[program:late]\ncommand=sleep 5102\n`
    )
    const checked = await estate.run("check")
    assert.equal(checked.code, 0)
    assert.match(checked.err + checked.out, /pipe2.*not a regular file/s)
    await estate.waitForState("late", "RUNNING")
    estate.write("after.ts", declare({ after: sleeper(5103) }))
    await estate.waitForState("after", "RUNNING")
  })
})

describe("a file that floods the pipe of the evaluation", () => {
  it("is named, and ends neither memory nor patience", async () => {
    const { daemon } = await estate.info()
    const kilobytes = () =>
      Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${daemon.pid}/status`, "utf8"))?.[1])
    const before = kilobytes()
    estate.write(
      "flood.ts",
      `import { writeSync } from "node:fs"
const frames = Buffer.concat(Array.from({ length: 8000 }, () => Buffer.from([0, 0, 0, 1, 0x30])))
for (;;) writeSync(3, frames)
`
    )
    let most = before
    await waitFor("the file to be rejected", async () => {
      most = Math.max(most, kilobytes())
      return (await estate.reconciler()).problems.some(({ file }) => file?.includes("flood.ts"))
    })
    assert.isBelow(most - before, 250_000)
    estate.remove("flood.ts")
    await waitFor(
      "the files to be good",
      async () => (await estate.reconciler()).problems.length === 0
    )
  })
})
