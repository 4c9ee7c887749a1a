/** Going back with the real command: what is saved waits, also over deaths of the daemon, `down` and `up`, and without files. */
import * as fs from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { makeClient } from "../../src/api/client.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { isAlive } from "../real/site.ts"

const calm = sleeper(3300)
/** A program that stops when it is let go. */
const slow = (greeting: string) => ({
  command: ["sh", "-c", script, greeting],
  directory: "..",
  start: { stableAfter: "0s" },
  stop: { timeout: "60 seconds" }
})
const script = `trap 'asked=1' TERM
while :; do sleep 0.1; if [ -n "$asked" ] && [ -e go ]; then exit 0; fi; done`

const done = async (estate: Estate, ...args: ReadonlyArray<string>): Promise<string> => {
  const { code, err, out } = await estate.run(...args)
  assert.equal(code, 0, err)
  return out
}

const commandOf = async (estate: Estate, address: string): Promise<string> => {
  const pid = await estate.pid(address)
  return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim()
}

const pending = (estate: Estate, text: string): Promise<void> =>
  waitFor("the save to wait", async () => {
    const { pending: plan } = await estate.reconciler()
    return JSON.stringify(plan).includes(text)
  })

/** Comes back when the next one answers; with `booted` when its first look is over. */
const killDaemon = async (estate: Estate, booted = true): Promise<void> => {
  const { daemon } = await estate.info()
  process.kill(daemon.pid, "SIGKILL")
  await waitFor("the next daemon", async () => {
    const now = await estate.info().catch(() => null)
    if (now === null || now.daemon.pid === daemon.pid) return false
    return now.phase === "running" || !booted
  })
}

describe("a rollback", () => {
  const estate = new Estate({ "all.ts": declare({ web: sleeper(3301), calm }) })
  beforeAll(async () => {
    await estate.up()
    await estate.save(() => estate.write("all.ts", declare({ web: sleeper(3302), calm })))
  })
  afterAll(() => estate.clear())

  it("shows its plan, makes it true, touches nothing else, and tells who and why everywhere", async () => {
    const { calm: kept } = await estate.pids()
    const out = await done(estate, "rollback", "--reason", "3302 leaks")
    assert.match(out, /command +\["sleep", "3302"\] -> \["sleep", "3301"\] +restart/)
    assert.match(out, /Generation 3: applied\.\nIt is pinned: saves wait until reeve resume\./)
    assert.equal(await commandOf(estate, "web"), "sleep 3301")
    assert.equal(await estate.pid("calm"), kept)
    const pinned = /pinned to generation 1 by \S+ since \d{4}-\S+ \S+ \("3302 leaks"\): saves wait/i
    assert.match((await estate.run("status")).err, pinned)
    assert.match((await estate.run("history")).err, pinned)
    assert.match(await done(estate, "history"), /^3 .* applied; rollback to 1 \("3302 leaks"\)$/m)
    assert.match(await done(estate, "plan"), /! pinned to generation 1 by \S+ \d+ s ago/)
    assert.match(
      await done(estate, "why", "web"),
      /generation 3 \(no commit, by \S+\); rollback to 1 \("3302 leaks"\); command/
    )
    const [newest] = await estate.json("history")
    assert.deepInclude(newest, { rollbackOf: 1, reason: "3302 leaks" })
  })

  it("leaves what is saved waiting, refuses apply with 6, and can be planned against", async () => {
    estate.write("all.ts", declare({ web: sleeper(3303), calm }))
    await pending(estate, "3303")
    assert.equal(await commandOf(estate, "web"), "sleep 3301")
    const refused = await estate.run("apply")
    assert.equal(refused.code, 6)
    assert.match(refused.err, /^reeve: Refused: pinned to generation 1 by .* reeve resume/)
    assert.equal((await estate.run("plan", "--exit-code")).code, 2)
  })

  it("holds when the daemon is killed, and over down and up", async () => {
    const before = await estate.pids()
    await killDaemon(estate)
    await pending(estate, "3303")
    assert.deepEqual(await estate.pids(), before)
    await done(estate, "down")
    assert.match(await done(estate, "plan"), /! pinned to generation 1/)
    const up = await estate.up()
    assert.match(up.said(), /reeve: pinned to generation 1 by \S+ \("3302 leaks"\): saves wait/)
    assert.equal(await commandOf(estate, "web"), "sleep 3301")
    await pending(estate, "3303")
  })

  it("holds without the files, which cannot be resumed then", async () => {
    fs.renameSync(estate.path("programs"), estate.path("gone"))
    await killDaemon(estate)
    assert.equal(await commandOf(estate, "web"), "sleep 3301")
    await done(estate, "rollback", "2")
    assert.equal(await commandOf(estate, "web"), "sleep 3302")
    fs.renameSync(estate.path("gone"), estate.path("programs"))
  })

  it("ends with resume, which applies what the files say", async () => {
    const out = await done(estate, "resume")
    assert.match(out, /^Generation 2 is not pinned any more: the files decide again\./)
    assert.match(out, /Generation \d+: applied\./)
    assert.equal(await commandOf(estate, "web"), "sleep 3303")
    assert.equal(await done(estate, "resume"), "Nothing is pinned: the files decide already.\n")
    assert.isNull((await estate.reconciler()).pin)
  })

  it("to what is not there is one sentence", async () => {
    const { code, err } = await estate.run("rollback", "99")
    assert.equal(code, 1)
    assert.equal(err, 'reeve: There is no generation 99; "reeve history" lists them.\n')
  })
})

describe("a rollback that takes its time", () => {
  const estate = new Estate({ "all.ts": declare({ web: slow("one"), calm }) })
  const letGo = () => fs.writeFileSync(estate.path("go"), "")
  const hold = () => fs.rmSync(estate.path("go"))
  beforeAll(async () => {
    letGo()
    await estate.up()
    await estate.save(() => estate.write("all.ts", declare({ web: slow("two"), calm })))
    await estate.save(() => estate.write("all.ts", declare({ web: slow("three"), calm })))
  })
  beforeEach(hold)
  afterEach(letGo)
  afterAll(() => estate.clear())

  /** A rollback that has come to the daemon: what is asked afterwards, and takes longer, is answered. */
  const asked = async (to: number) => {
    const client = makeClient(join(estate.state, "run/reeve.sock"))
    const request = { to, who: "ann", reason: null, protectedToo: false, wait: true }
    const answer = Effect.runPromise(client.rollback(request))
    await estate.plan()
    return { answer }
  }

  const stopping = () => estate.waitForState("web", "STOPPING")

  it("is resumed and ended by the next daemon when this one is killed in the middle of it", async () => {
    const before = await estate.pids()
    const rolling = estate.run("rollback", "--yes", "1")
    await stopping()
    await killDaemon(estate, false)
    letGo()
    await rolling
    await waitFor("the rollback to end", async () => {
      const [newest] = await estate.generations()
      return newest?.rollbackOf === 1 && newest.outcome === "applied"
    })
    await estate.waitForState("web", "RUNNING")
    assert.match(await commandOf(estate, "web"), / one$/)
    assert.isFalse(isAlive(before["web"] ?? 0))
    assert.equal(await estate.pid("calm"), before["calm"])
    assert.equal((await estate.reconciler()).pin?.generation, 1)
  })

  it("gives way to one that is asked for later", async () => {
    const first = estate.run("rollback", "3")
    await stopping()
    const second = await asked(2)
    letGo()
    assert.equal((await second.answer).outcome, "applied")
    const { code, err } = await first
    assert.equal(code, 1)
    assert.match(err, /Something else was asked for meanwhile/)
    assert.match(await commandOf(estate, "web"), / two$/)
    assert.equal((await estate.reconciler()).pin?.generation, 2)
  })

  it("is not disturbed by a save", async () => {
    const rolling = estate.run("rollback", "1")
    await stopping()
    estate.write("all.ts", declare({ web: slow("four"), calm }))
    // Evaluates the files as well, later than the save.
    await estate.plan()
    letGo()
    assert.equal((await rolling).code, 0)
    await pending(estate, "four")
    assert.match(await commandOf(estate, "web"), / one$/)
  })

  it("ends the apply of a save that is at work", async () => {
    const resuming = estate.run("resume")
    await stopping()
    const rolling = await asked(2)
    letGo()
    assert.equal((await rolling.answer).outcome, "applied")
    await resuming
    assert.match(await commandOf(estate, "web"), / two$/)
    const [newest, cut] = await estate.generations()
    assert.deepEqual([newest?.outcome, cut?.outcome], ["applied", "superseded"])
  })
})
