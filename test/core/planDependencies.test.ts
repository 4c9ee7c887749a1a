import { assert, describe, it } from "vitest"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import type { Definition } from "../../src/domain/Definition.ts"
import type { OnLoss } from "../../src/domain/Dependency.ts"
import type { Desired } from "../../src/domain/Desired.ts"
import { made } from "./planning/made.ts"
import {
  command,
  done,
  fatal,
  commandField as field,
  held,
  idle,
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
  where
} from "./planning/world.ts"

describe("a first start", () => {
  it("has what is needed in earlier stages, and says what each waits for", () => {
    const desired = declare(
      one("web", { db: "ready", cache: { when: "started", optional: true } }, { groupPriority: 1 }),
      one("db", {}, { groupPriority: 9 }),
      one("cache", {}, { groupPriority: 9 }),
      one("alone", {}, { groupPriority: 9 })
    )
    assert.strictEqual(
      made(desired, nothing, unattended),
      text(
        "a1 start alone: first start",
        "a2 start cache: first start",
        "a3 start db: first start",
        "a4 start web <- s1: first start",
        "s1 = a1 a2 a3",
        "s2 = a4"
      )
    )
    const { actions } = plan(desired, nothing, unattended)
    assert.deepInclude(actions[3], {
      awaits: [
        { program: "db", when: "ready" },
        { program: "cache", when: "started" }
      ]
    })
    assert.deepInclude(actions[0], { awaits: [] })
  })

  it("waits for no condition that holds already, nor for what may be down", () => {
    const db = one("db")
    const job = one("job", {}, { changes: once })
    const desired = declare(
      db,
      job,
      one("web", { db: "ready", job: "completed", gone: { optional: true } })
    )
    const [start] = plan(
      desired,
      where(allRunning(declare(db, job)), "job", done),
      unattended
    ).actions
    assert.deepInclude(start, { kind: "start", program: "web", awaits: [] })
  })

  it("brings what is needed and not started by itself, and says for whom", () => {
    const db = one("db", {}, idle)
    const desired = declare(one("web", { db: "ready" }), db, one("tool", { extra: "ready" }, idle))
    assert.strictEqual(
      made(declare(...desired.programs, one("extra", {}, idle)), nothing, unattended),
      text(
        "a1 start db: needed by web",
        "a2 add extra: first start",
        "a3 add tool <- s1: first start",
        "a4 start web <- s1: first start",
        "s1 = a1 a2",
        "s2 = a3 a4"
      )
    )
  })

  it("leaves what was stopped by hand, needed or not; what needs it waits", () => {
    const desired = declare(one("web", { db: "ready" }), one("db", {}, idle))
    const actual = { ...nothing, overrides: [held("db", "stopped")] }
    const { actions } = plan(desired, actual, unattended)
    assert.deepInclude(actions[0], { kind: "start", program: "db", run: false })
    assert.deepInclude(actions[1], {
      program: "web",
      run: true,
      awaits: [{ program: "db", when: "ready" }]
    })
  })
})

describe("what is needed and not started by itself", () => {
  const db = one("db", {}, idle)
  const down = { state: "STOPPED", process: null, reason: { kind: "neverStarted" } } as const

  it("starts when something comes to need it", () => {
    const before = where(allRunning(declare(one("web"), db)), "db", down)
    assert.strictEqual(
      made(declare(one("web", { db: "ready" }), db), before, unattended),
      text(
        'a1 update web: dependsOn.db null -> "ready" (live)',
        "a2 start db: needed by web",
        "s1 = a2"
      )
    )
  })

  it("is left down while what needs it is stopped by hand, under its former name too", () => {
    const tool = one("tool", { db: "ready" })
    const stopped = { ...down, reason: { kind: "operator", who: "ann" } } as const
    const web = where(where(allRunning(declare(tool, db)), "db", down), "tool", stopped)
    const actual = { ...web, overrides: [held("tool", "stopped")] }
    assert.isEmpty(plan(declare(tool, db), actual, unattended).actions)
    const renamed = one("kit", { db: "ready" }, { renamedFrom: "tool" })
    assert.strictEqual(
      made(declare(renamed, db), actual, unattended),
      text(
        "a1 rename(tool/tool/0) kit: renamed tool -> kit",
        "drift kit override: stopped by ann; held until released"
      )
    )
  })

  it("starts with what was started by hand, under its former name too", () => {
    const tool = one("tool", { db: "ready" }, idle)
    const before = where(allRunning(declare(tool, db)), "db", down)
    const actual = { ...before, overrides: [held("tool", "started")] }
    const kinds = (desired: Desired) =>
      plan(desired, actual, unattended).actions.map(({ address, kind }) => `${kind} ${address}`)
    assert.deepEqual(kinds(declare(tool, db)), ["start db"])
    const renamed = one("kit", { db: "ready" }, { ...idle, renamedFrom: "tool" })
    assert.deepEqual(kinds(declare(renamed, db)), ["rename kit", "start db"])
  })

  it("does not wait any more where nothing needs it", () => {
    const waits = {
      ...down,
      reason: { kind: "waiting", on: [{ program: "net", when: "ready" }] }
    } as const
    const desired = declare(one("net"), one("db", { net: "ready" }, idle))
    assert.strictEqual(
      made(desired, where(allRunning(desired), "db", waits), unattended),
      text("a1 stop(TERM 10000) db: drift, was to wait for net to be ready", "s1 = a1")
    )
  })
})

const exited =
  "drift migrate exited: exited with status 0, as expected; a change or `reeve start` starts it"

describe("a new process of what others need", () => {
  const changed = (onLoss: OnLoss) => made(shop(onLoss, { command }), up(shop(onLoss)), unattended)

  it("changes nothing for those that keep theirs", () => {
    assert.strictEqual(changed("keep"), text(`a1 restart db: ${field}`, "s1 = a1", exited))
  })

  it("is followed by those that restart with it, after it, as one thing that each of them needs", () => {
    assert.strictEqual(
      changed("restart"),
      text(
        `a1 restart db: ${field}`,
        "a2 restart api:0 <- s1: with db",
        "a3 restart api:1 <- s1: with db",
        "a4 restart api:2 <- s1: with db",
        "s1 = a1",
        "s2 = a2 a3 a4",
        "p1 = a1",
        exited
      )
    )
    const [, api] = plan(shop("restart", { command }), up(shop("restart")), unattended).actions
    assert.deepInclude(api, { needs: ["p1"], awaits: [{ program: "db", when: "ready" }] })
  })

  it("comes after those stopped that stop with it", () => {
    assert.strictEqual(
      changed("stop"),
      text(
        "a1 stop(TERM 10000) api:0: with db",
        "a2 stop(TERM 10000) api:1: with db",
        "a3 stop(TERM 10000) api:2: with db",
        `a4 restart db <- s1: ${field}`,
        "a5 start api:0 <- a1 s2: with db",
        "a6 start api:1 <- a2 s2: with db",
        "a7 start api:2 <- a3 s2: with db",
        "s1 = a1 a2 a3",
        "s2 = a4",
        "s3 = a5 a6 a7",
        exited
      )
    )
  })

  it("stops nothing ahead while it has to wait itself", () => {
    const chain = (changes: Partial<Definition>) =>
      declare(
        one("base", {}, { changes }),
        one("db", { base: "ready" }, { changes }),
        one("api", { db: { onLoss: "stop" } })
      )
    assert.strictEqual(
      made(chain({ command }), allRunning(chain({})), unattended),
      text(
        `a1 restart base: ${field}`,
        `a2 restart db <- s1: ${field}`,
        "s1 = a1",
        "s2 = a2",
        "p1 = a1"
      )
    )
  })

  it("is not foreseen where the old one could not be ended: what follows it waits until it is there", () => {
    for (const onLoss of ["restart", "stop"] as const) {
      const wedged = { state: "UNKNOWN", reason: { kind: "signalFailed", text: "EPERM" } } as const
      const { actions } = plan(
        shop(onLoss, { command }),
        where(up(shop(onLoss)), "db", wedged),
        unattended
      )
      const said = actions.map(({ address, kind }) => `${kind} ${address}`)
      const stops = [0, 1, 2].map((at) => `stop api:${at}`)
      assert.deepEqual(said, onLoss === "stop" ? [...stops, "restart db"] : ["restart db"])
    }
  })

  it("goes on along the way as far as each says so", () => {
    const chain = (changes: Partial<Definition>) =>
      declare(
        one("db", {}, { changes }),
        one("a", { db: { onLoss: "restart" } }),
        one("b", { a: { onLoss: "restart" } }),
        one("c", { b: "ready" })
      )
    assert.strictEqual(
      made(chain({ command }), allRunning(chain({})), unattended),
      text(
        `a1 restart db: ${field}`,
        "a2 restart a <- s1: with db",
        "a3 restart b <- s2: with a",
        "s1 = a1",
        "s2 = a2",
        "s3 = a3",
        "p1 = a1",
        "p2 = a2"
      )
    )
  })

  it("takes changed fields of those that follow with it", () => {
    const desired = (changes: Partial<Definition>, stop: Partial<Definition>) =>
      declare(
        one("db", {}, { changes }),
        one("web", { db: { onLoss: "restart" } }, { changes: stop })
      )
    const stop = { stop: { ...definition.stop, timeoutMs: 20_000 } }
    assert.include(
      made(desired({ command }, stop), allRunning(desired({}, {})), unattended),
      "a2 restart web <- s1: with db, stop.timeout"
    )
    const own = made(desired({ command }, { command }), allRunning(desired({}, {})), unattended)
    assert.include(own, `a2 restart web <- s1: ${field}`)
  })

  it("passes by what was stopped by hand", () => {
    const desired = (changes: Partial<Definition>) =>
      declare(one("db", {}, { changes }), one("web", { db: { onLoss: "stop" } }))
    const actual = where(allRunning(desired({})), "web", { override: held("web", "stopped") })
    assert.notInclude(made(desired({ command }), actual, unattended), "stop(")
  })

  it("waits for an operator where what follows is protected", () => {
    for (const onLoss of ["restart", "stop"] as const) {
      const desired = (changes: Partial<Definition>) =>
        declare(one("db", {}, { changes }), one("web", { db: { onLoss } }, { protect: true }))
      const what = onLoss === "restart" ? "restarted" : "stopped"
      assert.strictEqual(
        made(desired({ command }), allRunning(desired({})), unattended),
        text(
          `a1 restart db: ${field}`,
          "s1 = a1",
          `held protected: web is protected: it would be ${what} with db; \`reeve apply --yes-protected\` does it | web/web/0`
        )
      )
      const { actions } = plan(desired({ command }), allRunning(desired({})), confirmed)
      assert.include(
        actions.map(({ address, kind }) => `${kind} ${address}`),
        `${onLoss} web`
      )
    }
  })

  it("is none where the dependency itself is protected", () => {
    const desired = (changes: Partial<Definition>) =>
      declare(one("db", {}, { changes, protect: true }), one("web", { db: { onLoss: "restart" } }))
    const { actions, held } = plan(desired({ command }), allRunning(desired({})), unattended)
    assert.deepEqual([actions.length, held.length], [0, 1])
  })
})

describe("a loss", () => {
  const pair = (onLoss: OnLoss, parts: Partial<ProgramParts> = {}) =>
    declare(one("db"), one("web", { db: { onLoss } }, parts))

  it("stops what stops with it, which takes its new specification all the same", () => {
    const stop = "stop(TERM 10000) web: with db"
    const drift =
      "drift db fatal: gave up after 4 tries: too quick; a change or `reeve start` starts it"
    const lost = where(allRunning(pair("stop")), "db", fatal)
    assert.strictEqual(made(pair("stop"), lost, unattended), text(`a1 ${stop}`, "s1 = a1", drift))
    assert.strictEqual(
      made(pair("stop", { line: 7 }), lost, unattended),
      text(`a1 ${stop}`, "s1 = a1", "silent web/web/0", drift)
    )
    const live = { stop: { ...definition.stop, signal: "INT" } }
    const changed = declare(one("db"), one("web", { db: { onLoss: "stop" } }, { changes: live }))
    assert.deepEqual(
      plan(changed, lost, unattended).actions.map(({ address, kind }) => `${kind} ${address}`),
      ["update web", "stop web"]
    )
  })

  it("changes nothing for others until it is over", () => {
    for (const onLoss of ["keep", "restart"] as const) {
      assert.isEmpty(
        plan(pair(onLoss), where(allRunning(pair(onLoss)), "db", fatal), unattended).actions
      )
    }
    const [spec] = one("db").instances
    const back = where(allRunning(pair("restart")), "db", {
      starts: 2,
      lastStartTicks: 99_999,
      ...(spec === undefined ? {} : { process: processOf(spec, 9_999) })
    })
    assert.strictEqual(
      made(pair("restart"), back, unattended),
      text("a1 restart web: with db", "s1 = a1")
    )
  })
})
