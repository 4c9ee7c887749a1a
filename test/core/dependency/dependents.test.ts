import { assert, describe, it } from "vitest"
import type { Dependencies } from "../../../src/domain/Dependency.ts"
import { Dependents } from "../../../src/supervise/Dependents.ts"
import { type Instance, makeInstance, tellWaiters } from "../../../src/supervise/Instance.ts"
import { specOf } from "../specOf.ts"

const instanceOf = (name: string, dependsOn: Dependencies = {}, group = name): Instance => {
  const spec = specOf({ name, group, program: name }, { dependsOn })
  return makeInstance(spec, { record: null, override: null, now: 0 })
}

const needs = (name: string): Dependencies => ({
  [name]: { when: "started", optional: false, onLoss: "keep" }
})

const waitsFor = (name: string): Instance => {
  const instance = instanceOf("api", needs(name))
  const reason = { kind: "waiting", on: [{ program: name, when: "started" }] } as const
  instance.machine = { ...instance.machine, reason }
  return instance
}

/** Told of a change, as after a step. */
const woken = (dependents: Dependents, changed: Instance): ReadonlyArray<string> => {
  tellWaiters(changed)
  return dependents.takeWoken().map(({ spec }) => spec.program)
}

describe("what waits", () => {
  it("is woken by what came after it, at each of its changes", () => {
    const dependents = new Dependents()
    dependents.enter(waitsFor("db"))
    const db = instanceOf("db")
    dependents.enter(db)
    assert.include(
      dependents.takeWoken().map(({ spec }) => spec.program),
      "api"
    )
    assert.deepEqual(woken(dependents, db), ["api"])
    assert.deepEqual(woken(dependents, db), ["api"])
  })

  it("is woken by a program that joins a group, and by one under another name", () => {
    const dependents = new Dependents()
    dependents.enter(instanceOf("one", {}, "team"))
    dependents.enter(waitsFor("team"))
    const two = instanceOf("two", {}, "team")
    dependents.enter(two)
    dependents.takeWoken()
    assert.deepEqual(woken(dependents, two), ["api"])
    two.spec = specOf({ name: "three", group: "team", program: "three" })
    tellWaiters(two)
    dependents.takeWoken()
    assert.deepEqual(woken(dependents, two), ["api"])
  })

  it("is not let in by what is being removed beside what it waits for", () => {
    const dependents = new Dependents()
    const optional = { db: { when: "started", optional: true, onLoss: "keep" } } as const
    const api = instanceOf("api", optional)
    const [coming, leaving] = [instanceOf("db"), instanceOf("db")]
    const reason = { kind: "waiting", on: [] } as const
    coming.machine = { ...coming.machine, reason }
    const removed = { kind: "plan", text: "scaled" } as const
    leaving.machine = { ...leaving.machine, closed: true, reason: removed }
    leaving.reason = removed
    coming.reason = reason
    for (const it of [api, coming, leaving]) dependents.enter(it)
    assert.deepEqual(dependents.awaitedBy(api), [{ program: "db", when: "started" }])
  })

  it("is known by each of the names that it had", () => {
    const dependents = new Dependents()
    const db = instanceOf("db")
    dependents.enter(db)
    for (const name of ["data", "store"]) {
      db.spec = specOf({ name, group: name, program: name })
      tellWaiters(db)
    }
    for (const name of ["db", "data", "store", "db:db"]) {
      assert.deepEqual(dependents.programsOf(name), ["store/store"])
    }
  })

  it("does not wake itself by its own steps", () => {
    const dependents = new Dependents()
    const api = waitsFor("db")
    dependents.enter(api)
    dependents.takeWoken()
    assert.deepEqual(woken(dependents, api), [])
  })
})
