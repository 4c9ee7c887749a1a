import { assert, describe, it } from "vitest"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import { planJson } from "../../src/core/planJson.ts"
import type { Override } from "../../src/domain/Actual.ts"
import { InstanceKey } from "../../src/domain/Instance.ts"
import { noTerms } from "../../src/domain/Terms.ts"
import { lines } from "./planning/lines.ts"
import { made } from "./planning/made.ts"
import {
  allRunning,
  confirmed,
  declare,
  definition,
  nothing,
  program,
  where
} from "./planning/world.ts"

const web = program({ name: "web" })
const stopped: Override = {
  key: InstanceKey.make("web/web/0"),
  kind: "stopped",
  who: "root",
  at: 5,
  ...noTerms
}
const live = { stop: { ...definition.stop, timeoutMs: 20_000 } }
const command = { command: ["sleep", "2000"] }
const against = (before: Parameters<typeof program>[0], after: Parameters<typeof program>[0]) =>
  made(declare(program(after)), allRunning(declare(program(before))), unattended)

describe("plan", () => {
  it("is empty when what runs is what is declared", () => {
    const desired = declare(web, program({ name: "api", instances: 3 }))
    const made = plan(desired, allRunning(desired), unattended)
    assert.strictEqual(lines(made), "")
    assert.strictEqual(made.unchanged, 2)
  })

  it("starts what does not exist and only adds what is not started by itself", () => {
    const cron = program({
      name: "cron",
      definition: { start: { ...definition.start, auto: false } }
    })
    assert.strictEqual(
      made(declare(web, cron), nothing, unattended),
      "a1 add cron: first start\na2 start web: first start\ns1 = a1 a2"
    )
  })

  it("restarts what cannot go on as it is although nothing changed, unless an operator holds it", () => {
    const desired = declare(web)
    const cut = (override: Override | null) => ({
      ...allRunning(desired),
      instances: allRunning(desired).instances.map((instance) => ({
        ...instance,
        override,
        mustRestart: "its conversation with reeve was cut"
      }))
    })
    const due = plan(desired, cut(null), unattended)
    assert.deepInclude(due.actions[0], {
      kind: "restart",
      cause: { kind: "drift", text: "its conversation with reeve was cut" }
    })
    assert.isEmpty(plan(desired, cut(stopped), unattended).actions)
  })

  it("restarts nothing for limits that a running process could not be given, and says so", () => {
    const refused = where(allRunning(declare(web)), "web", { limitsRefused: "it was refused" })
    const { actions, drift } = plan(declare(web), refused, unattended)
    assert.isEmpty(actions)
    assert.deepEqual(
      drift.map(({ kind, text }) => [kind, text]),
      [["limits", "it was refused"]]
    )
  })

  it("restarts for a field that is fixed at the start of a process", () => {
    assert.strictEqual(
      against({ name: "web" }, { name: "web", definition: command }),
      'a1 restart web: command ["sleep", "1000"] -> ["sleep", "2000"] (restart)\ns1 = a1'
    )
  })

  it("updates for live fields alone", () => {
    assert.strictEqual(
      against({ name: "web" }, { name: "web", definition: live }),
      "a1 update web: stop.timeout 10s -> 20s (live)"
    )
  })

  it("updates for limits and precedence alone", () => {
    const limits = { ...definition.limits, openFiles: 4096, nice: 5, oomScoreAdjust: -500 }
    assert.strictEqual(
      against({ name: "web" }, { name: "web", definition: { limits } }),
      "a1 update web: limits.nice null -> 5 (live), limits.oomScoreAdjust null -> -500 (live), " +
        "limits.openFiles null -> 4096 (live)"
    )
  })

  it("takes what changes nothing that runs in silence", () => {
    assert.strictEqual(against({ name: "web" }, { name: "web", line: 7 }), "silent web/web/0")
  })

  it("stops and forgets what is no longer declared, with the commit that says so", () => {
    const desired = declare(web)
    assert.strictEqual(
      made(desired, allRunning(declare(web, program({ name: "old" }))), unattended),
      "a1 stop(TERM 10000) old: removed since 3f2c1ab90d\ns1 = a1"
    )
  })

  it("leaves an EXITED instance alone for live fields and starts it for others", () => {
    const exit = { kind: "code", code: 3 } as const
    const gone = where(allRunning(declare(web)), "web", {
      state: "EXITED",
      process: null,
      reason: { kind: "exited", status: exit, expected: false },
      exit,
      stoppedAt: 9
    })
    const line = "drift web exited: exited with status 3; a change or `reeve start` starts it"
    assert.strictEqual(made(declare(web), gone, unattended), line)
    assert.strictEqual(
      made(declare(program({ name: "web", definition: live })), gone, unattended),
      `a1 update web: stop.timeout 10s -> 20s (live)\n${line}`
    )
    assert.strictEqual(
      made(declare(program({ name: "web", definition: command })), gone, unattended),
      'a1 start web: command ["sleep", "1000"] -> ["sleep", "2000"] (restart)\ns1 = a1'
    )
  })

  it("starts a FATAL instance for any field that matters", () => {
    const fatal = where(allRunning(declare(web)), "web", {
      state: "FATAL",
      process: null,
      reason: { kind: "gaveUp", text: "Exited too quickly", attempts: 4 }
    })
    assert.strictEqual(
      made(declare(program({ name: "web", definition: live })), fatal, unattended),
      "a1 start web: stop.timeout 10s -> 20s (live)\ns1 = a1"
    )
    assert.strictEqual(
      made(declare(web), fatal, unattended),
      "drift web fatal: gave up after 4 tries: Exited too quickly; a change or `reeve start` starts it"
    )
  })

  it("leaves what an operator stopped, and only tells it what is new", () => {
    const held = where(allRunning(declare(web)), "web", {
      state: "STOPPED",
      process: null,
      reason: { kind: "operator", who: "root" },
      override: stopped
    })
    const line = "drift web override: stopped by root; held until released"
    assert.strictEqual(made(declare(web), held, unattended), line)
    assert.strictEqual(
      made(declare(program({ name: "web", definition: command })), held, unattended),
      `a1 update web: command ["sleep", "1000"] -> ["sleep", "2000"] (restart)\n${line}`
    )
  })

  it("finds overrides on record for instances that do not exist yet", () => {
    assert.strictEqual(
      made(declare(web), { ...nothing, overrides: [stopped] }, unattended),
      "a1 add web: first start\ns1 = a1"
    )
  })

  it("starts what is STOPPED although nothing holds it", () => {
    const down = where(allRunning(declare(web)), "web", {
      state: "STOPPED",
      process: null,
      reason: { kind: "operator", who: "root" }
    })
    assert.strictEqual(
      made(declare(web), down, unattended),
      "a1 start web: drift, stopped by root and released since\ns1 = a1"
    )
  })

  it("adds instances without touching the others, and keeps the first from 1 to 2 and back", () => {
    const one = { name: "web" }
    const two = { name: "web", instances: 2 }
    assert.strictEqual(
      against(one, two),
      "a1 rename(web/web/0) web:0: renamed web -> web:0\na2 start web:1: scaled 1 -> 2\ns1 = a2"
    )
    assert.strictEqual(
      against(two, one),
      "a1 rename(web/web/0) web: renamed web:0 -> web\na2 stop(TERM 10000) web:1: scaled 2 -> 1\ns1 = a2"
    )
  })

  it("says who scaled by hand", () => {
    const scales = [{ group: "web", program: "web", instances: 2, who: "ann", at: 3, ...noTerms }]
    const actual = { ...allRunning(declare(web)), scales }
    assert.include(
      made(declare(program({ name: "web", instances: 2 })), actual, unattended),
      "a2 start web:1: scaled to 2 by ann"
    )
    assert.include(
      made(declare(program({ name: "web", instances: 2 })), actual, unattended),
      "drift web:0 override: scaled to 2 by ann; held until released"
    )
  })

  it("renames by renamedFrom, also with other changes, and by equal revision", () => {
    assert.strictEqual(
      against({ name: "jobs" }, { name: "worker", renamedFrom: "jobs", definition: command }),
      [
        "a1 rename(jobs/jobs/0) worker: renamed jobs -> worker",
        'a2 restart worker <- a1: command ["sleep", "1000"] -> ["sleep", "2000"] (restart)',
        "s1 = a2"
      ].join("\n")
    )
    assert.strictEqual(
      against({ name: "jobs" }, { name: "worker" }),
      "a1 rename(jobs/jobs/0) worker: renamed jobs -> worker"
    )
    assert.strictEqual(
      against({ name: "worker" }, { name: "worker", renamedFrom: "jobs" }),
      "silent worker/worker/0"
    )
  })

  it("does not guess between two candidates for a rename", () => {
    const before = allRunning(declare(program({ name: "a" }), program({ name: "b" })))
    const after = declare(program({ name: "c" }))
    const kinds = plan(after, before, confirmed).actions.map(({ kind }) => kind)
    assert.deepEqual(kinds, ["stop", "stop", "start"])
  })

  it("knows a program that moved to another group by its name, whatever else changed", () => {
    const twins = [program({ name: "a", group: "one" }), program({ name: "b", group: "one" })]
    const moved = [program({ name: "a", group: "two" }), program({ name: "b" })]
    assert.strictEqual(
      made(declare(...moved), allRunning(declare(...twins)), unattended),
      "a1 rename(one/b/0) b: renamed one:b -> b\na2 rename(one/a/0) two:a: renamed one:a -> two:a"
    )
    assert.strictEqual(
      against({ name: "a" }, { name: "a", group: "two", definition: command }),
      [
        "a1 rename(a/a/0) two:a: renamed a -> two:a",
        'a2 restart two:a <- a1: command ["sleep", "1000"] -> ["sleep", "2000"] (restart)',
        "s1 = a2"
      ].join("\n")
    )
    const copies = ["two", "three"].map((group) =>
      program({ name: "a", group, definition: command })
    )
    const split = plan(declare(...copies), allRunning(declare(program({ name: "a" }))), confirmed)
    assert.deepEqual(
      split.actions.map(({ kind }) => kind),
      ["stop", "start", "start"]
    )
  })

  it("takes a command in other quotes in silence", () => {
    const other = { name: "web", definition: { command: "sleep  '1000'" } }
    assert.strictEqual(against({ name: "web" }, other), "silent web/web/0")
  })

  it("says that a program of no instances is scaled, and not that it is gone", () => {
    assert.strictEqual(
      against({ name: "web", instances: 2 }, { name: "web", instances: 0 }),
      [
        "a1 stop(TERM 10000) web:0: scaled 2 -> 0",
        "a2 stop(TERM 10000) web:1: scaled 2 -> 0",
        "s1 = a1 a2"
      ].join("\n")
    )
  })

  it("adopts what lives when no daemon does", () => {
    const actual = { ...allRunning(declare(web)), origin: "store" as const }
    assert.strictEqual(
      made(declare(web), actual, unattended),
      "a1 adopt(4001) web: drift, pid 4001 runs from before"
    )
  })

  it("leaves a program alone whose definition differs at each evaluation", () => {
    const options = { ...unattended, unpredictable: new Set(["web/web"]) }
    const after = declare(program({ name: "web", definition: command }))
    const result = plan(after, allRunning(declare(web)), options)
    assert.deepEqual(result.actions, [])
    assert.deepEqual(
      result.drift.map(({ kind }) => kind),
      ["unpredictable"]
    )
  })

  it("handles names that mean something to JavaScript", () => {
    const desired = declare(program({ name: "__proto__" }), program({ name: "constructor" }))
    assert.strictEqual(plan(desired, nothing, unattended).actions.length, 2)
    assert.strictEqual(lines(plan(desired, allRunning(desired), unattended)), "")
  })

  it("gives equal bytes for equal input in any order", () => {
    const programs = ["c", "a", "b"].map((name) => program({ name, instances: 3 }))
    const before = allRunning(declare(program({ name: "z" })))
    const one = planJson(plan({ ...declare(...programs), hash: "h" }, before, unattended))
    const other = planJson(
      plan({ ...declare(...programs.toReversed()), hash: "h" }, before, unattended)
    )
    assert.strictEqual(one, other)
  })
})
