import { stripTypeScriptTypes } from "node:module"
import { dirname, join, normalize } from "node:path"
import { assert, describe, it } from "vitest"
import { sources } from "./sources.ts"

/** Design 12: a file imports its own floor and those below. */
const floors: Readonly<Record<string, number>> = {
  domain: 0,
  core: 1,
  os: 2,
  config: 3,
  store: 3,
  logs: 3,
  supervise: 3,
  reconcile: 3,
  events: 3,
  api: 4,
  supervisord: 4,
  web: 4,
  keeper: 5,
  daemon: 5,
  cli: 5
}

const floorOf = (path: string): number => {
  const [, folder = ""] = path.split("/")
  if (path === "src/main.ts") return 5
  // What users import: definitions and nothing of the machinery.
  if (path === "src/index.ts") return 0
  const floor = floors[folder]
  if (floor === undefined) throw new Error(`${path} is on no floor`)
  return floor
}

const importsOf = (text: string): ReadonlyArray<string> =>
  [
    ...text.matchAll(/(?:from|import|createRequire\(import\.meta\.url\))\s*\(?\s*"([^"]+)"/g)
  ].flatMap(([, target]) => target ?? [])

describe("floors", () => {
  const files = sources("src")

  it("finds the source files", () => {
    assert.isAbove(files.length, 50)
  })

  it("has no file that imports a floor above its own", () => {
    const wrong = files.flatMap((file) =>
      importsOf(file.text)
        .filter((target) => target.startsWith("."))
        .map((target) => normalize(join(dirname(file.path), target)))
        .filter((target) => target.startsWith("src/"))
        .filter((target) => floorOf(target) > floorOf(file.path))
        .map((target) => `${file.path} imports ${target}`)
    )
    assert.deepEqual(wrong, [])
  })

  it("touches node:* and FFI on the os floor and in entry points only", () => {
    const allowed = /^src\/(os|keeper|daemon|cli|main\.ts|config\/evaluator|logs\/worker)/
    const wrong = files
      .filter((file) => !allowed.test(file.path))
      .flatMap((file) =>
        importsOf(file.text)
          .filter((target) => target.startsWith("node:") || target === "koffi")
          .map((target) => `${file.path} imports ${target}`)
      )
    assert.deepEqual(wrong, [])
  })

  it("keeps the keeper small: below 500 lines, and nothing but koffi behind it", () => {
    const byPath = new Map(files.map((file) => [file.path, file.text]))
    const own = files.filter(({ path }) => path.startsWith("src/keeper/"))
    const lines = own.reduce((sum, { text }) => sum + text.split("\n").length - 1, 0)
    assert.isAbove(lines, 100)
    assert.isBelow(lines, 500)
    const reached = new Set(own.map(({ path }) => path))
    const packages = new Set<string>()
    for (const path of reached) {
      for (const target of importsOf(withoutTypes(byPath.get(path) ?? ""))) {
        if (target.startsWith(".")) reached.add(normalize(join(dirname(path), target)))
        else if (!target.startsWith("node:")) packages.add(target)
      }
    }
    assert.deepEqual([...packages], ["koffi"])
    assert.deepEqual(
      [...reached].filter((path) => !/^(src\/(keeper|os|core|domain)\/|package\.json$)/.test(path)),
      []
    )
  })
})

/** `import type` leaves nothing behind. */
const withoutTypes = (text: string): string => stripTypeScriptTypes(text, { mode: "strip" })
