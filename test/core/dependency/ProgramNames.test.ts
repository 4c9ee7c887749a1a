import { assert, describe, it } from "vitest"
import { type Meant, ProgramNames } from "../../../src/core/dependency/ProgramNames.ts"

const member = (group: string, program = group) => ({ group, program })

const namesOf = (...members: ReadonlyArray<readonly [group: string, program?: string]>) => {
  const names = new ProgramNames()
  for (const [group, program] of members) names.enter(member(group, program))
  return names
}

const found = (...programs: ReadonlyArray<string>): Meant => ({ kind: "found", programs })

describe("a name in dependsOn", () => {
  it("means the program of that address before any other", () => {
    const names = namesOf(["db"], ["shop", "db"], ["db", "replica"])
    assert.deepEqual(names.resolve("db"), found("db/db"))
    assert.deepEqual(names.resolve("shop:db"), found("shop/db"))
    assert.deepEqual(names.resolve("db:replica"), found("db/replica"))
  })

  it("else means the only program of that name, before a group", () => {
    const names = namesOf(["shop", "web"], ["web", "front"], ["web", "back"])
    assert.deepEqual(names.resolve("web"), found("shop/web"))
    assert.deepEqual(names.programsOf("web"), ["shop/web"])
  })

  it("else means all programs of that group", () => {
    const names = namesOf(["shop", "web"], ["shop", "api"], ["api"])
    assert.deepEqual(names.resolve("shop"), found("shop/web", "shop/api"))
  })

  it("is ambiguous where several groups have a program of the name, and means all of them unasked", () => {
    const names = namesOf(["a", "job"], ["b", "job"], ["job", "other"])
    assert.deepEqual(names.resolve("job"), { kind: "ambiguous", programs: ["a/job", "b/job"] })
    assert.deepEqual(names.programsOf("job"), ["a/job", "b/job"])
  })

  it("means nothing where neither is there, whatever it means to JavaScript", () => {
    const names = namesOf(["shop", "web"])
    for (const name of ["db", "shop:db", "web:web", "shop:web:0", "", ":", "__proto__"]) {
      assert.deepEqual(names.resolve(name), { kind: "unknown" }, name)
      assert.deepEqual(names.programsOf(name), [], name)
    }
  })

  it("means a program for as long as one of its instances is there", () => {
    const names = namesOf(["web"], ["web"], ["shop", "web"])
    names.leave(member("web"))
    assert.deepEqual(names.resolve("web"), found("web/web"))
    names.leave(member("web"))
    assert.deepEqual(names.resolve("web"), found("shop/web"))
    names.leave(member("shop", "web"))
    assert.deepEqual(names.resolve("web"), { kind: "unknown" })
    assert.deepEqual(names.resolve("shop"), { kind: "unknown" })
    names.enter(member("shop", "web"))
    assert.deepEqual(names.resolve("shop"), found("shop/web"))
  })

  it("means all of a program that is being renamed, instance by instance, by either name", () => {
    const names = namesOf(["db"], ["db"])
    names.rename(member("db"), member("base"))
    assert.sameMembers([...names.programsOf("db")], ["db/db", "base/base"])
    assert.sameMembers([...names.programsOf("base")], ["db/db", "base/base"])
    names.rename(member("db"), member("base"))
    assert.deepEqual(names.resolve("db"), found("base/base"))
    assert.deepEqual(names.resolve("base"), found("base/base"))
    names.enter(member("db"))
    assert.deepEqual(names.resolve("db"), found("db/db"))
    assert.deepEqual(names.resolve("base"), found("base/base"))
  })

  it("is the same after somebody left who never was there", () => {
    const names = namesOf(["web"])
    names.leave(member("db"))
    names.leave(member("web", "db"))
    assert.deepEqual(names.resolve("web"), found("web/web"))
  })
})
