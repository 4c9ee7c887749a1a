import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { waitFor } from "../real/reeve.ts"
import { Succession } from "../real/Succession.ts"
import { isAlive } from "../real/site.ts"

let succession: Succession

beforeEach(() => {
  succession = new Succession()
})
afterEach(() => succession.clear())

describe("down --leave", { timeout: 180_000 }, () => {
  it("ends reeve alone; the next up finds everything as it was", async () => {
    const { estate } = succession
    await succession.begin()
    const { keeper, daemon } = await estate.info()
    const writer = await estate.pid("writer")

    const left = await estate.run("down", "--leave")
    assert.equal(left.code, 0, left.err)
    assert.match(left.out, new RegExp(`writer +pid ${writer}\\n`))
    assert.match(left.out, /pair:1 +pid \d+/)
    assert.include(left.out, "the next reeve up takes over")
    assert.notInclude(left.out, "held")
    assert.isFalse(isAlive(keeper?.pid ?? 0))
    assert.isFalse(isAlive(daemon.pid))
    assert.isTrue(isAlive(writer))
    assert.equal((await estate.run("status")).code, 5)

    const again = await estate.run("up", "-d")
    assert.equal(again.code, 0, again.err)
    await succession.isAsBefore()
    await succession.writesOn()
    await succession.stopsInTime()
  })

  it("does so for an ordinary user", async () => {
    const { estate } = succession
    succession.ordinary()
    await succession.begin()
    assert.equal((await estate.run("down", "--leave")).code, 0)
    const again = await estate.run("up", "-d")
    assert.equal(again.code, 0, again.err)
    await succession.isAsBefore()
    await succession.writesOn()
    await succession.stopsInTime()
  })

  it("tells as JSON what it left, and leaves again and again", async () => {
    const { estate } = succession
    await succession.begin()
    const before = await estate.pids()
    for (let turn = 0; turn < 3; turn++) {
      const { left } = await estate.json("down", "--leave")
      const found = Object.fromEntries(
        left.map(({ address, pid }: { address: string; pid: number }) => [address, pid])
      )
      for (const address of ["writer", "pair:0", "pair:1"]) {
        assert.equal(found[address], before[address], address)
      }
      await estate.up()
      await succession.isAsBefore()
    }
    await succession.writesOn()
  })

  it("stops what an earlier run left, when that is asked for", async () => {
    const { estate } = succession
    await succession.begin()
    const pids = Object.values(await estate.pids())
    assert.equal((await estate.run("down", "--leave")).code, 0)
    await estate.up()
    const ran = await estate.json("down")
    assert.deepEqual(ran, { left: [] })
    await waitFor("all to be gone", () => !pids.some(isAlive))
  })

  it("says that there is nothing to leave", async () => {
    const { estate } = succession
    assert.equal((await estate.run("down", "--leave")).code, 5)
  })
})
