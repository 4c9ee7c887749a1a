/** What a plan tells of processes that are not made from what is there now, with the real command. */
import * as fs from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { Drift } from "../../src/domain/Plan.ts"
import { Estate } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

const estate = new Estate()

const programs = `
import { defineProgram, secret } from "reeve"
const common = { directory: "..", start: { stableAfter: "0s" } } as const
export const binary = defineProgram({ ...common, command: ["./binary", "3501"], envFile: "../web.env",
  environment: { PASSWORD: secret.file("../password") }, limits: { openFiles: 512 } })
export const follower = defineProgram({ ...common, command: ["sh", "-c", "exec ./followed 3502"] })
export const script = defineProgram({ ...common, command: "./script.sh" })
`

/** As installers do it: another file in its place. */
const replace = (name: string, make: (path: string) => void): void => {
  const next = estate.path(`${name}.next`)
  make(next)
  fs.renameSync(next, estate.path(name))
}

const copySleep = (path: string): void => fs.copyFileSync("/bin/sleep", path)

const writeScript = (seconds: number) => (path: string) =>
  fs.writeFileSync(path, `#!/bin/sh\nexec sleep ${seconds}\n`, { mode: 0o755 })

const told = async (): Promise<ReadonlyArray<string>> => {
  const { drift } = await estate.json("plan")
  return drift.map(({ address, at, text }: Drift) => {
    if (at !== null) assert.closeTo(at, Date.now(), 60_000)
    const since = at === null ? "" : " since"
    return `${address}: ${text.replace(/pid \d+/, "pid N").replaceAll(estate.directory, "…")}${since}`
  })
}

const changed = [
  "binary: program replaced; pid N runs the old …/binary until its next start since",
  "binary: envFile changed; pid N has the old values of …/web.env until its next start since",
  "binary: secret file changed; pid N has the old value of …/password until its next start since",
  "follower: program replaced; pid N runs the old …/followed until its next start since",
  "script: script changed; pid N began with the old …/script.sh since"
]

describe("a plan", () => {
  beforeAll(async () => {
    copySleep(estate.path("binary"))
    copySleep(estate.path("followed"))
    writeScript(3503)(estate.path("script.sh"))
    fs.writeFileSync(estate.path("web.env"), "A=1\n")
    fs.writeFileSync(estate.path("password"), "old\n")
    estate.write("all.ts", programs)
    await estate.up()
    await waitFor("follower to follow", async () => {
      const pid = await estate.pid("follower")
      return fs.readlinkSync(`/proc/${pid}/exe`).endsWith("followed")
    })
  })
  afterAll(() => estate.clear())

  it("tells nothing of files that were written again with what they had", async () => {
    fs.writeFileSync(estate.path("web.env"), "A=1\n")
    replace("script.sh", writeScript(3503))
    fs.utimesSync(estate.path("binary"), new Date(), new Date())
    assert.deepEqual(await told(), [])
  })

  it("tells which processes run what was replaced, or have values of files that changed", async () => {
    const pids = await estate.pids()
    for (const name of ["binary", "followed"]) replace(name, copySleep)
    replace("script.sh", writeScript(3504))
    fs.writeFileSync(estate.path("web.env"), "A=2\n")
    fs.writeFileSync(estate.path("password"), "s3cret\n")
    assert.deepEqual(await told(), changed)
    const { out } = await estate.run("plan")
    assert.match(out, /^! binary +program replaced \d+ s ago; pid \d+ runs the old .*\/binary/m)
    assert.match(out, /^No changes; nothing is done about drift\.$/m)
    assert.notMatch(out, /s3cret|old\n/)
    assert.deepEqual(await estate.pids(), pids)
  })

  it("tells it also after the daemon was killed, and without one", async () => {
    const { daemon } = await estate.info()
    process.kill(daemon.pid, "SIGKILL")
    await waitFor("the next daemon", async () => {
      const now = await estate.info().catch(() => null)
      return now?.phase === "running" && now.daemon.pid !== daemon.pid
    })
    assert.deepEqual(await told(), changed)
    assert.equal((await estate.run("down", "--leave")).code, 0)
    assert.deepEqual(await told(), changed)
    await estate.up()
    assert.deepEqual(await told(), changed)
  })

  it("tells what is gone", async () => {
    for (const name of ["binary", "followed", "script.sh", "web.env", "password"]) {
      fs.rmSync(estate.path(name))
    }
    assert.deepEqual(await told(), [
      "binary: program removed; pid N runs on without …/binary, which its next start needs",
      "binary: envFile removed; pid N runs on without …/web.env, which its next start needs",
      "binary: secret file removed; pid N runs on without …/password, which its next start needs",
      "script: script removed; pid N runs on without …/script.sh, which its next start needs"
    ])
  })

  it("tells nothing more once the process is another one", async () => {
    copySleep(estate.path("binary"))
    fs.writeFileSync(estate.path("web.env"), "A=3\n")
    fs.writeFileSync(estate.path("password"), "other\n")
    assert.equal((await estate.run("restart", "binary")).code, 0)
    assert.deepEqual(
      (await told()).filter((line) => line.startsWith("binary")),
      []
    )
  })
})
