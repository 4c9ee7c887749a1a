/** Programs that read their files anew at a signal. */
import * as fs from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import { exits, journal, kill, killAndWait, another as nextDaemon } from "../real/Death.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

let estate: Estate
afterEach(() => estate.clear())

/** Lies beside `programs`, and is not there when programs start. */
const conf = (name: string): string => estate.path("etc", name)
const write = (name: string): void => {
  fs.mkdirSync(conf("."), { recursive: true })
  fs.writeFileSync(conf(name), String(Date.now()))
}

/** Tells in a file when it hears the signal; it hears from the line "up" on. */
const hearing = (name: string, fields: object = {}) => {
  const tell = (word: string) => `echo ${word} >> ../${name}.heard`
  const script = `trap '${tell("told")}' HUP; ${tell("up")}; while :; do sleep 1 & wait; done`
  return {
    command: ["sh", "-c", script],
    directory: ".",
    start: { stableAfter: "300ms" },
    reload: { signal: "HUP", on: [{ kind: "files", patterns: ["../etc/**"] }] },
    ...fields
  }
}

const heard = (name = "web"): ReadonlyArray<string> => {
  const path = estate.path(`${name}.heard`)
  return fs.existsSync(path) ? fs.readFileSync(path, "utf8").trim().split("\n") : []
}

const begin = async (programs: Readonly<Record<string, object>>): Promise<void> => {
  estate = new Estate({ "all.ts": declare(programs) })
  await estate.up()
}

/** A change that another program is restarted for comes behind all that came before it. */
const marking = { marker: sleeper(5901, { watch: ["../marker"] }) }
const marker = async (): Promise<void> => {
  const before = await estate.pid("marker")
  fs.writeFileSync(estate.path("marker"), "now")
  await waitFor("the marker", async () => ((await estate.pids())["marker"] ?? before) !== before)
}

const told = (times: number, name = "web") =>
  waitFor(`${name} to be told ${times} times`, async () => heard(name).length === times + 1)

describe("a program with reload", () => {
  it("is told once for a burst of changes, in one process, and the plan is empty then", async () => {
    await begin({ web: hearing("web"), ...marking })
    await estate.waitForState("web", "RUNNING")
    const web = await estate.pid("web")
    for (const name of ["a", "b", "sub"]) write(name)
    await told(1)
    write("a")
    await told(2)
    await marker()
    assert.deepEqual(heard(), ["up", "told", "told"])
    assert.equal(await estate.pid("web"), web)
    const { actions, drift } = await estate.plan()
    assert.isEmpty([...actions, ...drift])
    const lines = (await journal(estate)).flatMap((body) => {
      if (body.kind === "fileChanged" && body.address === "web") return [body.path]
      return body.kind === "signalled" && body.address === "web" ? [body.signal] : []
    })
    assert.deepEqual(lines.slice(-2), [conf("a"), "HUP"])
  })

  it("is told when it is up, where a file changed while it started", async () => {
    await begin({ web: hearing("web", { start: { stableAfter: "2 seconds" } }) })
    await waitFor("web to hear", async () => heard().length === 1)
    write("a")
    await waitFor("the note", async () => (await estate.instance("web"))?.unreadFile === conf("a"))
    const { actions, drift } = await estate.plan()
    assert.isEmpty(actions)
    const text = `HUP, as ${conf("a")} changed, waits until it is up`
    assert.deepEqual(
      drift.map((it) => [it.kind, it.text]),
      [["reload", text]]
    )
    const web = await estate.pid("web")
    await told(1)
    assert.equal(await estate.pid("web"), web)
    await waitFor("rest", async () => (await estate.instance("web"))?.unreadFile === null)
  })

  it("is told by the next daemon where one died before the signal, and not once more", async () => {
    await begin({ web: hearing("web", { start: { stableAfter: "4 seconds" } }), ...marking })
    await waitFor("web to hear", async () => heard().length === 1)
    write("a")
    await waitFor("the note", async () => (await estate.instance("web"))?.unreadFile !== null)
    const web = await estate.pid("web")
    const dead = await kill(estate)
    assert.deepEqual(heard(), ["up"])
    await nextDaemon(estate, dead)
    await told(1)
    assert.equal(await estate.pid("web"), web)
    await killAndWait(estate)
    await marker()
    assert.deepEqual(heard(), ["up", "told"])
  })

  it("is told by hand, and one without reload is refused with what to do", async () => {
    const byHand = hearing("web", { reload: {}, instances: 2, directory: "." })
    await begin({ web: byHand, other: sleeper(5911) })
    await waitFor("both to hear", async () => heard().length === 2)
    const pids = await estate.pids()
    const { code, out } = await estate.run("reload", "web")
    assert.equal(code, 0)
    assert.match(out, /web:0\s+told to read its files anew \(HUP\)/)
    await waitFor("both to be told", async () => heard().length === 4)
    const refused = await estate.run("reload", "other", "--json")
    assert.equal(refused.code, 1)
    const text = "it declares no `reload`: declare its signal, or use `reeve restart other`"
    assert.deepEqual(JSON.parse(refused.out), [{ address: "other", outcome: "failed", text }])
    assert.equal((await estate.run("reload", "wbe")).code, 1)
    assert.deepEqual(await estate.pids(), pids)
  })

  it("is told although it is protected, and its restart waits", async () => {
    await begin({ web: hearing("web", { protect: true, watch: ["../src"] }) })
    await estate.waitForState("web", "RUNNING")
    const web = await estate.pid("web")
    fs.writeFileSync(estate.path("src"), "1")
    await waitFor("the note", async () => (await estate.plan()).held.length === 1)
    write("a")
    await told(1)
    assert.equal(await estate.pid("web"), web)
    assert.lengthOf((await estate.plan()).held, 1)
  })

  it("is restarted for what it watches as well", async () => {
    await begin({ web: hearing("web", { watch: ["../etc/both"] }) })
    await estate.waitForState("web", "RUNNING")
    write("both")
    await waitFor("a restart", async () => heard().length === 2)
    assert.deepEqual(heard(), ["up", "up"])
  })

  it("ends where it does not hear the signal, and its restart policy decides", async () => {
    const { reload } = hearing("web")
    await begin({ web: sleeper(5921, { reload }) })
    await estate.waitForState("web", "RUNNING")
    write("a")
    await waitFor("an end", async () => (await exits(estate, "web")) === 1)
    await waitFor("another process", async () => (await estate.instance("web"))?.starts === 2)
    await estate.waitForState("web", "RUNNING")
    assert.isEmpty((await estate.plan()).actions)
  })

  it("is started again where it was given up, as the file may have been why", async () => {
    const { reload } = hearing("web")
    const command = ["sh", "-c", "test -e ../etc/a || exit 1; exec sleep 5931"]
    const start = { stableAfter: "200ms", retries: 0 }
    await begin({ web: { command, start, reload, directory: "." } })
    await estate.waitForState("web", "FATAL")
    write("a")
    await estate.waitForState("web", "RUNNING")
  })
})
