/** The wall clock is set while reeve runs and between two daemons: only what people read follows it. */
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { compileC } from "../fixtures/compileC.ts"
import { exits, killAndWait } from "../real/Death.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

const hour = 3_600

const failing = {
  command: ["sh", "-c", "exit 3"],
  start: { stableAfter: "10s" },
  restart: { backoff: { kind: "fixed", delay: "6s" } }
}

let estate: Estate

/** Sets the clock of all that `up` starts, and of the commands. */
const shiftBy = (seconds: number): void => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(seconds))
  // In place: the file is mapped.
  writeFileSync(estate.path("clock"), bytes, { flag: "r+" })
}

const wallShift = async (): Promise<number> => {
  const [first] = (await estate.get("/v1/events?limit=1000")).toReversed()
  return Math.round((first.at - Date.now()) / 1000 / 60) * 60
}

beforeEach(async () => {
  estate = new Estate({
    "all.ts": declare({ failing, web: sleeper(5_301), mail: sleeper(5_302), shop: sleeper(5_303) })
  })
  writeFileSync(estate.path("clock"), Buffer.alloc(8))
  estate.environment["REEVE_TEST_CLOCK"] = estate.path("clock")
  const source = fileURLToPath(new URL("../fixtures/shiftedClock.c", import.meta.url))
  const flags = ["-shared", "-fPIC"]
  estate.environment["LD_PRELOAD"] = compileC(source, estate.directory, "shiftedClock.so", flags)
  await estate.up()
  await estate.run("stop", "shop")
})

afterEach(() => estate.clear())

describe.for([
  { name: "back", seconds: -hour },
  { name: "forward", seconds: hour }
])("a clock that is set $name an hour", ({ seconds }) => {
  it.for([
    { name: "while the daemon runs", dies: false },
    { name: "and the daemon dies", dies: true }
  ])("$name touches no process, and waits have their own length", async ({ dies }) => {
    const before = await estate.pids()
    await estate.waitForState("failing", "BACKOFF")
    const tries = await exits(estate, "failing")
    const begun = performance.now()
    shiftBy(seconds)
    if (dies) await killAndWait(estate)
    await waitFor("the next try", async () => (await exits(estate, "failing")) > tries)
    assert.isBelow(performance.now() - begun, 9_000)
    assert.equal(await wallShift(), seconds)
    assert.deepEqual(await estate.pids(), before)
    assert.equal((await estate.instance("shop"))?.state, "STOPPED")
    assert.isEmpty((await estate.plan()).actions)
    const { out } = await estate.run("status")
    assert.notMatch(out, /-\d|NaN|Invalid/)
    // The next change is carried out, and is the newest for those who look.
    await estate.save(() =>
      estate.write("more.ts", declare({ more: sleeper(5_304), less: sleeper(5_305) }))
    )
    await estate.waitForState("more", "RUNNING")
    const [newest, ...older] = await estate.generations()
    assert.isAbove(newest?.number ?? 0, older[0]?.number ?? 0)
    await killAndWait(estate)
    const { more: _, less: __, ...others } = await estate.pids()
    assert.deepEqual(others, before)
  })
})
