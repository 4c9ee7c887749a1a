/** Tasks as a user has them: what repeats one, what does not, and what waits for it. */
import { afterEach, assert, describe, it } from "vitest"
import { another, exits, kill, killAndWait } from "../real/Death.ts"
import { Estate } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { type ChainOptions, chainFile, chainLog, order } from "./Chain.ts"

let estate: Estate
afterEach(() => estate.clear())

const write = (options: ChainOptions = {}): void =>
  estate.write("all.ts", chainFile(chainLog(estate), options))

const count = (line: string): number => order(estate).filter((one) => one === line).length
const runs = (): number => count("migrate start")

const upWith = async (options: ChainOptions): Promise<void> => {
  write(options)
  await estate.up()
}

const began = async (options: ChainOptions = {}): Promise<void> => {
  estate = new Estate()
  await upWith(options)
  await estate.waitForState("gateway", "RUNNING")
}

const down = async (): Promise<void> => {
  const { code, err } = await estate.run("down")
  assert.equal(code, 0, err)
}

/** That nothing more comes of it. */
const quiet = async (): Promise<void> => {
  await estate.waitForState("gateway", "RUNNING")
  assert.deepEqual((await estate.plan()).actions, [])
}

/** A task that takes its time, until the test lets it end. */
const held = () => `while [ ! -e ${estate.path("go")} ]; do sleep 0.05; done`

describe("a task that has completed", () => {
  it("is not repeated by the death of the daemon, by an upgrade, nor by down --leave and up", async () => {
    await began()
    assert.equal(runs(), 1)
    await killAndWait(estate)
    await quiet()
    const upgraded = await estate.run("upgrade", "--force")
    assert.equal(upgraded.code, 0, upgraded.err)
    await quiet()
    const left = await estate.run("down", "--leave")
    assert.equal(left.code, 0, left.err)
    await estate.up()
    await quiet()
    assert.equal(runs(), 1)
    const { out } = await estate.run("status", "migrate")
    assert.match(out, /migrate +EXITED +completed \d+ (s|min) ago/)
    assert.equal((await estate.run("status", "--check")).code, 0)
  })

  it("runs again with the next up, before all that waits for it", async () => {
    await began()
    await down()
    assert.match((await estate.run("plan")).out, /\+ migrate +runs after db is ready/)
    await upWith({})
    await estate.waitForState("gateway", "RUNNING")
    assert.equal(runs(), 2)
    const [, second = ""] = order(estate)
      .join("\n")
      .split(/(?<=gateway end[\s\S]*)\ndb start/)
    assert.match(second, /^\nmigrate start\nmigrate end\napi/)
  })

  it("runs again for whoever names it, and not for whoever means all", async () => {
    await began()
    await estate.run("stop", "migrate")
    for (const command of ["start", "restart"]) {
      const { code, out } = await estate.run(command, "all")
      assert.equal(code, 0, out)
      assert.match(out, /migrate +completed \d+ s ago; `reeve start migrate` runs it again/)
    }
    await quiet()
    assert.equal(runs(), 1)
    assert.isNull((await estate.instance("migrate"))?.override)
    for (const [at, command] of ["start", "restart"].entries()) {
      await estate.run(command, "migrate")
      await waitFor("the run of that", () => runs() === 2 + at)
    }
  })

  it("runs again when its definition changes, and its dependents go on", async () => {
    await began()
    const { migrate: _, ...before } = await estate.pids()
    await estate.save(() => write({ migrateWork: "sleep 0.2" }))
    await waitFor("the second run", () => count("migrate end") === 2)
    await estate.waitForState("migrate", "EXITED")
    assert.deepEqual(await estate.pids(), before)
    assert.equal((await estate.generations())[0]?.outcome, "applied")
    await quiet()
  })

  it("runs whenever it is started by hand", async () => {
    await began({ once: true })
    const { code, out } = await estate.run("start", "migrate")
    assert.equal(code, 0, out)
    await waitFor("the second run", () => count("migrate end") === 2)
    const waited = await estate.run("wait", "migrate", "--for", "completed", "--timeout", "10s")
    assert.equal(waited.code, 0, waited.err)
    assert.equal(runs(), 2)
  })
})

describe("a task that runs once", () => {
  it("is not repeated by the next up, which the plan says before", async () => {
    await began({ once: true })
    await down()
    assert.match((await estate.run("plan")).out, /\+ migrate +completed before; it runs once only/)
    await upWith({ once: true })
    await quiet()
    assert.equal(runs(), 1)
    assert.match((await estate.run("describe", "migrate")).out, /runs with reeve, once/)
    assert.match((await estate.run("status", "migrate")).out, /EXITED +completed/)
  })

  it("runs again when it has changed meanwhile, or has lost its `once`", async () => {
    await began({ once: true })
    await down()
    await upWith({ once: true, migrateWork: "sleep 0.2" })
    await quiet()
    assert.equal(runs(), 2)
    await down()
    await upWith({ migrateWork: "sleep 0.2" })
    await quiet()
    assert.equal(runs(), 3)
  })

  it("is not repeated where it is taken out of the files and comes back, nor under a new name", async () => {
    await began({ once: true })
    const whole = chainFile(chainLog(estate), { once: true })
    const without = whole
      .replace("export const migrate", "const migrate")
      .replace('migrate: "completed", ', "")
    await estate.save(() => estate.write("all.ts", without))
    await waitFor("it to be gone", async () => (await estate.instance("migrate")) === undefined)
    await estate.save(() => estate.write("all.ts", whole))
    await estate.waitForState("migrate", "EXITED")
    const events = (await estate.run("events", "migrate")).out
    assert.match(events, /migrate added\n.*migrate STOPPED -> EXITED.*\n$/)
    const renamed = whole
      .replace(
        "export const migrate = defineTask({",
        'export const schema = defineTask({ renamedFrom: "migrate",'
      )
      .replace('migrate: "completed"', 'schema: "completed"')
    await estate.save(() => estate.write("all.ts", renamed))
    await estate.waitForState("schema", "EXITED")
    await down()
    await estate.up()
    await quiet()
    assert.equal(runs(), 1)
  })

  it("is not repeated when a change of it that waited is undone", async () => {
    await began()
    assert.equal((await estate.run("stop", "db")).code, 0)
    await estate.save(() => write({ migrateWork: "sleep 0.2" }))
    await estate.waitForState("migrate", "STOPPED")
    await estate.save(() => write())
    await estate.waitForState("migrate", "EXITED")
    assert.match((await estate.run("status", "migrate")).out, /EXITED +completed/)
    assert.equal((await estate.run("start", "db")).code, 0)
    await quiet()
    assert.equal(runs(), 1)
  })

  it("is not done when its latest run was stopped or failed", async () => {
    await began({ once: true })
    await estate.save(() => write({ once: true, migrateExit: 3 }))
    await estate.waitForState("migrate", "FATAL")
    await down()
    await upWith({ once: true })
    await quiet()
    assert.equal(runs(), 3)
  })
})

describe("a task that runs", () => {
  it("goes on when the daemon is killed, and completes for those that wait", async () => {
    estate = new Estate()
    await upWith({ migrateWork: held(), once: true })
    await waitFor("it to run", () => runs() === 1)
    const pid = await estate.pid("migrate")
    await killAndWait(estate)
    assert.equal(await estate.pid("migrate"), pid)
    estate.write("../go", "")
    await estate.waitForState("gateway", "RUNNING")
    assert.equal(runs(), 1)
    assert.equal(await exits(estate, "migrate"), 1)
  })

  it("is known to have completed when it did so while no daemon lived", async () => {
    estate = new Estate()
    await upWith({ migrateWork: held(), once: true })
    await waitFor("it to run", () => runs() === 1)
    estate.write("../go", "")
    const pid = await kill(estate)
    await another(estate, pid)
    await estate.waitForState("gateway", "RUNNING")
    assert.equal(runs(), 1)
    await down()
    await upWith({ migrateWork: held(), once: true })
    await quiet()
    assert.equal(runs(), 1)
  })

  it("is waited for by a restart that needs it, and the apply with it", async () => {
    await began()
    const before = await estate.pids()
    write({ migrateWork: held(), version: 2 })
    estate.write(
      "all.ts",
      chainFile(chainLog(estate), { migrateWork: held() }).replace(
        "instances: 3,",
        'instances: 3, environment: { NEW: "1" },'
      )
    )
    await waitFor("the second run", () => runs() === 2)
    assert.equal(await estate.pid("api:1"), before["api:1"])
    estate.write("../go", "")
    await waitFor("api to follow", async () => {
      const now = await estate.pids()
      return ["api:0", "api:1", "api:2"].every(
        (address) => ![undefined, before[address]].includes(now[address])
      )
    })
    await quiet()
    assert.equal((await estate.generations())[0]?.outcome, "applied")
  })
})

describe("a task that fails", () => {
  it("is FATAL with its exit; what waits goes on waiting, and why says for what", async () => {
    estate = new Estate()
    await upWith({ migrateExit: 3 })
    const failed = await estate.waitForState("migrate", "FATAL")
    assert.deepEqual(failed.reason, { kind: "gaveUp", text: "exit status 3", attempts: 1 })
    assert.equal(runs(), 1)
    assert.match((await estate.run("status", "migrate")).out, /FATAL +failed: exit status 3/)
    assert.match((await estate.run("why", "api:0")).out, /waits for migrate to complete/)
    assert.match((await estate.run("why", "migrate")).out, /exit status 3/)
    const told = await estate.run("apply")
    assert.notInclude(told.out, "migrate runs")
    const waited = await estate.run("wait", "migrate", "--for", "completed", "--timeout", "300ms")
    assert.equal(waited.code, 1)
    assert.include(waited.err, "migrate is FATAL (exit status 3)")
    await killAndWait(estate)
    await estate.waitForState("migrate", "FATAL")
    assert.equal(runs(), 1)
    await estate.save(() => write())
    await estate.waitForState("gateway", "RUNNING")
  })

  it("is told by the apply that ran it", async () => {
    estate = new Estate()
    await upWith({ once: true })
    await estate.waitForState("gateway", "RUNNING")
    const generation = await estate.generation()
    write({ migrateExit: 3, once: true })
    await waitFor("the outcome", async () => {
      const [newest] = await estate.generations()
      return newest !== undefined && newest.number > generation && newest.outcome === "unhealthy"
    })
    const [newest] = await estate.generations()
    assert.include(newest?.detail, "migrate: FATAL: exit status 3")
  })

  it("leaves those that wait for it alone when it is removed", async () => {
    estate = new Estate()
    await upWith({ migrateExit: 3 })
    await estate.waitForState("migrate", "FATAL")
    await estate.save(() =>
      estate.write(
        "all.ts",
        chainFile(chainLog(estate), { migrateExit: 3 })
          .replace('migrate: "completed", ', "")
          .replace(/export const migrate/, "const migrate")
      )
    )
    await estate.waitForState("gateway", "RUNNING")
    assert.isUndefined(await estate.instance("migrate"))
  })
})

describe("a task beside other commands", () => {
  it("is refused to be scaled, and is no program that is ready", async () => {
    await began()
    const { code, err, out } = await estate.run("scale", "migrate", "3")
    assert.equal(code, 1)
    assert.include(out + err, "it is a task, which runs once")
    const whole = chainFile(chainLog(estate))
    estate.write("all.ts", whole.replace('migrate: "completed"', 'migrate: "ready"'))
    const checked = await estate.run("check")
    assert.equal(checked.code, 1)
    assert.match(checked.err, /all\.ts:\d+:\d+.*"migrate" is a task, and a task is never ready/)
    assert.include(checked.err, 'wait for "completed"')
  })

  it("that is started by hand alone does not run with the next up", async () => {
    estate = new Estate()
    const log = chainLog(estate)
    const file = `import { defineTask } from "reeve"
export const tidy = defineTask({
  command: ["sh", "-c", "echo 1 tidy start 1 >> ${log}"],
  start: { auto: false }
})
`
    estate.write("all.ts", file)
    await estate.up()
    const started = await estate.run("start", "tidy")
    assert.equal(started.code, 0, started.err)
    await estate.waitForState("tidy", "EXITED")
    assert.isNull((await estate.instance("tidy"))?.override)
    await down()
    await estate.up()
    assert.equal((await estate.instance("tidy"))?.state, "STOPPED")
    assert.equal(count("tidy start"), 1)
  })
})
