import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import { renderPlan } from "../../src/core/renderPlan.ts"
import type { Actual } from "../../src/domain/Actual.ts"
import type { Definition } from "../../src/domain/Definition.ts"
import type { Desired } from "../../src/domain/Desired.ts"
import { needs } from "./dependency/dependencyOf.ts"
import { graphFault } from "./planning/graphFault.ts"
import { lines } from "./planning/lines.ts"
import { made } from "./planning/made.ts"
import {
  command,
  done,
  fatal,
  commandField as field,
  once,
  one,
  shop,
  text,
  up
} from "./planning/needing.ts"
import {
  allRunning,
  confirmed,
  declare,
  definition,
  nothing,
  type ProgramParts,
  processOf,
  program,
  where
} from "./planning/world.ts"

describe("a restart whose dependency is not there", () => {
  const desired = (changes: Partial<Definition>, parts: Partial<ProgramParts> = {}) =>
    declare(
      one("migrate", {}, { changes: once }),
      one("web", { migrate: "completed" }, { changes, ...parts })
    )
  const failed = {
    ...done,
    reason: { kind: "exited", status: { kind: "code", code: 1 }, expected: false }
  } as const
  const actual = where(allRunning(desired({})), "migrate", failed)

  it("waits, and what runs goes on", () => {
    const { actions, drift } = plan(desired({ command }), actual, unattended)
    assert.isEmpty(actions)
    assert.deepEqual(
      drift.map(({ address, kind, text: said }) => `${address} ${kind} ${said}`),
      [
        "migrate exited exited with status 0; a change or `reeve start` starts it".replace(
          "status 0",
          "status 1"
        ),
        "web waiting its restart (command changed) waits for migrate to complete"
      ]
    )
  })

  it("does not wait where the same plan brings it", () => {
    const again = (changes: Partial<Definition>) =>
      declare(
        one("migrate", {}, { changes: { ...once, ...changes } }),
        one("web", { migrate: "completed" }, { changes })
      )
    const before = where(allRunning(again({})), "migrate", failed)
    assert.strictEqual(
      made(again({ command }), before, unattended),
      text(
        `a1 start migrate: ${field}`,
        `a2 restart web <- s1: ${field}`,
        "s1 = a1",
        "s2 = a2",
        "p1 = a1"
      )
    )
  })

  it("waits for an instance too that is no longer declared and is protected", () => {
    const pair = (instances: number, changes: Partial<Definition>) =>
      declare(one("db", {}, { instances, protect: true }), one("web", { db: "ready" }, { changes }))
    const lame = where(allRunning(pair(3, {})), "db:2", fatal)
    const { actions, drift } = plan(pair(2, { command }), lame, unattended)
    assert.isEmpty(actions)
    assert.deepEqual(
      drift.map(({ text: said }) => said),
      ["its restart (command changed) waits for db to be ready"]
    )
    const group = (changes: Partial<Definition>, ...others: ReadonlyArray<string>) =>
      declare(
        ...["db", ...others].map((name) => one(name, {}, { group: "store", protect: true })),
        one("web", { store: "ready" }, { changes })
      )
    const half = where(allRunning(group({}, "old")), "store:old", fatal)
    assert.isEmpty(plan(group({ command }), half, unattended).actions)
    const whole = plan(pair(2, { command }), allRunning(pair(3, {})), unattended)
    assert.deepEqual(
      whole.actions.map(({ address, kind }) => `${kind} ${address}`),
      ["restart web"]
    )
    assert.deepInclude(whole.actions[0], { awaits: [] })
  })

  it("keeps no change waiting that touches no process", () => {
    const follows = (parts: Partial<ProgramParts>, changes: Partial<Definition> = {}) =>
      declare(
        one("migrate", {}, { changes: once }),
        one("db"),
        one("web", { db: { onLoss: "restart" }, migrate: "completed" }, { changes, ...parts })
      )
    const [spec] = one("db").instances
    const back = where(where(allRunning(follows({})), "migrate", failed), "db", {
      starts: 2,
      lastStartTicks: 99_999,
      ...(spec === undefined ? {} : { process: processOf(spec, 9_999) })
    })
    const waits = "drift web waiting: its restart with db waits for migrate to complete"
    assert.include(made(follows({}), back, unattended), waits)
    const live = { stop: { ...definition.stop, timeoutMs: 20_000 } }
    const updated = made(follows({}, live), back, unattended)
    assert.include(updated, "a1 update web: stop.timeout 10s -> 20s (live)")
    assert.include(updated, waits)
    assert.include(made(follows({ line: 8 }), back, unattended), "silent web/web/0")
  })
})

describe("a plan with renames and removals", () => {
  it("stops an instance that takes the place of another after that has left", () => {
    const before = declare(
      one("db"),
      program({ name: "old", group: "g", instances: 2, groupPriority: 1 }),
      program({ name: "web", group: "g", groupPriority: 50 })
    )
    const after = declare(
      one("db", {}, { changes: { command } }),
      program({
        name: "web",
        group: "g",
        groupPriority: 50,
        instances: 2,
        definition: { dependsOn: needs({ db: { onLoss: "stop" } }) }
      })
    )
    const result = plan(after, allRunning(before), confirmed)
    assert.isNull(graphFault(result))
    assert.include(lines(result), "rename(g/web/0) g:0 <- a")
    assert.include(lines(result), "stop(TERM 10000) g:0 <- a")
  })

  it("gives a program its new name before others are told to need it by that", () => {
    const shape = (name: string, changes: Partial<Definition> = {}) =>
      declare(
        one(name, {}, name === "base" ? { renamedFrom: "db" } : {}),
        one("api", { [name]: { optional: true } }),
        one("web", { [name]: "ready" }, { changes })
      )
    const { actions } = plan(shape("base", { command }), allRunning(shape("db")), unattended)
    assert.deepEqual(
      actions.map(({ address, dependsOn, kind }) => [kind, address, ...dependsOn]),
      [
        ["rename", "base"],
        ["update", "api", "a1"],
        ["restart", "web", "a1"]
      ]
    )
  })

  it("keeps the order of what is declared where what went away needed it", () => {
    const before = declare(one("x", { y: "ready" }), one("y"), one("z", { y: "ready" }))
    const after = declare(
      one("y", { x: { optional: true } }, { changes: { command } }),
      one("z", { y: "ready" }, { changes: { command } })
    )
    const result = lines(plan(after, allRunning(before), confirmed))
    assert.match(result, /a3 restart z <- s2: /)
    assert.match(result, /s2 = a2\ns3 = a3\np1 = a2$/)
  })
})

describe("the rendered plan", () => {
  const golden = (name: string) =>
    readFileSync(new URL(`./golden/${name}.txt`, import.meta.url), "utf8")
  const render = (desired: Desired, actual: Actual): string =>
    renderPlan(plan(desired, actual, unattended), {
      colour: false,
      width: 100,
      now: 60_000,
      dateTime: () => "2026-11-22 14:30:05"
    })

  it("of a first start says after what each starts", () => {
    assert.strictEqual(render(shop("keep"), nothing), golden("needs-first-start"))
  })

  it("of a change to what others need says what becomes of them", () => {
    for (const onLoss of ["keep", "restart", "stop"] as const) {
      assert.strictEqual(
        render(shop(onLoss, { command }), up(shop(onLoss))),
        golden(`needs-${onLoss}`)
      )
    }
  })

  it("of a restart that waits says for what", () => {
    const migrate = (changes: Partial<Definition>) =>
      declare(
        one("db"),
        one("migrate", { db: "ready" }, { changes: once, line: 4 }),
        one("api", { migrate: "completed" }, { changes, instances: 3, line: 9 })
      )
    const status = { kind: "code", code: 1 } as const
    const failed = where(up(migrate({})), "migrate", {
      reason: { kind: "exited", status, expected: false },
      exit: status
    })
    assert.strictEqual(render(migrate({ command }), failed), golden("needs-waits"))
  })
})
