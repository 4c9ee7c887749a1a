import { assert, describe, it } from "vitest"
import { exitText } from "../../src/core/exitText.ts"
import { killedPid } from "../../src/core/memoryKill.ts"

const record = (text: string) => `3,1005,5000000,-;${text}\n SUBSYSTEM=x\n`
const machine = "Out of memory: Killed process 135 (python3) total-vm:221356kB, anon-rss:1kB, UID:0"
const cgroup = "Memory cgroup out of memory: Killed process 135 (a: b) total-vm:221356kB, UID:0"

describe("the kernel's log", () => {
  it("tells whom the kernel killed for memory, of the machine or of a cgroup", () => {
    assert.equal(killedPid(record(machine)), 135)
    assert.equal(killedPid(record(cgroup)), 135)
    assert.equal(killedPid(`3,1005,5000000,-,caller=T1;${machine}\n`), 135)
  })

  it("tells so by no other record", () => {
    assert.isNull(killedPid(record("audit: Killed process 135 (x)")))
    assert.isNull(killedPid(`6,1,5000000,-;hello\n ${machine}\n`))
    assert.isNull(killedPid(machine))
    assert.isNull(killedPid(""))
  })

  it("is the reason of an end in words", () => {
    const killed = { kind: "signal", signal: "SIGKILL", number: 9, core: false } as const
    assert.equal(exitText(killed), "terminated by SIGKILL")
    assert.equal(
      exitText({ ...killed, forMemory: true }),
      "terminated by SIGKILL (by the kernel, for lack of memory)"
    )
  })
})
