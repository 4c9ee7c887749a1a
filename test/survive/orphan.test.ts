/** A daemon whose keeper was killed: it goes on and says so, and the next `up` takes its place. */
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { waitFor } from "../real/reeve.ts"
import { Succession } from "../real/Succession.ts"
import { isAlive } from "../real/site.ts"

let succession: Succession

beforeEach(() => {
  succession = new Succession()
})
afterEach(() => succession.clear())

/** Gives the daemon that is left. */
const orphan = async (): Promise<number> => {
  const { estate } = succession
  await succession.begin()
  const { daemon, keeper } = await estate.info()
  process.kill(keeper?.pid ?? 0, "SIGKILL")
  await waitFor("the daemon to notice", async () => (await estate.info()).keeper === null)
  return daemon.pid
}

const isTakenOver = async (from: number) => {
  const { estate } = succession
  const { daemon, keeper } = await estate.info()
  assert.notEqual(daemon.pid, from)
  assert.isNotNull(keeper)
  assert.isFalse(isAlive(from))
  await succession.isAsBefore()
  await succession.writesOn()
  await succession.stopsInTime()
}

describe("a daemon without its keeper", { timeout: 180_000 }, () => {
  it("goes on, says so, and makes way for the next up", async () => {
    const { estate } = succession
    const daemon = await orphan()
    await succession.isAsBefore()
    assert.include((await estate.run("status")).err, `(pid ${daemon}) has no keeper`)
    assert.match(
      (await estate.run("doctor")).out,
      /warning +daemon +pid \d+ runs without its keeper/
    )

    const up = await estate.run("up", "-d")
    assert.equal(up.code, 0, up.err)
    assert.include(up.err, `the daemon (pid ${daemon}) has lost its keeper`)
    await isTakenOver(daemon)
    const { err } = await estate.run("status")
    assert.notInclude(err, "keeper")
  })

  it("makes way for an up in the foreground", async () => {
    const { estate } = succession
    const daemon = await orphan()
    await estate.up()
    await isTakenOver(daemon)
  })

  it("makes way for an ordinary user's up, too", async () => {
    const { estate } = succession
    succession.ordinary()
    const daemon = await orphan()
    const up = await estate.run("up", "-d")
    assert.equal(up.code, 0, up.err)
    await isTakenOver(daemon)
  })

  it("makes way for one of two that come at once", async () => {
    const { estate } = succession
    const daemon = await orphan()
    const ran = await Promise.all([estate.run("up", "-d"), estate.run("up", "-d")])
    assert.deepEqual(ran.map(({ code }) => code).sort(), [0, 5], JSON.stringify(ran))
    await isTakenOver(daemon)
  })

  it("is killed when it does not answer, and its programs go on", async () => {
    const { estate } = succession
    const daemon = await orphan()
    process.kill(daemon, "SIGSTOP")
    try {
      const up = await estate.run("up", "-d")
      assert.equal(up.code, 0, up.err)
      assert.include(up.err, "does not answer; it is killed")
    } finally {
      if (isAlive(daemon)) process.kill(daemon, "SIGCONT")
    }
    await isTakenOver(daemon)
  })

  it("can be stopped with all its programs", async () => {
    const { estate } = succession
    const daemon = await orphan()
    const pids = Object.values(await estate.pids())
    assert.equal((await estate.run("down")).code, 0)
    assert.isFalse([daemon, ...pids].some(isAlive))
  })
})
