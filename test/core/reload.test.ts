import { assert, describe, it } from "vitest"
import { iniKeys } from "../../src/config/ini/iniKeys.ts"
import { programInput } from "../../src/config/typescript/programInput.ts"
import { diffDefinitions } from "../../src/core/diffDefinition.ts"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import { renderPlan } from "../../src/core/renderPlan.ts"
import { reloadRules } from "../../src/core/watchRules.ts"
import type { ActualInstance, Override } from "../../src/domain/Actual.ts"
import { InstanceKey } from "../../src/domain/Instance.ts"
import { noTerms } from "../../src/domain/Terms.ts"
import { files, tcp } from "../../src/index.ts"
import { decodeAll, program as evaluated, said } from "./evaluated.ts"
import { lines } from "./planning/lines.ts"
import { allRunning, declare, definition, program, where } from "./planning/world.ts"
import { definitionOf } from "./specOf.ts"

const expanded = (input: object) => {
  const decoded = decodeAll([evaluated({ name: "web", command: "serve", ...input })])
  assert.isEmpty(said(decoded))
  return decoded.programs[0]?.instances[0]?.definition ?? definitionOf()
}

const refusals = (reload: unknown) =>
  said(decodeAll([evaluated({ name: "web", command: "serve", reload })]))

describe("reload of a program", () => {
  it("is none unless it is declared, and HUP by hand where nothing more is said", () => {
    assert.isNull(expanded({}).reload)
    assert.deepEqual(expanded({ reload: {} }).reload, { signal: "HUP", on: [] })
    const on = [files("/etc/web/**", "!/etc/web/tmp"), files("web.conf")]
    assert.deepEqual(expanded({ reload: { signal: "SIGUSR1", on } }).reload, {
      signal: "USR1",
      on: ["/etc/web/**", "!/etc/web/tmp", "/etc/reeve/programs/web.conf"]
    })
  })

  it("may differ from instance to instance, part by part", () => {
    const perInstance = [null, { reload: { signal: "USR2" } }]
    const input = { name: "web", command: "serve", instances: 2, perInstance }
    const decoded = decodeAll([evaluated({ ...input, reload: { on: [files("/e/*")] } })])
    assert.deepEqual(
      decoded.programs.flatMap(({ instances }) => instances.map((it) => it.definition.reload)),
      [
        { signal: "HUP", on: ["/e/*"] },
        { signal: "USR2", on: ["/e/*"] }
      ]
    )
  })

  it("refuses inputs that no signal can change, with the reason", () => {
    assert.deepEqual(refusals({ on: ["environment"] }), [
      'reload.on[0]: "environment" cannot be read anew: no signal gives a process another environment, so a change restarts it'
    ])
    assert.deepEqual(refusals({ on: ["command"] }), [
      'reload.on[0]: "command" cannot be read anew: no signal gives a process another command, so a change restarts it'
    ])
    assert.match(refusals({ on: ["environment.A"] })[0] ?? "", /another environment/)
    assert.match(refusals({ on: ["/etc/x/**"] })[0] ?? "", /write files\("\/etc\/x\/\*\*"\)$/)
    assert.match(refusals({ on: ["logs"] })[0] ?? "", /expected files such as/)
    assert.match(refusals({ on: [files()] })[0] ?? "", /at least one pattern/)
    assert.match(refusals({ on: [files("!")] })[0] ?? "", /names no file/)
    assert.match(refusals({ signal: "KILL" })[0] ?? "", /no process can read its files anew/)
    assert.match(refusals({ signal: "HPU" })[0] ?? "", /expected the name of a signal/)
    assert.match(refusals("HUP")[0] ?? "", /expected a record such as/)
  })

  it("changes live, and comes back from its TypeScript source; ini has no word for it", () => {
    const none = expanded({})
    const full = expanded({ reload: { on: [files("/e/*")] } })
    const shown = (before = none, after = full) =>
      diffDefinitions(before, after, []).map((it) => [it.path, it.after, it.class])
    assert.deepEqual(shown(), [["reload", '{ signal: "HUP", on: ["/e/*"] }', "live"]])
    assert.deepEqual(shown(full, expanded({ reload: { signal: "USR1" } })), [
      ["reload.on", "[]", "live"],
      ["reload.signal", '"USR1"', "live"]
    ])
    assert.deepEqual(expanded(programInput(full)).reload, full.reload)
    assert.include(iniKeys({ definition: full, groupPriority: 999 }).lost, "reload")
  })

  it("leaves to a restart what the program watches as well", () => {
    const { matches } = reloadRules({
      ...definitionOf(),
      watch: ["/p/src/**"],
      reload: { signal: "HUP", on: ["/p/**"] }
    })
    assert.isTrue(matches("/p/conf"))
    assert.isFalse(matches("/p/src/a"))
  })
})

const reload = { signal: "HUP", on: ["/etc/web/**"] }
const web = (fields: object = {}, parts: object = {}) =>
  program({ name: "web", line: 3, definition: { reload, ...fields }, ...parts })
const unread = { unreadFile: "/etc/web/a" }
const stopped: Override = {
  key: InstanceKey.make("web/web/0"),
  kind: "stopped",
  who: "root",
  at: 5,
  ...noTerms
}
const signal = "a1 signal(HUP) web: /etc/web/a changed\ns1 = a1"

const against = (change: Partial<ActualInstance> = {}, declared = declare(web())) =>
  plan(declared, where(allRunning(declared), "web", { ...unread, ...change }), unattended)

describe("the plan for a file that a program reads anew", () => {
  it("signals what is up, and says the file", () => {
    assert.strictEqual(lines(against()), signal)
    const shown = renderPlan(against(), {
      colour: false,
      width: 100,
      now: 0,
      dateTime: () => ""
    })
    assert.strictEqual(
      shown,
      `commit 3f2c1ab (clean)   1 program, 0 unchanged

↻ web                       HUP, as /etc/web/a changed             programs/web.ts:3

Plan: 1 to signal.
`
    )
  })

  it("waits for what has not come up, and says so; what goes away is told nothing", () => {
    const waits = (until: string) =>
      `drift web reload: HUP, as /etc/web/a changed, waits until it is ${until}`
    assert.strictEqual(lines(against({ state: "STARTING" })), waits("up"))
    const probed = declare(web({ ready: expanded({ ready: tcp("80") }).ready }))
    assert.strictEqual(lines(against({}, probed)), waits("ready"))
    assert.strictEqual(lines(against({ wasReady: true }, probed)), signal)
    for (const state of ["STOPPING", "UNKNOWN"] as const) {
      assert.isEmpty(against({ state }).actions, state)
    }
    assert.isEmpty(against({ override: stopped, state: "STOPPED", process: null }).actions)
  })

  it("is held by no protection, and goes along with what changes live", () => {
    const before = declare(web({}, { protect: true }))
    const after = declare(web({ umask: 0o22 }, { protect: true }))
    const actual = where(allRunning(before), "web", unread)
    const made = plan(after, actual, unattended)
    assert.deepEqual(
      made.actions.map(({ kind }) => kind),
      ["signal"]
    )
    assert.lengthOf(made.held, 1)
    const live = plan(declare(web({ reload: { ...reload, signal: "USR1" } })), actual, unattended)
    assert.deepEqual(
      live.actions.map((it) => (it.kind === "signal" ? it.signal : it.kind)),
      ["update", "USR1"]
    )
  })

  it("leaves it to a restart where there is one, and to nothing where nothing is declared any more", () => {
    const before = declare(web())
    const actual = where(allRunning(before), "web", unread)
    const after = declare(web({ umask: 0o22 }))
    assert.deepEqual(
      plan(after, actual, unattended).actions.map(({ kind }) => kind),
      ["restart"]
    )
    assert.isEmpty(against({}, declare(program({ name: "web" }))).actions)
    const later = { reload: { ...reload, on: [] } }
    assert.isEmpty(against({}, declare(program({ name: "web", definition: later }))).actions)
  })

  it("starts what was given up, and what has ended", () => {
    for (const state of ["EXITED", "FATAL"] as const) {
      const change = { state, process: null, unreadFile: null, changedFile: "/etc/web/a" }
      assert.strictEqual(lines(against(change)), "a1 start web: /etc/web/a changed\ns1 = a1", state)
    }
  })

  it("signals in the place of its program, behind what that needs", () => {
    const needs = { db: { when: "started", optional: false, onLoss: "keep" } } as const
    const before = declare(web({ dependsOn: needs }), program({ name: "db" }))
    const after = declare(
      web({ dependsOn: needs }),
      program({ name: "db", definition: { ...definition, umask: 0o22 } })
    )
    const actual = where(allRunning(before), "web", unread)
    assert.strictEqual(
      lines(plan(after, actual, unattended)),
      'a1 restart db: umask null -> "022" (restart)\n' +
        "a2 signal(HUP) web <- s1: /etc/web/a changed\ns1 = a1\ns2 = a2"
    )
  })
})
