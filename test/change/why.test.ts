import { afterEach, assert, describe, it } from "vitest"
import { exits } from "../real/Death.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

let estate: Estate
afterEach(() => estate.clear())

const commit = (): string => {
  estate.git("add", "programs")
  estate.git("commit", "-qm", "change")
  return estate.git("rev-parse", "--short=7", "HEAD")
}

const programs = (ttl: string) =>
  declare({ api: sleeper(5601, { instances: 2, environment: { CACHE_TTL: ttl } }) })

describe("reeve why", () => {
  it("names the commit and the field that restarted an instance, and an end of its own since", async () => {
    estate = new Estate({ "api.ts": programs("60") })
    estate.git("init", "-q")
    const first = commit()
    await estate.up()
    const added = await estate.run("why", "api:1")
    assert.match(added.out, /^api:1 is RUNNING, pid \d+, since \S+ \S+\n/)
    assert.include(added.out, `generation 1 (commit ${first}`)
    assert.include(added.out, "it was added")

    await estate.save(() => estate.write("api.ts", programs("300")))
    await estate.waitForState("api:1", "RUNNING")
    const restarted = await estate.run("why", "api:1")
    assert.match(restarted.out, /it was restarted: its definition changed/)
    assert.include(restarted.out, `generation 2 (commit ${first} (dirty)`)
    assert.include(restarted.out, 'environment.CACHE_TTL "60" -> "300"')

    process.kill(await estate.pid("api:1"), "SIGKILL")
    await waitFor("its end", async () => (await exits(estate, "api:1")) === 2)
    await estate.waitForState("api:1", "RUNNING")
    const [chain] = await estate.json("why", "api:1")
    assert.deepEqual(
      chain.causes.map(({ kind }: { kind: string }) => kind),
      ["ended", "stopped", "generation"]
    )
    assert.equal(chain.causes[0].status.signal, "SIGKILL")
    assert.equal(chain.generation.number, 2)
    assert.equal(chain.generation.actions[0].cause.changes[0].path, "environment.CACHE_TTL")
    assert.match(
      (await estate.run("why", "api:1")).out,
      /it ended by itself: pid \d+: terminated by SIGKILL/
    )
  })

  it("names who stopped it", async () => {
    estate = new Estate({ "api.ts": declare({ web: sleeper(5602) }) })
    await estate.up()
    await estate.run("stop", "web", "--reason", "disk swap")
    const { code, out } = await estate.run("why", "web")
    assert.equal(code, 0)
    assert.match(out, /^web is STOPPED, since .*: by hand \(.+\)\n.*stopped by .* \("disk swap"\)/)
    const unknown = await estate.run("why", "nosuch")
    assert.equal(unknown.code, 1)
    assert.match(unknown.err, /nosuch/)
  })
})
