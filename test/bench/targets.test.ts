import { assert, describe, it } from "vitest"
import { endTree, survivors } from "../../bench/harness/endTree.ts"
import { fixtures } from "../../bench/harness/fixtures.ts"
import { makeSite, type Site } from "../../bench/harness/Site.ts"
import type { Launched, Load, Target } from "../../bench/harness/Target.ts"
import { allTargets } from "../../bench/targets/allTargets.ts"

const found = await Promise.all(
  allTargets.map(async (target) => ((await target.find()).isThere ? [target] : []))
)
const present = found.flat()

const seconds = 30

const loadOf = (site: Site, more: Partial<Load> = {}): Load => ({
  count: 3,
  command: [fixtures().stamp, site.stamps.file, "{name}"],
  output: "none",
  rotateBytes: null,
  stableSeconds: 1,
  restarts: true,
  ...more
})

const inSite = async (
  target: Target,
  more: Partial<Load>,
  work: (launched: Launched, site: Site) => Promise<void>
): Promise<void> => {
  const site = makeSite()
  try {
    await work(await target.launch(site, loadOf(site, more)), site)
  } finally {
    await endTree(site.directory)
    site.remove()
  }
}

const isAlive = (pid: number | undefined, site: Site): boolean =>
  survivors(site.directory).some((one) => one === pid)

describe.each(present)("$name", (target) => {
  it.each(["none", "files"] as const)("runs, changes and stops programs, output: %s", (output) =>
    inSite(target, { output }, async (launched, site) => {
      const three = await site.stamps.until("3 stamps", ({ length }) => length === 3, seconds)
      assert.deepEqual(three.map(({ name }) => name).sort(), ["p0", "p1", "p2"])
      assert.isTrue(three.every(({ at }) => at > launched.launchedAt))
      // What came up counts as such, so that a change of it is no failed start.
      await new Promise((resolve) => setTimeout(resolve, 1_500))

      const old = three.find(({ name }) => name === "p1")?.pid
      await launched.change?.("p1", [fixtures().stamp, site.stamps.file, "{name}-changed"])
      const four = await site.stamps.until("change", ({ length }) => length === 4, seconds)
      assert.equal(four[3]?.name, "p1-changed")
      assert.isFalse(isAlive(old, site))
      assert.isTrue(isAlive(four[3]?.pid, site))

      await launched.stop()
      assert.deepEqual(survivors(site.directory), [])
    })
  )

  it("starts a program anew that is killed", () =>
    inSite(target, { count: 1 }, async (launched, site) => {
      const [first] = await site.stamps.until("first", ({ length }) => length === 1, seconds)
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      process.kill(first?.pid ?? 0, "SIGKILL")
      const both = await site.stamps.until("second", ({ length }) => length === 2, seconds)
      assert.equal(both[1]?.name, "p0")
      await launched.end()
      assert.deepEqual(survivors(site.directory), [])
    }))
})
