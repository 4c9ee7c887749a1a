/** `reeve supervisord --watch` with files of an `[include]`. */
import * as fs from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import { waitFor } from "../real/reeve.ts"
import { SupervisordSite } from "../real/SupervisordSite.ts"

const sites: Array<SupervisordSite> = []
afterEach(async () => {
  for (const made of sites.splice(0)) await made.clear()
})

const programOf = (name: string) => `[program:${name}]\ncommand=/bin/cat\n`

const gone = (site: SupervisordSite, name: string) =>
  waitFor(`the end of ${name}`, async () => !site.ctl("status").out.includes(`${name} `))

describe("files of an [include] that is watched", () => {
  it("are heeded when they come, change and go, and what lies beside them is not", async () => {
    const site = new SupervisordSite(`${programOf("cat")}[include]\nfiles=conf.d/*.conf\n`)
    sites.push(site)
    fs.mkdirSync(site.path("conf.d", "deep"), { recursive: true })
    await site.up(["--watch"])
    await site.waitForState("cat", "RUNNING")
    fs.writeFileSync(site.path("conf.d", "dog.conf"), programOf("dog"))
    await site.waitForState("dog", "RUNNING")
    fs.writeFileSync(site.path("conf.d", "dog.conf"), programOf("bird"))
    await site.waitForState("bird", "RUNNING")
    await gone(site, "dog")
    fs.renameSync(site.path("conf.d", "dog.conf"), site.path("conf.d", "bird.conf"))
    fs.writeFileSync(site.path("conf.d", "deep", "no.conf"), programOf("no"))
    fs.writeFileSync(site.path("conf.d", "no.txt"), programOf("no"))
    fs.writeFileSync(site.path("conf.d", "fish.conf"), programOf("fish"))
    await site.waitForState("fish", "RUNNING")
    assert.notInclude(site.ctl("status").out, "no ")
    fs.rmSync(site.path("conf.d", "fish.conf"))
    await gone(site, "fish")
    await site.waitForState("bird", "RUNNING")
  })
})
