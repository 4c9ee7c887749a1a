import { renameSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { declare, Estate, sleeper, type Up } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

let estate: Estate
let up: Up

/** One daemon for all: each test has files of its own, and what it does not name must stay untouched. */
beforeAll(async () => {
  estate = new Estate({
    "web.ts": declare({ web: sleeper(1001) }),
    "pair.ts": declare({ left: sleeper(1002), right: sleeper(1003) }),
    "anchor.ts": declare({ anchor: sleeper(1004) })
  })
  estate.git("init", "-q")
  estate.git("add", "-A")
  estate.git("commit", "-qm", "first")
  up = await estate.up()
})

afterAll(() => estate.clear())

/** Processes before and after, of all but those named. */
const untouched = async (change: () => Promise<void>, ...except: ReadonlyArray<string>) => {
  const before = await estate.pids()
  await change()
  const after = await estate.pids()
  for (const address of except) {
    delete before[address]
    delete after[address]
  }
  assert.deepEqual(after, before)
  assert.deepEqual((await estate.plan()).actions, [])
}

describe("a save of another command", () => {
  it("restarts exactly that program", async () => {
    const old = await estate.pid("web")
    const change = () => estate.write("web.ts", declare({ web: sleeper(1011) }))
    await untouched(() => estate.save(change), "web")
    assert.notEqual(await estate.pid("web"), old)
    assert.deepEqual((await estate.instance("web"))?.started?.definition.command, ["sleep", "1011"])
  })

  it("restarts one of two programs of the same file", async () => {
    const old = await estate.pid("left")
    const text = declare({ left: sleeper(1012), right: sleeper(1003) })
    await untouched(() => estate.save(() => estate.write("pair.ts", text)), "left")
    assert.notEqual(await estate.pid("left"), old)
  })
})

describe("a save of what applies live", () => {
  const changes: Readonly<Record<string, Record<string, unknown>>> = {
    "the size of a log": { logs: { stdout: { maxSize: "1MB" } } },
    "the number of its backups": { logs: { stdout: { maxSize: "1MB", backups: 2 } } },
    "the priority": { priority: 5 },
    "the stop timeout": { stop: { timeout: "3 seconds" } },
    "the restart policy": { restart: { when: "always" } },
    "the description": { description: "stays as it is" }
  }

  for (const [name, fields] of Object.entries(changes)) {
    it(`restarts nothing: ${name}`, async () => {
      const text = declare({ anchor: sleeper(1004, fields) })
      await untouched(() => estate.save(() => estate.write("anchor.ts", text)))
    })
  }
})

describe("files and programs", () => {
  it("start when they are added, and stop when they are deleted", async () => {
    const add = () => estate.write("new.ts", declare({ first: sleeper(1021) }))
    await untouched(() => estate.save(add), "first")
    const first = await estate.pid("first")
    const more = declare({ first: sleeper(1021), second: sleeper(1022) })
    await untouched(() => estate.save(() => estate.write("new.ts", more)), "second")
    assert.equal(await estate.pid("first"), first)
    const less = declare({ second: sleeper(1022) })
    await untouched(() => estate.save(() => estate.write("new.ts", less)), "first")
    assert.isUndefined(await estate.instance("first"))
    await untouched(() => estate.save(() => estate.remove("new.ts")), "second")
    assert.isUndefined(await estate.instance("second"))
  })

  it("keep the process when the export is renamed", async () => {
    await estate.save(() => estate.write("rename.ts", declare({ before: sleeper(1031) })))
    const pid = await estate.pid("before")
    await estate.save(() => estate.write("rename.ts", declare({ after: sleeper(1031) })))
    assert.equal(await estate.pid("after"), pid)
    assert.isUndefined(await estate.instance("before"))
    await estate.save(() => estate.remove("rename.ts"))
  })

  it("keep the process when the file that gives the name is renamed", async () => {
    const text = declare({ unused: sleeper(1032) }).replace("const unused =", "default")
    await estate.save(() => estate.write("old.ts", text.replace("export const", "export")))
    const pid = await estate.pid("old")
    const paths = ["old.ts", "young.ts"].map((name) => estate.path("programs", name))
    await estate.save(() => renameSync(paths[0] ?? "", paths[1] ?? ""))
    assert.equal(await estate.pid("young"), pid)
    assert.isUndefined(await estate.instance("old"))
    await estate.save(() => estate.remove("young.ts"))
  })

  it("keep the process when renamedFrom names what it was", async () => {
    await estate.save(() => estate.write("named.ts", declare({ one: sleeper(1033) })))
    const pid = await estate.pid("one")
    const text = declare({ two: sleeper(1033, { renamedFrom: "one" }) })
    await estate.save(() => estate.write("named.ts", text))
    assert.equal(await estate.pid("two"), pid)
    await estate.save(() => estate.remove("named.ts"))
  })
})

describe("a broken save", () => {
  it("is told with file, line and column, changes nothing, and the next good one applies", async () => {
    const generation = await estate.generation()
    const before = await estate.pids()
    estate.write(
      "web.ts",
      `import { defineProgram } from "reeve"\n\nexport const web = defineProgram({\n  comand: ["sleep", "1041"]\n})\n`
    )
    await waitFor("the problem to be known", async () => {
      const { problems } = await estate.reconciler()
      return problems.length > 0
    })
    await waitFor("the problem to be told", () => /programs\/web\.ts:4:3 .*comand/.test(up.said()))
    const status = await estate.run("status")
    assert.match(status.out + status.err, /programs\/web\.ts:4:3 /)
    assert.deepEqual(await estate.pids(), before)
    assert.equal(await estate.generation(), generation)

    await untouched(
      () => estate.save(() => estate.write("web.ts", declare({ web: sleeper(1042) }))),
      "web"
    )
    assert.deepEqual((await estate.reconciler()).problems, [])
    assert.notMatch((await estate.run("status")).err, /web\.ts/)
  })

  it("is told with its place when it does not even parse", async () => {
    estate.write("web.ts", `export const web = {\n  "open\n`)
    await waitFor("the problem to be told", () => /programs\/web\.ts:2:\d+ /.test(up.said()))
    await estate.save(() => estate.write("web.ts", declare({ web: sleeper(1043) })))
  })
})

describe("a helper", () => {
  const helper = (seconds: number) => `export const command = ["sleep", "${seconds}"]\n`
  const user = (name: string) =>
    `import { defineProgram } from "reeve"\nimport { command } from "../shared/helper.ts"\n\n` +
    `export const ${name} = defineProgram({ command, start: { stableAfter: "0s" } })\n`

  it("that two programs import restarts exactly both", async () => {
    estate.write("../shared/helper.ts", helper(1051))
    await estate.save(() => {
      estate.write("one.ts", user("one"))
      estate.write("two.ts", user("two"))
    })
    const old = await estate.pids()
    const change = () => estate.write("../shared/helper.ts", helper(1052))
    await untouched(() => estate.save(change), "one", "two")
    assert.notEqual(await estate.pid("one"), old["one"])
    assert.notEqual(await estate.pid("two"), old["two"])
  })
})

describe("the number of instances", () => {
  const worker = (instances: number) =>
    estate.write("worker.ts", declare({ worker: sleeper(1061, { instances }) }))
  const workers = async () =>
    Object.entries(await estate.pids()).filter(([address]) => address.startsWith("worker"))

  it("changes from 2 to 4 to 2 without touching the first two", async () => {
    await estate.save(() => worker(2))
    const first = await workers()
    assert.deepEqual(
      first.map(([address]) => address),
      ["worker:0", "worker:1"]
    )
    await untouched(() => estate.save(() => worker(4)), "worker:2", "worker:3")
    assert.equal((await workers()).length, 4)
    await untouched(() => estate.save(() => worker(2)), "worker:2", "worker:3")
    assert.deepEqual(await workers(), first)
  })

  it("changes from 1 to 2 to 1 without touching the first", async () => {
    await estate.save(() => worker(1))
    const pid = await estate.pid("worker")
    await estate.save(() => worker(2))
    assert.equal(await estate.pid("worker:0"), pid)
    await estate.save(() => worker(1))
    assert.equal(await estate.pid("worker"), pid)
    assert.equal((await workers()).length, 1)
  })
})
