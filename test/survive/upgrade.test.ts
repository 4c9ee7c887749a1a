import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { makeClient } from "../../src/api/client.ts"
import { reeve, waitFor } from "../real/reeve.ts"
import { Succession } from "../real/Succession.ts"
import { isAlive } from "../real/site.ts"

let succession: Succession
/** An installation of another version. */
let other: string
const dist = dirname(reeve)
const version = JSON.parse(readFileSync(join(dist, "../package.json"), "utf8")).version
const otherVersion = "99.9.9"

beforeAll(() => {
  other = mkdtempSync(join(tmpdir(), "reeve-other-"))
  chmodSync(other, 0o755)
  cpSync(dist, join(other, "dist"), { recursive: true })
  cpSync(join(dist, "../package.json"), join(other, "package.json"))
  symlinkSync(join(dist, "../node_modules"), join(other, "node_modules"))
  for (const name of readdirSync(join(other, "dist"), { recursive: true, encoding: "utf8" })) {
    const path = join(other, "dist", name)
    if (!/\.c?js$/.test(path)) continue
    const text = readFileSync(path, "utf8")
    // However the bundler quotes it.
    const renumbered = text.replaceAll(/(["'`])([\d.]+)\1/g, (found, quote, number) =>
      number === version ? `${quote}${otherVersion}${quote}` : found
    )
    writeFileSync(path, renumbered)
  }
})
afterAll(() => rmSync(other, { recursive: true, force: true }))
beforeEach(() => {
  succession = new Succession()
})
afterEach(() => succession.clear())

/** A command of the other version. */
const byOther = (...words: ReadonlyArray<string>) =>
  succession.estate.runFile(join(other, "dist/reeve.js"), ...words)

describe("upgrade", { timeout: 180_000 }, () => {
  it("does nothing where the daemon is of the installed version", async () => {
    const { estate } = succession
    await succession.begin()
    const { daemon } = await estate.info()
    const ran = await estate.run("upgrade")
    assert.equal(ran.code, 0, ran.err)
    assert.include(ran.out, `is of version ${version} already`)
    assert.equal((await estate.info()).daemon.pid, daemon.pid)
  })

  it("brings the installed version, and everything is as it was; so it is when the keeper follows", async () => {
    const { estate } = succession
    await succession.begin()
    const { daemon, keeper } = await estate.info()
    const ran = await byOther("upgrade")
    assert.equal(ran.code, 0, ran.err)
    assert.include(ran.out, `reeve ${version} -> ${otherVersion}: the daemon has pid`)
    assert.match(ran.out, /\d programs went on, for \d+ ms at most without supervision/)
    assert.include(ran.out, "reeve up --replace-keeper")
    await succession.isAsBefore()
    const next = await estate.info()
    assert.equal(next.version, otherVersion)
    assert.equal(next.keeperVersion, version)
    assert.deepEqual(next.keeper, keeper)
    assert.notEqual(next.daemon.pid, daemon.pid)

    const renewed = await byOther("up", "--replace-keeper")
    assert.equal(renewed.code, 0, renewed.err)
    assert.include(renewed.out, `is version ${otherVersion} now, it was ${version}`)
    const then = await estate.info()
    assert.equal(then.keeperVersion, otherVersion)
    assert.deepEqual([then.keeper, then.daemon], [keeper, next.daemon])
    await succession.isAsBefore()

    process.kill(then.daemon.pid, "SIGKILL")
    await waitFor("the renewed keeper to start another daemon", async () => {
      const info = await estate.info().catch(() => null)
      return info?.phase === "running" && info.daemon.pid !== then.daemon.pid
    })
    assert.equal((await estate.info()).keeperVersion, otherVersion)
    assert.include((await estate.run("status")).err, "The daemon before ended by SIGKILL")
    await succession.isAsBefore()
    await succession.writesOn()
    await succession.stopsInTime()
  })

  it("five times in a row loses nothing", async () => {
    const { estate } = succession
    await succession.begin()
    for (let turn = 0; turn < 5; turn++) {
      const told = await estate.json("upgrade", "--force")
      assert.isTrue(told.replaced)
      // The one that is being stopped.
      assert.isAtMost(told.ended, 1)
      await succession.isAsBefore()
    }
    await succession.writesOn()
    await succession.stopsInTime()
  })

  it("and a new keeper come for an ordinary user, too", async () => {
    const { estate } = succession
    succession.ordinary()
    await succession.begin()
    const { daemon, keeper } = await estate.info()
    const upgraded = await byOther("upgrade")
    assert.equal(upgraded.code, 0, upgraded.err)
    const renewed = await byOther("up", "--replace-keeper")
    assert.equal(renewed.code, 0, renewed.err)
    const info = await estate.info()
    assert.deepEqual([info.version, info.keeperVersion], [otherVersion, otherVersion])
    assert.deepEqual(info.keeper, keeper)
    assert.notEqual(info.daemon.pid, daemon.pid)
    await succession.isAsBefore()
    await succession.writesOn()
    await succession.stopsInTime()
  })

  it("is refused where what is stored is of a newer version", async () => {
    const { estate } = succession
    await succession.begin()
    const { daemon } = await estate.info()
    const database = new DatabaseSync(join(estate.state, "state.db"))
    database.exec("INSERT INTO migrations (number, applied_at) VALUES (999, 0)")
    database.close()
    const ran = await estate.run("upgrade", "--force")
    assert.equal(ran.code, 6)
    assert.include(ran.err, "state.db was written by a newer reeve (schema 999, this one knows")
    assert.equal((await estate.info()).daemon.pid, daemon.pid)
    await succession.isAsBefore()
  })

  it("takes no file that others can write", async () => {
    const { estate } = succession
    await succession.begin()
    const { daemon } = await estate.info()
    const client = makeClient(join(estate.state, "run/reeve.sock"))
    const entry = estate.path("daemon.js")
    writeFileSync(entry, "")
    chmodSync(entry, 0o666)
    const refusal = (path: string) =>
      Effect.runPromise(
        Effect.match(client.upgrade({ who: "t", daemon: path }), {
          onFailure: ({ message }) => message,
          onSuccess: () => "accepted"
        })
      )
    assert.equal(await refusal(entry), `others can write ${entry}.`)
    assert.equal(await refusal("daemon.js"), "daemon.js is not an absolute path.")
    assert.include(await refusal(estate.path("none.js")), "ENOENT")
    chmodSync(entry, 0o644)
    chmodSync(estate.directory, 0o777)
    assert.equal(await refusal(entry), `others can write ${estate.directory}.`)
    chmodSync(estate.directory, 0o755)
    assert.equal((await estate.info()).daemon.pid, daemon.pid)
  })

  it("says where to look when the new daemon does not come up; it does when that is mended", async () => {
    const { estate } = succession
    await succession.begin()
    const { keeper } = await estate.info()
    const entry = join(other, "dist/daemon.js")
    const good = readFileSync(entry, "utf8")
    writeFileSync(entry, "process.exit(3)")
    try {
      const ran = await byOther("upgrade", "--timeout", "2s")
      assert.equal(ran.code, 1)
      assert.include(ran.err, `No daemon of version ${otherVersion} is up after 2`)
      assert.include(ran.err, "crash.log")
      assert.isTrue(isAlive(keeper?.pid ?? 0))
    } finally {
      writeFileSync(entry, good)
    }
    await waitFor("the keeper to try again", async () => {
      const info = await estate.info().catch(() => null)
      return info?.phase === "running" && info.version === otherVersion
    })
    await succession.isAsBefore()
    await succession.writesOn()
  })

  it("and --replace-keeper say so where no daemon is", async () => {
    const { estate } = succession
    assert.equal((await estate.run("upgrade")).code, 5)
    const ran = await estate.run("up", "--replace-keeper")
    assert.equal(ran.code, 5)
    assert.include(ran.err, "No reeve runs here")
  })
})
