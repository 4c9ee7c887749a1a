/** What is done by hand for a while, with the real command: it holds, ends by itself, and survives reeve. */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { makeClient } from "../../src/api/client.ts"
import type { Event } from "../../src/domain/Event.ts"
import type { InstanceStatus } from "../../src/domain/Status.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { isAlive } from "../real/site.ts"

const estate = new Estate({
  "all.ts": declare({
    web: sleeper(3141),
    pool: sleeper(3142),
    idle: sleeper(3143, { start: { auto: false, stableAfter: "0s" } })
  })
})

const done = async (...args: ReadonlyArray<string>): Promise<string> => {
  const { code, err, out } = await estate.run(...args)
  assert.equal(code, 0, err)
  return out
}

const heldUntil = async (address: string): Promise<number> => {
  const until = (await estate.instance(address))?.override?.until
  assert.isNumber(until, `${address} is held for a while`)
  return until ?? 0
}

/** Stops web for so long; gives the moment until which it is held. */
const stopWeb = async (duration: string): Promise<number> => {
  const pid = await estate.pid("web")
  await done("stop", "web", "--for", duration)
  assert.isFalse(isAlive(pid))
  return heldUntil("web")
}

const whenBack = async (address: string): Promise<InstanceStatus> => {
  const back = await estate.waitForState(address, "RUNNING")
  assert.isNull(back.override)
  return back
}

const pools = async (): Promise<ReadonlyArray<string>> =>
  Object.keys(await estate.pids()).filter((address) => address.startsWith("pool"))

describe("by hand for a while", () => {
  beforeAll(() => estate.up())
  afterAll(() => estate.clear())

  it("is shown with its reason and its end, everywhere", async () => {
    const before = Date.now()
    const evil = `disk "swap"; \u001b[2J`
    assert.match(await done("stop", "web", "--reason", evil, "--for", "2h"), /stopped; until /)
    const until = await heldUntil("web")
    assert.isAtLeast(until, before + 7_200_000)
    assert.isAtMost(until, Date.now() + 7_200_000)
    const why = String.raw`\("disk "swap"; \\x1b\[2J"\)`
    const day = String.raw`(\d{4}-\d\d-\d\d )?\d\d:\d\d`
    const held = new RegExp(String.raw`stopped by \S+ ${why}; until ${day}$`, "m")
    assert.match(await done("status", "web"), held)
    assert.match(await done("describe", "web"), held)
    assert.match(await done("events", "web"), held)
    const drift = new RegExp(String.raw`! web +stopped by \S+ \d+ s ago ${why}; until ${day}$`, "m")
    assert.match(await done("plan"), drift)
    const [status] = await estate.json("status", "web")
    assert.deepInclude(status.override, { reason: evil, until })
    const { instances } = await estate.get("/v1/overrides")
    assert.deepInclude(instances[0], { reason: evil, until })
    const events: ReadonlyArray<Event> = await estate.get("/v1/events?name=web&limit=10")
    const told = events.flatMap(({ body }) => (body.kind === "override" ? [body] : []))
    assert.deepInclude(told.at(-1), { text: "stopped", reason: evil, until })
  })

  it("ends at the moment that was given last, and the program comes back by itself", async () => {
    await done("start", "web")
    const until = await stopWeb("3s")
    assert.isNull((await estate.instance("web"))?.override?.reason)
    const { startedAt } = await whenBack("web")
    assert.isAtLeast(startedAt ?? 0, until)
    assert.match(await done("events", "web"), /web released by expiry$/m)
    const { actions, drift } = await estate.plan()
    assert.deepEqual([actions, drift], [[], []])
  })

  it("gives a number of instances back, and touches none of those that stay", async () => {
    const pid = await estate.pid("pool")
    await done("scale", "pool", "3", "--reason", "sale", "--for", "4s")
    assert.deepEqual(await pools(), ["pool:0", "pool:1", "pool:2"])
    assert.match(await done("plan"), /! pool:0 +scaled to 3 by \S+ \d+ s ago \("sale"\); until /)
    await waitFor("one instance", async () => (await pools()).join() === "pool")
    assert.equal(await estate.pid("pool"), pid)
    assert.deepEqual((await estate.get("/v1/overrides")).scales, [])
  })

  it("holds over a death of the daemon, and ends all the same", async () => {
    const until = await stopWeb("5s")
    const { daemon } = await estate.info()
    process.kill(daemon.pid, "SIGKILL")
    await waitFor("the next daemon", async () => {
      const info = await estate.info().catch(() => null)
      return info !== null && info.daemon.pid !== daemon.pid && info.phase === "running"
    })
    const { startedAt } = await whenBack("web")
    assert.isAtLeast(startedAt ?? 0, until)
  })

  it("is over at once where the end came while no daemon lived", async () => {
    const kept = await estate.pid("pool")
    await done("scale", "pool", "2", "--for", "4s")
    const until = await stopWeb("4s")
    const { daemon, keeper } = await estate.info()
    for (const { pid } of [keeper ?? daemon, daemon]) process.kill(pid, "SIGKILL")
    await waitFor("the end to pass", () => Date.now() > until)
    await estate.up()
    await whenBack("web")
    await waitFor("one instance", async () => (await pools()).join() === "pool")
    assert.equal(await estate.pid("pool"), kept)
  })

  it("is over at once where the end came while reeve was down", async () => {
    const until = await stopWeb("4s")
    await done("start", "idle", "--for", "4s")
    assert.match(
      await done("plan"),
      /! idle +started by \S+ .* although start.auto is false; until/
    )
    await done("down")
    assert.match(await done("plan"), /3 programs/)
    await waitFor("the end to pass", () => Date.now() > until + 4_000)
    assert.notInclude(await done("plan"), "until")
    await estate.up()
    await whenBack("web")
    assert.equal((await estate.instance("idle"))?.state, "STOPPED")
    const { instances } = await estate.get("/v1/overrides")
    assert.deepEqual(instances, [])
  })

  it("is refused for a duration that is none, and for a reason that is a book", async () => {
    const pid = await estate.pid("web")
    for (const duration of ["soon", "2", "0s", "400d", ""]) {
      const { code, err } = await estate.run("stop", "web", "--for", duration)
      assert.equal(code, 2, duration)
      assert.match(err, /--for.*expected a duration such as 30s, 2h or 1h30m/)
    }
    const book = "x".repeat(201)
    for (const command of [["stop"], ["start"], ["scale", "web", "2"]]) {
      const [verb = "", ...words] = command
      const { code } = await estate.run(
        verb,
        ...(words.length > 0 ? words : ["web"]),
        "--reason",
        book
      )
      assert.equal(code, 2, verb)
    }
    const client = makeClient(join(estate.state, "run/reeve.sock"))
    const past = { targets: ["web"], who: "t", until: Date.now() - 1 }
    assert.equal((await Effect.runPromise(Effect.flip(client.stop(past))))._tag, "BadRequest")
    assert.equal(await estate.pid("web"), pid)
  })
})
