/** What plans do with tasks: when one runs, when it runs again, and what it is to those that wait for it. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { exitWhen } from "../../src/core/exitWhen.ts"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import { renderPlan } from "../../src/core/renderPlan.ts"
import type { Actual } from "../../src/domain/Actual.ts"
import type { Completion } from "../../src/domain/Completion.ts"
import type { Definition } from "../../src/domain/Definition.ts"
import type { Desired } from "../../src/domain/Desired.ts"
import { instanceKey } from "../../src/domain/Instance.ts"
import { made } from "./planning/made.ts"
import { command, done, fatal, commandField as field, one, text } from "./planning/needing.ts"
import {
  allRunning,
  declare,
  definition,
  nothing,
  type ProgramParts,
  where
} from "./planning/world.ts"

const asTask = (changes: Partial<Definition> = {}, settings = { once: false }) => ({
  start: { ...definition.start, stableAfterMs: 0, retries: 0 },
  task: settings,
  ...changes
})

/** db, then the task, then three of api, then gateway. */
const shop = (
  changes: Partial<Definition> = {},
  settings = { once: false },
  parts: Partial<ProgramParts> = {}
): Desired =>
  declare(
    one("db"),
    one("migrate", { db: "ready" }, { changes: asTask(changes, settings), line: 4, ...parts }),
    one("api", { migrate: "completed" }, { instances: 3, line: 9 }),
    one("gateway", { api: "ready" }, { line: 15 })
  )

const up = (desired: Desired = shop()): Actual => where(allRunning(desired), "migrate", done)

const specOf = (desired: Desired, name = "migrate") => {
  const spec = desired.programs.find((it) => it.name === name)?.instances[0]
  if (spec === undefined) throw new Error("no such program")
  return spec
}

const completion = (desired: Desired): Completion => {
  const spec = specOf(desired)
  return { key: spec.key, spec, at: 7 }
}

const once = { once: true }

describe("a task that has completed", () => {
  it("is as it is to be: no action, and no drift", () => {
    assert.strictEqual(made(shop(), up(), unattended), "")
  })

  it("runs again when what needs a new process changes, and takes the rest in place", () => {
    assert.strictEqual(
      made(shop({ command }), up(), unattended),
      text(`a1 start migrate: ${field}`, "s1 = a1")
    )
    assert.strictEqual(
      made(shop({ start: { ...asTask().start, retries: 2 } }), up(), unattended),
      "a1 update migrate: task.retries 0 -> 2 (live)"
    )
  })

  it("runs again for a changed file that it watches", () => {
    const watching = shop({ watch: ["/src/**"] })
    const changed = { ...done, changedFile: "/src/a.sql" }
    assert.strictEqual(
      made(watching, where(allRunning(watching), "migrate", changed), unattended),
      text("a1 start migrate: /src/a.sql changed", "s1 = a1")
    )
  })

  it("has them restarted behind it that have to be anyway", () => {
    const desired = declare(
      ...shop({ command }).programs.slice(0, 2),
      one("api", { migrate: "completed" }, { changes: { command }, line: 9 })
    )
    const before = declare(
      ...shop().programs.slice(0, 2),
      one("api", { migrate: "completed" }, { line: 9 })
    )
    assert.strictEqual(
      made(desired, up(before), unattended),
      text(
        `a1 start migrate: ${field}`,
        `a2 restart api <- s1: ${field}`,
        "s1 = a1",
        "s2 = a2",
        "p1 = a1"
      )
    )
  })
})

describe("a task that runs", () => {
  it("is restarted when its command changes, and lets what waits for it wait", () => {
    assert.include(made(shop({ command }), allRunning(shop()), unattended), "restart migrate")
  })

  it("is waited for by a restart, as it comes to an end", () => {
    const desired = declare(
      ...shop().programs.slice(0, 2),
      one("api", { migrate: "completed" }, { changes: { command } })
    )
    const before = declare(...shop().programs.slice(0, 2), one("api", { migrate: "completed" }))
    assert.strictEqual(
      made(desired, allRunning(before), unattended),
      text(`a1 restart api: ${field}`, "s1 = a1")
    )
    const { actions, drift } = plan(
      desired,
      where(allRunning(before), "migrate", fatal),
      unattended
    )
    assert.isEmpty(actions)
    assert.include(
      drift.map((it) => it.text),
      "its restart (command changed) waits for migrate to complete"
    )
  })
})

describe("a task that failed", () => {
  it("is told, and why", () => {
    const failed = {
      ...fatal,
      reason: { kind: "gaveUp", text: "exit status 3", attempts: 1 }
    } as const
    assert.strictEqual(
      made(shop(), where(allRunning(shop()), "migrate", failed), unattended),
      "drift migrate fatal: failed: exit status 3; a change or `reeve start` starts it"
    )
  })
})

describe("a task that runs once, and completed before", () => {
  const desired = shop({}, once)
  const with_ = (...completions: ReadonlyArray<Completion>): Actual => ({ ...nothing, completions })

  it("is added as that, and nothing waits for it", () => {
    const result = plan(desired, with_(completion(desired)), unattended)
    assert.deepEqual(
      result.actions.flatMap((it) =>
        it.kind === "start"
          ? [`${it.address} ${it.run} ${it.cause.kind} ${it.awaits.map(({ program }) => program)}`]
          : []
      ),
      [
        "db true firstStart ",
        "migrate false completed ",
        "api:0 true firstStart ",
        "api:1 true firstStart ",
        "api:2 true firstStart ",
        "gateway true firstStart api"
      ]
    )
  })

  const runs = (now: Desired, ...completions: ReadonlyArray<Completion>): boolean =>
    plan(now, with_(...completions), unattended).actions.some(
      (it) =>
        it.kind === "start" && it.program === specOf(now, now.programs[1]?.name).program && it.run
    )

  it("runs where nothing is on record, or it is not to run once", () => {
    assert.isTrue(runs(desired))
    assert.isTrue(runs(shop(), completion(shop())))
  })

  it("runs where a change would have run it again, and only there", () => {
    assert.isTrue(runs(shop({ command }, once), completion(desired)))
    assert.isTrue(runs(shop({ environment: { A: "1" } }, once), completion(desired)))
    assert.isFalse(runs(shop({ description: "new" }, once), completion(desired)))
    assert.isFalse(runs(desired, completion(shop())))
  })

  it("is the same under a new name", () => {
    const renamed = declare(
      one("db"),
      one("schema", {}, { changes: asTask({}, once), renamedFrom: "migrate" })
    )
    assert.isFalse(
      runs(renamed, completion(declare(one("migrate", {}, { changes: asTask({}, once) }))))
    )
    assert.isTrue(
      runs(
        declare(one("db"), one("schema", {}, { changes: asTask({}, once) })),
        completion(desired)
      )
    )
  })

  it("stays so in a group of its own", () => {
    const inGroup = (name: string, renamedFrom?: string) =>
      declare(
        one("db"),
        one(
          name,
          {},
          {
            changes: asTask({}, once),
            group: "jobs",
            ...(renamedFrom === undefined ? {} : { renamedFrom })
          }
        )
      )
    const before = specOf(inGroup("migrate"))
    assert.strictEqual(before.key, instanceKey("jobs", "migrate", 0))
    assert.isFalse(runs(inGroup("schema", "migrate"), { key: before.key, spec: before, at: 1 }))
  })

  it("lets --exit-when all-exited end", () => {
    const [, instance] = up(desired).instances
    if (instance === undefined) throw new Error("no instance")
    assert.deepEqual(exitWhen("all-exited", [{ ...instance, starts: 0 }]), {
      code: 0,
      text: "all programs have exited"
    })
  })
})

describe("a plan with a task in words", () => {
  const options = { now: 60_000, width: 100, colour: false, dateTime: () => "14:30" }
  const golden = (name: string) =>
    readFileSync(new URL(`./golden/${name}.txt`, import.meta.url), "utf8")
  const render = (desired: Desired, actual: Actual) =>
    renderPlan(plan(desired, actual, unattended), options)

  it("says that it runs, runs again, or has run", () => {
    assert.strictEqual(render(shop(), nothing), golden("task-first-run"))
    assert.strictEqual(render(shop({ command }), up()), golden("task-runs-again"))
    const desired = shop({}, once)
    const before = { ...nothing, completions: [completion(desired)] }
    assert.strictEqual(render(desired, before), golden("task-once"))
  })
})
