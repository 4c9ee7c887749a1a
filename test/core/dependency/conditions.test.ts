import { assert, describe, it } from "vitest"
import {
  awaited,
  type Fact,
  holds,
  isComing,
  isMet
} from "../../../src/core/dependency/conditions.ts"
import type { Condition } from "../../../src/domain/Dependency.ts"
import type { Reason, State } from "../../../src/domain/State.ts"
import { processOf, program } from "../planning/world.ts"
import { dependencyOf, needs } from "./dependencyOf.ts"

const [service] = program({ name: "db" }).instances
const [job] = program({
  name: "db",
  definition: { restart: { ...(service ?? raise()).definition.restart, when: "never" } }
}).instances

const [task] = program({ name: "db", definition: { task: { once: false } } }).instances

interface Changes {
  readonly reason?: Reason
  readonly lives?: boolean
  readonly once?: boolean
  readonly task?: boolean
}

const fact = (state: State, changes: Changes = {}): Fact => {
  const ends = changes.once === true ? job : service
  const spec = (changes.task === true ? task : ends) ?? raise()
  const lives = changes.lives ?? ["STARTING", "RUNNING", "STOPPING", "UNKNOWN"].includes(state)
  return {
    state,
    spec,
    reason: changes.reason ?? null,
    process: lives ? processOf(spec, 7) : null,
    ready: null
  }
}

const exited = (expected: boolean): { readonly reason: Reason } => ({
  reason: { kind: "exited", expected, status: { kind: "code", code: expected ? 0 : 1 } }
})
const waiting = { reason: { kind: "waiting", on: [] } } as const
const byHand = { reason: { kind: "operator", who: "ann" } } as const

/** Everything an instance can be in, and whether each condition is met by it: needed, then optional. */
const table: ReadonlyArray<
  readonly [what: string, it: Fact, started: string, ready: string, completed: string]
> = [
  ["STARTING", fact("STARTING"), "yes yes", "no no", "no no"],
  ["STARTING, not spawned", fact("STARTING", { lives: false }), "no no", "no no", "no no"],
  ["RUNNING", fact("RUNNING"), "yes yes", "yes yes", "no no"],
  ["STOPPING", fact("STOPPING"), "no no", "no no", "no no"],
  ["STOPPED", fact("STOPPED", byHand), "no yes", "no yes", "no yes"],
  ["STOPPED, never started", fact("STOPPED"), "no yes", "no yes", "no yes"],
  ["STOPPED, waiting", fact("STOPPED", waiting), "no no", "no no", "no no"],
  ["BACKOFF", fact("BACKOFF"), "no yes", "no yes", "no yes"],
  ["FATAL", fact("FATAL"), "no yes", "no yes", "no yes"],
  ["UNKNOWN", fact("UNKNOWN"), "no yes", "no yes", "no yes"],
  ["EXITED as expected", fact("EXITED", exited(true)), "no yes", "no yes", "yes yes"],
  ["EXITED otherwise", fact("EXITED", exited(false)), "no yes", "no yes", "no yes"],
  ["EXITED, reason lost", fact("EXITED"), "no yes", "no yes", "no yes"],
  ["done", fact("EXITED", { ...exited(true), once: true }), "yes yes", "yes yes", "yes yes"],
  ["failed", fact("EXITED", { ...exited(false), once: true }), "no yes", "no yes", "no yes"],
  ["a job at work", fact("RUNNING", { once: true }), "yes yes", "yes yes", "no no"],
  [
    "a task that is done",
    fact("EXITED", { ...exited(true), task: true }),
    "yes yes",
    "yes yes",
    "yes yes"
  ],
  ["a task that failed", fact("FATAL", { task: true }), "no yes", "no yes", "no yes"],
  ["a task at work", fact("RUNNING", { task: true }), "yes yes", "yes yes", "no no"],
  ["a task between attempts", fact("BACKOFF", { task: true }), "no yes", "no yes", "no yes"]
]

describe("the conditions", () => {
  it("are met as the table says, needed and optional", () => {
    for (const [what, instance, started, ready, completed] of table) {
      const said = (when: Condition) =>
        [false, true]
          .map((optional) => (isMet(dependencyOf({ when, optional }), [instance]) ? "yes" : "no"))
          .join(" ")
      assert.deepEqual(
        [what, said("started"), said("ready"), said("completed")],
        [what, started, ready, completed]
      )
    }
  })

  it("have every state in the table", () => {
    assert.strictEqual(new Set(table.map(([, { state }]) => state)).size, 8)
  })

  it("hold for a program when they hold for all of its instances", () => {
    for (const [, instance] of table) {
      for (const [, other] of table) {
        for (const when of ["started", "ready", "completed"] as const) {
          assert.strictEqual(
            isMet(dependencyOf({ when }), [instance, other]),
            holds(when, instance) && holds(when, other)
          )
        }
      }
    }
  })

  it("come by themselves where a task is at work, and of no other program that is to complete", () => {
    const comes = (...them: ReadonlyArray<Fact>) => isComing({ when: "completed" }, them)
    assert.isTrue(comes(fact("RUNNING", { task: true })))
    assert.isTrue(comes(fact("RUNNING", { task: true }), fact("EXITED", exited(true))))
    assert.isFalse(comes(fact("RUNNING", { once: true })))
    assert.isFalse(comes(fact("FATAL", { task: true })))
    assert.isFalse(comes())
  })

  it("wait for no instance of what is optional once one of it is down", () => {
    const dependency = dependencyOf({ optional: true })
    assert.isFalse(isMet(dependency, [fact("RUNNING"), fact("STARTING")]))
    assert.isTrue(isMet(dependency, [fact("FATAL"), fact("STARTING")]))
  })

  it("are not met by what is not there, unless it is optional", () => {
    for (const when of ["started", "ready", "completed"] as const) {
      assert.isFalse(isMet(dependencyOf({ when }), []))
      assert.isTrue(isMet(dependencyOf({ when, optional: true }), []))
    }
  })

  it("are told in the order of the definition where they do not hold", () => {
    const dependsOn = needs({
      z: "completed",
      up: "ready",
      a: "started",
      none: { optional: true },
      ...Object.fromEntries([["constructor", "ready" as const]])
    })
    const facts = new Map([
      ["z", [fact("RUNNING")]],
      ["up", [fact("RUNNING")]]
    ])
    assert.deepEqual(
      awaited(dependsOn, (name) => facts.get(name) ?? []),
      [
        { program: "z", when: "completed" },
        { program: "a", when: "started" },
        { program: "constructor", when: "ready" }
      ]
    )
  })
})

function raise(): never {
  throw new Error("a program has an instance")
}
