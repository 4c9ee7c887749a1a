import { assert, describe, it } from "vitest"
import { neededPrograms } from "../../../src/core/dependency/neededPrograms.ts"
import { programGraph } from "../../../src/core/dependency/programGraph.ts"
import type { Override } from "../../../src/domain/Actual.ts"
import type { DependencyChecked } from "../../../src/domain/authoring/DependencySchema.ts"
import { noTerms } from "../../../src/domain/Terms.ts"
import { definition, program } from "../planning/world.ts"
import { needs } from "./dependencyOf.ts"

const one = (
  name: string,
  given: Readonly<Record<string, DependencyChecked>> = {},
  parts: { readonly auto?: boolean; readonly instances?: number; readonly group?: string } = {}
) => {
  const { auto = true, ...rest } = parts
  const start = { ...definition.start, auto }
  return program({ name, ...rest, definition: { dependsOn: needs(given), start } })
}

const idle = { auto: false }

const needed = (
  programs: ReadonlyArray<ReturnType<typeof one>>,
  overrides: Readonly<Record<string, Override["kind"]>> = {}
) =>
  Object.fromEntries(
    neededPrograms(programGraph(programs.flatMap(({ instances }) => instances)), (key) => {
      const kind = overrides[key]
      return kind === undefined ? null : { key, kind, who: "ann", at: 0, ...noTerms }
    })
  )

describe("programs that others need", () => {
  it("are needed along the whole way, each for the sake of one that needs it", () => {
    assert.deepEqual(
      needed([
        one("api", { migrate: "completed" }),
        one("migrate", { db: "ready" }, idle),
        one("db", {}, idle),
        one("other", {}, idle)
      ]),
      { "migrate/migrate": "api", "db/db": "migrate" }
    )
  })

  it("are not needed by what does not run itself, nor by what can do without", () => {
    assert.deepEqual(
      needed([
        one("tool", { db: "ready" }, idle),
        one("web", { cache: { optional: true } }),
        one("db", {}, idle),
        one("cache", {}, idle)
      ]),
      {}
    )
  })

  it("are all programs of a group whose name is needed", () => {
    assert.deepEqual(
      needed([
        one("web", { store: "ready" }, { instances: 2 }),
        one("db", {}, { ...idle, group: "store" }),
        one("cache", {}, { ...idle, group: "store" })
      ]),
      { "store/db": "web", "store/cache": "web" }
    )
  })

  it("are needed by what was started by hand, and by an instance that was not stopped by hand", () => {
    const programs = [one("tool", { db: "ready" }, idle), one("db", {}, idle)]
    assert.deepEqual(needed(programs, { "tool/tool/0": "started" }), { "db/db": "tool" })
    const two = [one("web", { db: "ready" }, { instances: 2 }), one("db", {}, idle)]
    assert.deepEqual(needed(two, { "web/web/0": "stopped" }), { "db/db": "web" })
    assert.deepEqual(needed(two, { "web/web/0": "stopped", "web/web/1": "stopped" }), {})
  })
})
