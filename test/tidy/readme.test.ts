import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { fieldTable, supervisordTable } from "../../src/core/explain.ts"
import { root } from "./sources.ts"

const readme = readFileSync(`${root}/README.md`, "utf8")

const between = (marker: string): string => {
  const found = readme.match(new RegExp(`<!-- ${marker} -->\n([\\s\\S]*?)<!-- /${marker} -->`))
  return (found?.[1] ?? "no such part").trim()
}

describe("the README", () => {
  it("shows the fields as the schemas have them", () => {
    assert.equal(between("fields"), fieldTable().trim())
  })

  it("shows supervisord's keys as the schemas have them", () => {
    assert.equal(between("supervisord"), supervisordTable().trim())
  })
})
