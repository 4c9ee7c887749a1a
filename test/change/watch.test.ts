/** Programs that are restarted when files that they watch change. */
import * as fs from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import { journal, killAndWait } from "../real/Death.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

let estate: Estate
afterEach(() => estate.clear())

/** Patterns start at the directory of the file that declares, which is `programs`. */
const watching = (seconds: number, fields: object = {}) =>
  sleeper(seconds, { watch: ["../src/**", "!../src/gen"], ...fields })

const source = (name: string): string => estate.path("src", name)

const write = (name: string, text = String(Date.now())): void => {
  fs.mkdirSync(source(name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : "."), {
    recursive: true
  })
  fs.writeFileSync(source(name), text)
}

const begin = async (programs: Readonly<Record<string, object>>): Promise<void> => {
  estate = new Estate({ "all.ts": declare(programs) })
  fs.mkdirSync(source("."))
  write("a.ts")
  await estate.up()
}

const another = async (name: string, before: number): Promise<number> => {
  let now: number | undefined
  await waitFor(`another process of ${name}`, async () => {
    now = (await estate.pids())[name]
    return now !== undefined && now !== before
  })
  return now ?? 0
}

/** Paths of changes that were told, of one instance. */
const toldOf = async (address: string): Promise<ReadonlyArray<string>> =>
  (await journal(estate)).flatMap((body) =>
    body.kind === "fileChanged" && body.address === address ? [body.path] : []
  )

const startsOf = async (name: string): Promise<number> => (await estate.instance(name))?.starts ?? 0

/** A change that another instance is restarted for comes behind all that came before it. */
const marker = async (before: number): Promise<void> => {
  fs.writeFileSync(estate.path("marker"), "now")
  await another("marker", before)
}

describe("a program that watches files", () => {
  it("is restarted once for a burst of changes, and says for which file", async () => {
    await begin({ web: watching(5701), other: sleeper(5702) })
    const { other, web = 0 } = await estate.pids()
    for (let at = 0; at < 40; at++) write(`dir${at % 5}/f${at}.ts`)
    fs.rmSync(source("a.ts"))
    await another("web", web)
    const { out } = await estate.run("why", "web")
    assert.match(out, /it was restarted: \S+\/src\/\S+ changed/)
    const now = await estate.pid("web")
    write("later.ts")
    await another("web", now)
    assert.equal(await startsOf("web"), 3)
    assert.equal((await toldOf("web")).at(-1), source("later.ts"))
    assert.equal((await estate.pids())["other"], other)
    assert.isEmpty((await estate.plan()).actions)
  })

  it("does not heed what it leaves out, dot files, installed packages and its own log", async () => {
    const logs = { stdout: { file: "../src/web.log" } }
    await begin({
      web: watching(5711, { logs }),
      marker: sleeper(5712, { watch: ["../marker"] })
    })
    const { marker: first = 0, web } = await estate.pids()
    write("gen/out.ts")
    write(".cache/x.ts")
    write("node_modules/p/index.js")
    write("a.ts~")
    write("web.log")
    await marker(first)
    assert.equal((await estate.pids())["web"], web)
    assert.isEmpty(await toldOf("web"))
  })

  it("is left alone where it was stopped by hand, which names the file; a release starts it", async () => {
    await begin({ web: watching(5721) })
    await estate.run("stop", "web")
    write("a.ts")
    await waitFor("the note", async () => (await toldOf("web")).length > 0)
    const { actions, drift } = await estate.plan()
    assert.isEmpty(actions)
    assert.include(drift[0]?.text ?? "", `; ${source("a.ts")} changed since`)
    assert.equal((await estate.instance("web"))?.state, "STOPPED")
    await estate.run("release", "web")
    const { changedFile } = await estate.waitForState("web", "RUNNING")
    assert.isNull(changedFile)
    assert.isEmpty((await estate.plan()).drift)
  })

  it("is not touched where it is protected, and the plan names the file, also after a death", async () => {
    await begin({ web: watching(5731, { protect: true }) })
    const web = await estate.pid("web")
    write("a.ts")
    await waitFor("the note", async () => (await toldOf("web")).length > 0)
    const text = `web is protected: it would be restarted (${source("a.ts")} changed)`
    assert.include((await estate.plan()).held[0]?.text ?? "", text)
    await killAndWait(estate)
    assert.include((await estate.plan()).held[0]?.text ?? "", text)
    assert.equal(await estate.pid("web"), web)
    await estate.run("apply", "--yes-protected")
    await another("web", web)
    assert.isEmpty((await estate.plan()).held)
  })

  it("is started again where it had ended", async () => {
    await begin({
      done: watching(0, { command: ["true"], restart: { when: "never" } }),
      lost: watching(0, {
        command: ["false"],
        start: { stableAfter: "1 second", retries: 0 }
      })
    })
    await estate.waitForState("done", "EXITED")
    await estate.waitForState("lost", "FATAL")
    write("a.ts")
    await waitFor("new starts", async () => {
      return (await startsOf("done")) === 2 && (await startsOf("lost")) === 2
    })
    await estate.waitForState("lost", "FATAL")
    assert.isEmpty((await estate.plan()).actions)
  })

  it("has its instances restarted one after the other", async () => {
    const fields = { instances: 3, start: { stableAfter: "400ms" } }
    await begin({ web: watching(5741, fields) })
    for (const name of ["web:0", "web:1", "web:2"]) await estate.waitForState(name, "RUNNING")
    const before = await estate.pids()
    write("a.ts")
    for (const [name, pid] of Object.entries(before)) await another(name, pid)
    for (const name of Object.keys(before)) await estate.waitForState(name, "RUNNING")
    const moves = (await journal(estate)).flatMap((body) =>
      body.kind === "state" && (body.to === "STOPPING" || body.to === "RUNNING")
        ? [`${body.address} ${body.to}`]
        : []
    )
    const order = ["web:0", "web:1", "web:2"].flatMap((it) => [`${it} STOPPING`, `${it} RUNNING`])
    assert.deepEqual(moves.slice(-6), order)
  })

  it("watches what a save adds, and no longer what it takes away", async () => {
    await begin({ web: sleeper(5751), marker: sleeper(5752, { watch: ["../marker"] }) })
    const { marker: first = 0, web = 0 } = await estate.pids()
    write("a.ts")
    await marker(first)
    assert.equal(await estate.pid("web"), web)
    const both = { marker: sleeper(5752, { watch: ["../marker"] }) }
    await estate.save(() => estate.write("all.ts", declare({ web: watching(5751), ...both })))
    assert.equal(await estate.pid("web"), web)
    write("a.ts")
    const second = await another("web", web)
    await estate.save(() => estate.write("all.ts", declare({ web: sleeper(5751), ...both })))
    write("a.ts")
    await marker(await estate.pid("marker"))
    assert.equal(await estate.pid("web"), second)
  })

  it("is not restarted for what its hook before the start writes", async () => {
    const build = ["/bin/sh", "-c", "mkdir -p ../src/dist; date +%s%N > ../src/dist/out"]
    await begin({
      web: watching(5761, { directory: "../src", hooks: { beforeStart: build } }),
      marker: sleeper(5762, { watch: ["../marker"] })
    })
    await estate.waitForState("web", "RUNNING")
    write("a.ts")
    await waitFor("a restart", async () => (await startsOf("web")) === 2)
    await estate.waitForState("web", "RUNNING")
    await marker(await estate.pid("marker"))
    assert.equal(await startsOf("web"), 2)
  })

  it("is not led by links out of what it names", async () => {
    await begin({ web: watching(5771), marker: sleeper(5772, { watch: ["../marker"] }) })
    fs.mkdirSync(estate.path("elsewhere"))
    const { web = 0 } = await estate.pids()
    fs.symlinkSync(estate.path("elsewhere"), source("link"))
    const now = await another("web", web)
    fs.writeFileSync(estate.path("elsewhere", "x.ts"), "x")
    await marker(await estate.pid("marker"))
    assert.equal(await estate.pid("web"), now)
  })
})
