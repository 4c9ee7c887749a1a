/** A watched directory that is reached by a link, which a deployment turns to another one. */
import { mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

let estate: Estate
afterEach(() => estate.clear())

describe("a watched directory that is reached by a link", () => {
  it("has changed when the link leads elsewhere, and is watched there from then on", async () => {
    estate = new Estate()
    const touch = (release: string) => writeFileSync(estate.path(release, "app"), release)
    for (const release of ["one", "two"]) {
      mkdirSync(estate.path(release))
      touch(release)
    }
    const link = estate.path("current")
    symlinkSync("one", link)
    const program = { ...sleeper(4411), watch: [`${link}/**`] }
    estate.write("all.ts", declare({ web: program }))
    await estate.up()
    let pid = await estate.pid("web")
    const restarted = async (what: string) => {
      await waitFor(`a restart for ${what}`, async () => {
        const now = (await estate.instance("web"))?.process?.pid ?? pid
        const isNew = now !== pid
        pid = now
        return isNew
      })
      await estate.waitForState("web", "RUNNING")
    }
    symlinkSync("two", estate.path("next"))
    renameSync(estate.path("next"), link)
    await restarted("a link that is replaced")
    touch("two")
    await restarted("a file of the new directory")
    touch("one")
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    assert.equal(await estate.pid("web"), pid)
    unlinkSync(link)
    symlinkSync("one", link)
    await restarted("a link that is made anew")
    touch("one")
    await restarted("a file of the first directory")
  })
})
