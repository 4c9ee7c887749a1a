import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { compileC } from "../fixtures/compileC.ts"
import { declare, Estate } from "../real/Estate.ts"

/**
 * A cgroup of version 1 with little memory, made as the machine has it; null: it has none, or this is no root of it. Then nothing
 * can be killed for memory, and what is killed otherwise must not be told to be.
 */
const smallCgroup = (): string | null => {
  const path = `/sys/fs/cgroup/memory/reeve-test-${process.pid}`
  try {
    fs.mkdirSync(path)
    fs.writeFileSync(`${path}/memory.limit_in_bytes`, "30M")
    fs.accessSync("/dev/kmsg", fs.constants.R_OK)
    return path
  } catch {
    return null
  }
}

describe("a program that is killed", () => {
  const estate = new Estate()
  const cgroup = smallCgroup()
  const isInitial = fs.readlinkSync("/proc/self/ns/pid") === "pid:[4026531836]"

  beforeAll(async () => {
    const hold = fileURLToPath(new URL("../fixtures/memory/hold.c", import.meta.url))
    compileC(hold, estate.directory, "hold")
    const once = { restart: { when: "never" }, start: { stableAfter: "0s" } }
    const grow = `${estate.path("hold")} 200 0 0 0`
    const enter = cgroup === null ? "kill -9 $$" : `echo 0 > ${cgroup}/cgroup.procs; exec ${grow}`
    estate.write(
      "all.ts",
      declare({
        greedy: { ...once, command: ["sh", "-c", enter] },
        other: { ...once, command: ["sh", "-c", "sleep 1; kill -9 $$"] }
      })
    )
    await estate.up()
  })
  afterAll(async () => {
    await estate.clear()
    if (cgroup !== null) fs.rmdirSync(cgroup)
  })

  it("by the kernel, for lack of memory, has that as its reason, and no other has", async () => {
    const text = "terminated by SIGKILL (by the kernel, for lack of memory)"
    await estate.waitForState("greedy", "EXITED")
    await estate.waitForState("other", "EXITED")
    const { out } = await estate.run("status")
    const told = out.split("\n").filter((line) => line.includes(text))
    assert.equal(told.length, cgroup !== null && isInitial ? 1 : 0, out)
    if (told.length > 0) {
      assert.match(told[0] ?? "", /^greedy /)
      assert.include(estate.log(), `exited: greedy (${text}; not expected)`)
      assert.include((await estate.run("why", "greedy")).out, text)
    }
    assert.match(out, /^other .*terminated by SIGKILL, not expected$/m)
  })
})
