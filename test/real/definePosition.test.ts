import { execFileSync } from "node:child_process"
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const api = new URL("../../src/index.ts", import.meta.url).href
let directory = ""

beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "reeve-define-")))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const run = (name: string, lines: ReadonlyArray<string>): unknown => {
  const file = join(directory, name)
  writeFileSync(file, [`import { defineProgram } from ${JSON.stringify(api)}`, ...lines].join("\n"))
  return JSON.parse(execFileSync(process.execPath, [file], { encoding: "utf8" }))
}

describe("the position of a definition", () => {
  it("is the define… call in the user's TypeScript file, with blanks and umlauts in its path", () => {
    const source = run("grün er.ts", [
      "interface Unused { readonly a: number }",
      "",
      "const one = [ defineProgram({ command: 'true' as string })]",
      "process.stdout.write(JSON.stringify(one[0]?.source))"
    ])
    assert.deepEqual(source, { file: join(directory, "grün er.ts"), line: 4, column: 15 })
  })

  it("is the call in the helper when a helper defines", () => {
    const source = run("helper.ts", [
      "const make = (name: string) =>",
      "  defineProgram({ name, command: name })",
      "process.stdout.write(JSON.stringify(make('a').source))"
    ])
    assert.deepEqual(source, { file: join(directory, "helper.ts"), line: 3, column: 3 })
  })

  it("is there when the user's file replaces prepareStackTrace or forbids frames", () => {
    const source = run("odd.ts", [
      "Error.prepareStackTrace = () => { throw new Error('no') }",
      "Error.stackTraceLimit = 0",
      "const { source } = defineProgram({ command: 'a' })",
      "process.stdout.write(JSON.stringify([source.line, Error.stackTraceLimit]))"
    ])
    assert.deepEqual(source, [4, 0])
  })
})
