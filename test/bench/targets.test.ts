import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { setTimeout as pause } from "node:timers/promises"
import { assert, describe, it } from "vitest"
import { endTree, survivors } from "../../bench/harness/endTree.ts"
import { fixtures } from "../../bench/harness/fixtures.ts"
import { outputFiles } from "../../bench/harness/outputFiles.ts"
import { makeSite, removeEmptied, type Site } from "../../bench/harness/Site.ts"
import type { Launched, Load, Target } from "../../bench/harness/Target.ts"
import { allTargets } from "../../bench/targets/allTargets.ts"

const found = await Promise.all(
  allTargets.map(async (target) => ((await target.find()).isThere ? [target] : []))
)
const present = found.flat()

const seconds = 30

const loadOf = (site: Site, more: Partial<Load> = {}): Load => ({
  count: 3,
  output: "none",
  rotateBytes: null,
  stableSeconds: 1,
  restarts: true,
  ...more,
  // A command that is given is one of the writer, whose first word is not known before there is a site.
  command:
    more.command === undefined
      ? [fixtures().stamp, site.stamps.file, "{name}"]
      : [fixtures().write, site.stamps.file, ...more.command.slice(1)]
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
    removeEmptied()
  }
}

const stamped = (site: Site, count: number) =>
  site.stamps.until(`${count} stamps`, ({ length }) => length === count, seconds)

const isAlive = (pid: number | undefined, site: Site): boolean =>
  survivors(site.directory).some((one) => one === pid)

/** What came up counts as such by then, so that its end is no failed start. */
const untilStable = () => pause(1_500)

const run = ([file = "", ...words]: ReadonlyArray<string>): string =>
  execFileSync(file, words, { encoding: "utf8" })

const printed = (site: Site, name: string): string =>
  outputFiles(site, name)
    .map((file) => readFileSync(file, "utf8"))
    .join("")

describe.concurrent.each(present)("$name", (target) => {
  it.each(["none", "files"] as const)("runs, changes and stops programs, output: %s", (output) =>
    inSite(target, { output }, async (launched, site) => {
      const three = await stamped(site, 3)
      assert.deepEqual(three.map(({ name }) => name).sort(), ["p0", "p1", "p2"])
      assert.isTrue(three.every(({ at }) => at > launched.launchedAt))
      assert.isTrue(isAlive(launched.root, site))
      await untilStable()
      if (launched.status !== null) assert.include(run(launched.status), "p2")

      const old = three.find(({ name }) => name === "p1")?.pid
      await launched.change?.("p1", [fixtures().stamp, site.stamps.file, "{name}-changed"])
      const four = await stamped(site, 4)
      assert.equal(four[3]?.name, "p1-changed")
      assert.isFalse(isAlive(old, site))
      assert.isTrue(isAlive(four[3]?.pid, site))

      await launched.stop()
      assert.deepEqual(survivors(site.directory), [])
    })
  )

  it("starts a program anew that is killed, and leaves nothing at its end", () =>
    inSite(target, { count: 1 }, async (launched, site) => {
      const [first] = await stamped(site, 1)
      await untilStable()
      process.kill(first?.pid ?? 0, "SIGKILL")
      const both = await stamped(site, 2)
      assert.equal(both[1]?.name, "p0")
      await launched.end()
      assert.deepEqual(survivors(site.directory), [])
    }))

  it("leaves a program down that ends, where it is told to", () =>
    inSite(target, { count: 1, restarts: false }, async (_, site) => {
      const [first] = await stamped(site, 1)
      await untilStable()
      process.kill(first?.pid ?? 0, "SIGKILL")
      await pause(2_500)
      assert.equal(site.stamps.all().length, 1)
    }))

  it("brings output to files, all of it", () => {
    const total = 1_000_000
    const command = ["write", "{name}", "100", String(total)]
    return inSite(target, { count: 2, command, output: "files" }, async (launched, site) => {
      await site.stamps.until(
        "writers",
        (stamps) => stamps.filter(({ word }) => word === "ready").length === 2,
        seconds
      )
      writeFileSync(`${site.stamps.file}.go`, "")
      await site.stamps.until(
        "ends",
        (stamps) => stamps.filter(({ word }) => word === "end").length === 2,
        seconds
      )
      await launched.stop()
      for (const name of ["p0", "p1"]) {
        assert.equal(printed(site, name), `${"x".repeat(99)}\n`.repeat(total / 100))
      }
    })
  })
})

describe.concurrent.each(present.filter(({ name }) => name !== "PM2"))("$name", (target) => {
  it("rotates output", () => {
    const command = ["write", "{name}", "100", "1000000"]
    const load = { count: 1, command, output: "files", rotateBytes: 300_000 } as const
    return inSite(target, load, async (launched, site) => {
      writeFileSync(`${site.stamps.file}.go`, "")
      await site.stamps.until("end", (stamps) => stamps.some(({ word }) => word === "end"), seconds)
      await launched.stop()
      assert.isAtLeast(outputFiles(site, "p0").length, 3)
      assert.equal(printed(site, "p0").length, 1_000_000)
    })
  })
})

describe.concurrent.each(
  present.filter(({ name }) => name === "reeve up" || name === "reeve typed")
)("$name", (target) => {
  it("applies a plan that is there, and follows saves as before", () =>
    inSite(target, {}, async (launched, site) => {
      await stamped(site, 3)
      await untilStable()
      const changed = (word: string) => [fixtures().stamp, site.stamps.file, `{name}-${word}`]
      const at = await launched.applyPlan?.("p2", changed("planned"))
      const four = await stamped(site, 4)
      assert.equal(four[3]?.name, "p2-planned")
      assert.isTrue(at !== undefined && (four[3]?.at ?? 0n) > at)
      assert.include(run(launched.plan ?? []), "3 unchanged")
      await launched.change?.("p0", changed("saved"))
      assert.equal((await stamped(site, 5))[4]?.name, "p0-saved")
    }))
})
