import { assert, describe, it } from "vitest"
import { checkDependencies } from "../../../src/config/checkDependencies.ts"
import type { DependencyChecked } from "../../../src/domain/authoring/DependencySchema.ts"
import type { Definition } from "../../../src/domain/Definition.ts"
import type { Program } from "../../../src/domain/Desired.ts"
import { definition, type ProgramParts, program } from "../planning/world.ts"
import { needs } from "./dependencyOf.ts"
import { manyPrograms } from "./manyPrograms.ts"

const one = (
  name: string,
  given: Readonly<Record<string, DependencyChecked>> = {},
  parts: Partial<ProgramParts> & { readonly restart?: Definition["restart"]["when"] } = {}
): Program =>
  program({
    name,
    ...parts,
    definition: {
      dependsOn: needs(given),
      restart: { ...definition.restart, when: parts.restart ?? "unexpected" }
    }
  })

const check = (programs: ReadonlyArray<Program>, complete = true) =>
  checkDependencies(programs, ({ file, line }) => `${file}:${line}`, complete).map(
    ({ hint, message, origin, path, severity, source }) => {
      assert.deepEqual([severity, origin, path[0]], ["error", "typescript", "dependsOn"])
      return `${source.file} ${path.slice(1).join(".")} | ${message} | ${hint}`
    }
  )

describe("dependencies that are right", () => {
  it("have no fault", () => {
    assert.deepEqual(
      check([
        one("gateway", { api: "ready", shop: "started" }),
        one("api", { migrate: "completed", db: { onLoss: "restart" } }, { instances: 3 }),
        one("migrate", { db: "ready" }, { restart: "never" }),
        one("db", {}, { restart: "always" }),
        one("web", { "shop:cache": "ready", nowhere: { optional: true } }, { group: "shop" }),
        one("cache", {}, { group: "shop" }),
        one("idle", {}, { instances: 0 }),
        one("user", { idle: { optional: true } })
      ]),
      []
    )
  })

  it("of 5,000 programs have none either", () => {
    assert.deepEqual(check(manyPrograms(5_000, [1, 2, 3, 4])), [])
  })
})

describe("a name that means nothing", () => {
  it("is told, with what may have been meant", () => {
    assert.deepEqual(check([one("web", { databse: "ready" }), one("database")]), [
      'programs/web.ts databse | no program or group is called "databse" | did you mean "database"?'
    ])
    assert.deepEqual(check([one("web", { zzzzzz: "ready" }), one("db")]), [
      'programs/web.ts zzzzzz | no program or group is called "zzzzzz" | null'
    ])
  })

  it("may mean a program without instances, whose condition never holds", () => {
    const text =
      '"idle" has no instances, so that the condition can never hold | give it an instance, or write optional: true'
    const idle = one("idle", {}, { instances: 0 })
    assert.deepEqual(check([one("web", { idle: "ready" }), idle]), [
      `programs/web.ts idle | ${text}`
    ])
    const grouped = one("idle", {}, { instances: 0, group: "g" })
    assert.deepEqual(check([one("web", { "g:idle": "ready" }), grouped]), [
      `programs/web.ts g:idle | ${text.replace('"idle"', '"g:idle"')}`
    ])
  })

  it("may be the address of an instance", () => {
    assert.deepEqual(check([one("web", { "db:1": "ready" }), one("db", {}, { instances: 2 })]), [
      'programs/web.ts db:1 | "db:1" is one instance; programs are waited for whole | ' +
        'write "db", which waits for all of them'
    ])
  })

  it("is no fault where files could not be read, nor where it is optional", () => {
    assert.deepEqual(check([one("web", { db: "ready" })], false), [])
    assert.deepEqual(check([one("web", { db: { optional: true } })]), [])
  })
})

describe("a name that means too much", () => {
  it("is told, with the addresses to write", () => {
    assert.deepEqual(
      check([
        one("web", { job: { optional: true } }),
        one("job", {}, { group: "a" }),
        one("job", {}, { group: "b" })
      ]),
      ['programs/web.ts job | several programs are called "job" | write a:job or b:job']
    )
  })

  it("is a fault also where files could not be read", () => {
    const jobs = ["a", "b"].map((group) => one("job", {}, { group }))
    assert.strictEqual(check([one("web", { job: "ready" }), ...jobs], false).length, 1)
  })
})

describe("a program that needs itself", () => {
  it("is told once, by its name or by that of its group", () => {
    const text = "a program cannot depend on itself | null"
    assert.deepEqual(check([one("web", { web: "ready" })]), [`programs/web.ts web | ${text}`])
    assert.deepEqual(
      check([one("web", { shop: "ready" }, { group: "shop" }), one("db", {}, { group: "shop" })]),
      [`programs/web.ts shop | ${text}`]
    )
  })
})

describe("a condition that never holds", () => {
  it("is to wait for the end of what is always started again", () => {
    assert.deepEqual(
      check([one("web", { job: "completed" }), one("job", {}, { restart: "always" })]),
      [
        'programs/web.ts job | "job" never completes: it is started again whenever it ends ' +
          '(restart.when is "always") | wait for "ready", or let it end'
      ]
    )
  })

  it("is told of the member of a group that it is true of", () => {
    const [fault] = check([
      one("web", { jobs: "completed" }),
      one("a", {}, { group: "jobs", restart: "never" }),
      one("b", {}, { group: "jobs", restart: "always" })
    ])
    assert.include(fault, '"jobs:b" never completes')
  })
})

describe("a task", () => {
  const task = (name: string, group = name): Program =>
    program({ name, group, definition: { task: { once: false } } })

  it("is waited for to complete, or to be started", () => {
    const needs = { job: "completed", other: "started" } as const
    assert.deepEqual(check([one("web", needs), task("job"), task("other")]), [])
  })

  it("is never ready, alone or with others", () => {
    const hint = 'wait for "completed"'
    assert.deepEqual(check([one("web", { job: "ready" }), task("job")]), [
      `programs/web.ts job | "job" is a task, and a task is never ready | ${hint}`
    ])
    const [two] = check([one("web", { jobs: {} }), task("a", "jobs"), task("b", "jobs")])
    assert.include(two, '"jobs:a" and "jobs:b" are tasks, and a task is never ready')
  })

  it("may be in a group of programs that is to be ready", () => {
    const group = [task("job", "shop"), one("db", {}, { group: "shop" })]
    assert.deepEqual(check([one("web", { shop: "ready" }), ...group]), [])
  })
})

describe("programs that wait for each other", () => {
  it("are told once, with the way and the places of all", () => {
    assert.deepEqual(
      check([
        one("first", { a: "ready" }),
        one("a", { db: "ready", b: "ready" }, { line: 3 }),
        one("b", { g: "ready" }, { line: 4 }),
        one("c", { a: { optional: true, onLoss: "stop" } }, { line: 5, group: "g" }),
        one("db")
      ]),
      [
        "programs/a.ts b | programs wait for each other: a -> b -> g:c -> a | " +
          "take one of these away; the others are at programs/b.ts:4, programs/c.ts:5"
      ]
    )
  })

  it("are told also where files could not be read", () => {
    assert.strictEqual(check([one("a", { b: "ready" }), one("b", { a: "ready" })], false).length, 1)
  })

  it("are told beside other faults", () => {
    const faults = check([
      one("a", { b: "ready", x: "ready" }),
      one("b", { a: "ready" }),
      one("self", { self: "ready" })
    ])
    assert.strictEqual(faults.length, 3)
    assert.include(faults[2], "programs wait for each other: a -> b -> a")
  })

  it("are told also behind a program that needs itself", () => {
    const faults = check([
      one("self", { self: "ready" }),
      one("a", { b: "ready" }),
      one("b", { a: "ready" })
    ])
    assert.strictEqual(faults.length, 2)
    assert.include(faults[1], "programs wait for each other: a -> b -> a")
  })
})
