import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { whyNotHeld } from "../../src/os/cgroup/whyNotHeld.ts"
import { compileC } from "../fixtures/compileC.ts"
import { killAndWait } from "../real/Death.ts"
import { declare, Estate } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

const SIGUSR1 = 10

describe("limits that the kernel does not hold here", () => {
  const estate = new Estate()
  const hold = estate.path("hold")
  const start = { stableAfter: "0s" }
  const file = (limits: object) =>
    declare({
      bound: { command: ["sleep", "7501"], start, limits },
      grows: {
        command: [hold, "10", "0", "0", "120"],
        start,
        limits: { memoryMax: "100MB", memoryGrace: "1s" }
      },
      free: { command: ["sleep", "7502"], start }
    })
  let why: string | null = null

  beforeAll(async () => {
    why = await Effect.runPromise(whyNotHeld(process.pid, "cpus"))
    const source = fileURLToPath(new URL("../fixtures/memory/hold.c", import.meta.url))
    compileC(source, estate.directory, "hold")
    estate.write("all.ts", file({ cpus: 0.5, tasks: 20 }))
    await estate.up()
  })
  afterAll(() => estate.clear())

  const limitsDrift = async () =>
    (await estate.plan()).drift.flatMap(({ address, kind, text }) =>
      kind === "limits" ? [[address, text]] : []
    )

  it("are told by the plan, check and doctor with their reason, and nothing is done about it", async () => {
    if (why === null) return
    const { actions } = await estate.plan()
    assert.isEmpty(actions)
    const drift = await limitsDrift()
    assert.deepEqual(
      drift.map(([address]) => address),
      ["bound", "grows"]
    )
    assert.match(drift[0]?.[1] ?? "", /^limits\.cpus (and|is).* not held by the kernel, as /)
    assert.match(
      drift[1]?.[1] ?? "",
      /^limits\.memoryMax is not held by the kernel, as .*; reeve looks after limits\.memoryMax instead$/
    )
    const checked = await estate.run("check")
    assert.equal(checked.code, 0)
    assert.match(
      checked.out + checked.err,
      /all\.ts:\d+.*limits\.tasks is not held by the kernel, as/
    )
    assert.include((await estate.run("plan")).out, drift[0]?.[1] ?? "none")
    assert.match((await estate.run("doctor")).out, /limits\.cpus.* not held by the kernel, as /)
  })

  it("are no reason for a new process when they change or when a daemon dies, and are told until then", async () => {
    const before = await estate.pids()
    await killAndWait(estate)
    if (why !== null) assert.lengthOf(await limitsDrift(), 2)
    await estate.save(() => estate.write("all.ts", file({})))
    assert.deepEqual(await estate.pids(), before)
    if (why !== null) assert.lengthOf(await limitsDrift(), 1)
  })

  it("are looked after by reeve where they are of memory", async () => {
    if (why === null) return
    const pid = await estate.pid("grows")
    process.kill(pid, SIGUSR1)
    await waitFor(
      "a new process",
      async () => ![undefined, pid].includes((await estate.pids())["grows"])
    )
    assert.match(estate.log(), /grows used more than limits\.memoryMax \(100MB\) for 1s: 1[3-4]\d/)
  })
})
