import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { join } from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { Estate, isRoot } from "./Estate.ts"

/** The folder of the system's units is not the test's own: nobody else's service has such a name. */
const name = `reeve-test-${process.pid}`

let estate: Estate
let folder: string
let unitFile: string

beforeEach(() => {
  estate = new Estate()
  estate.environment["XDG_CONFIG_HOME"] = estate.path("config")
  folder = isRoot ? "/etc/systemd/system" : estate.path("config/systemd/user")
  unitFile = join(folder, `${name}.service`)
})

afterEach(async () => {
  fs.rmSync(unitFile, { force: true })
  await estate.clear()
})

const install = (...flags: ReadonlyArray<string>) =>
  estate.run("install", "--systemd", "--name", name, ...flags)

/** What systemd before 254 says of the one key that it does not know yet. */
const unknownKey = /^.*Unknown key 'DelegateSubgroup' in section \[Service\], ignoring\.\n/m

/** systemd's own opinion; both streams. */
const verify = (path: string): string => {
  const scope = isRoot ? [] : ["--user"]
  const ran = spawnSync("systemd-analyze", [...scope, "verify", path], { encoding: "utf8" })
  if (ran.error !== undefined) throw new Error("this test needs systemd-analyze: install systemd")
  const version = /^systemd (\d+)/.exec(
    spawnSync("systemd-analyze", ["--version"], { encoding: "utf8" }).stdout
  )
  const said = `${ran.stdout}${ran.stderr}`
  return `${ran.status} ${Number(version?.[1]) < 254 ? said.replace(unknownKey, "") : said}`
}

describe("reeve install --systemd", () => {
  it("writes a unit that systemd finds nothing wrong with, and tells what comes next", async () => {
    const { code, out } = await install()
    assert.strictEqual(code, 0)
    const own = isRoot ? "" : "--user "
    assert.include(out, `Wrote ${unitFile}:`)
    assert.include(out, `  systemctl ${own}daemon-reload\n  systemctl ${own}enable --now ${name}`)
    const text = fs.readFileSync(unitFile, "utf8")
    assert.include(out, text.trimEnd())
    assert.include(text, ` up ${estate.path("programs")} --quiet\n`)
    assert.strictEqual(fs.statSync(unitFile).mode & 0o777, 0o644)
    assert.strictEqual(verify(unitFile), "0 ")
    const left = fs.readdirSync(folder).filter((entry) => entry.startsWith(name))
    assert.deepEqual(left, [`${name}.service`])
  })

  it("names odd paths so that systemd understands them", async () => {
    const odd = estate.path(`a $HOME %n "b" 'c' \\d;`)
    fs.mkdirSync(odd)
    const { code, err } = await install(odd, "--state-dir", join(odd, "s 1"))
    assert.strictEqual(err, "")
    assert.strictEqual(code, 0)
    assert.strictEqual(verify(unitFile), "0 ")
  })

  it("refuses what systemd could not be told of", async () => {
    const odd = estate.path("a\nb")
    fs.mkdirSync(odd)
    const { code, err } = await install(odd)
    assert.strictEqual(code, 2)
    assert.include(err, "has a control character in its name")
    assert.isFalse(fs.existsSync(unitFile))
  })

  it("leaves an equal unit alone, and one that differs unless it is forced", async () => {
    await install()
    const { ino } = fs.statSync(unitFile)
    const again = await install()
    assert.strictEqual(again.code, 0)
    assert.include(again.out, `${unitFile} is there already, unchanged.`)
    assert.strictEqual(fs.statSync(unitFile).ino, ino)

    const changed = fs.readFileSync(unitFile, "utf8").replace("WatchdogSec=60", "WatchdogSec=5")
    fs.writeFileSync(unitFile, changed)
    const refused = await install()
    assert.strictEqual(refused.code, 6)
    assert.include(refused.err, "- WatchdogSec=5\n+ WatchdogSec=60\nOverwrite it with --force")
    assert.strictEqual(fs.readFileSync(unitFile, "utf8"), changed)
    assert.strictEqual((await install("--force")).code, 0)
    assert.include(fs.readFileSync(unitFile, "utf8"), "WatchdogSec=60")
  })

  it("neither follows nor replaces a link", async () => {
    const target = estate.path("target")
    fs.writeFileSync(target, "mine")
    fs.mkdirSync(folder, { recursive: true })
    fs.symlinkSync(target, unitFile)
    const { code, err } = await install("--force")
    assert.strictEqual(code, 6)
    assert.include(err, "is no file of its own")
    assert.strictEqual(fs.readFileSync(target, "utf8"), "mine")
  })

  it("only prints with --print, and tells as JSON with --json", async () => {
    const { code, out } = await install("--print")
    assert.strictEqual(code, 0)
    assert.match(out, /^# Written by "reeve install --systemd"/)
    assert.isFalse(fs.existsSync(unitFile))
    const told = await estate.json("install", "--systemd", "--name", name)
    assert.deepEqual([told.path, told.outcome, told.unit], [unitFile, "written", out])
  })

  it("says what is wrong with its words", async () => {
    const missing = await estate.run("install")
    assert.deepEqual(
      [missing.code, missing.err],
      [2, "reeve: Say for what: reeve install --systemd.\n"]
    )
    assert.strictEqual((await install("--name", "a/b")).code, 2)
    const nobodyKnown = await install("--user", "no-such-user")
    assert.deepEqual(
      [nobodyKnown.code, nobodyKnown.err],
      [2, "reeve: There is no user no-such-user.\n"]
    )
    const other = await install("--print", "--user", isRoot ? "nobody" : "root")
    if (isRoot) assert.include(other.out, "\nUser=nobody\n")
    else assert.strictEqual(other.code, 2)
  })
})
