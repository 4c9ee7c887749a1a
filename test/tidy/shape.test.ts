import { stripTypeScriptTypes } from "node:module"
import { type AnyNode, parse } from "acorn"
import { assert, describe, it } from "vitest"
import { sources } from "./sources.ts"

const lineCeiling = 400
const functionCeiling = 70
const widthCeiling = 130

/** What only the os floor and entry points may name. An instance's own `process` has none of these members. */
const timeAndChance = ["Date.now", "Math.random", "setTimeout", "setInterval", "console"]
const nodeProcess =
  "argv env exit exitCode kill cwd chdir platform arch stdout stderr stdin on once nextTick hrtime umask getuid version versions"
    .split(" ")
    .map((member) => `process.${member}`)

const switches = [/@ts-(ignore|expect-error|nocheck)/, /biome-ignore/]
const casts = [/\bas any\b/, /: any\b/, /\bas unknown as\b/]
const later = /\b(TODO|FIXME|XXX)\b|not implemented/

const files = sources("src")
const everything = [
  ...files,
  ...sources("test").filter((file) => !file.path.includes("fixtures/")),
  ...sources("bench"),
  ...sources("programs")
]

const walk = (text: string, seen: (node: AnyNode) => void): void => {
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(visit)
      return
    }
    if (node === null || typeof node !== "object" || !("type" in node)) return
    seen(node as AnyNode)
    for (const value of Object.values(node)) visit(value)
  }
  const script = stripTypeScriptTypes(text, { mode: "strip" })
  visit(parse(script, { ecmaVersion: "latest", sourceType: "module", locations: true }))
}

const functionsOver = (text: string, ceiling: number): ReadonlyArray<number> => {
  const found: Array<number> = []
  walk(text, ({ type, loc }) => {
    const isFunction = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(
      type
    )
    if (isFunction && loc && loc.end.line - loc.start.line + 1 > ceiling) found.push(loc.start.line)
  })
  return found
}

const namesOf = (node: AnyNode): ReadonlyArray<string> => {
  if (node.type === "MemberExpression" && node.object.type === "Identifier") {
    const member = node.property.type === "Identifier" ? `.${node.property.name}` : ""
    return [node.object.name, `${node.object.name}${member}`]
  }
  return node.type === "CallExpression" && node.callee.type === "Identifier"
    ? [node.callee.name]
    : []
}

const usesOf = (text: string, names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const found: Array<string> = []
  walk(text, (node) => {
    for (const name of namesOf(node)) {
      if (names.includes(name)) found.push(`${node.loc?.start.line ?? 0} ${name}`)
    }
  })
  return found
}

/** Comments and strings are prose: what they say is no code. */
const code = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "))
    .replace(/(^|\s)\/\/[^\n]*/g, "$1")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')

const linesMatching = (path: string, text: string, patterns: ReadonlyArray<RegExp>) =>
  text
    .split("\n")
    .flatMap((line, at) =>
      patterns.some((pattern) => pattern.test(line)) ? [`${path}:${at + 1} ${line.trim()}`] : []
    )

describe("shape", () => {
  it("keeps files within the ceiling of lines", () => {
    const long = everything
      .map((file) => ({ path: file.path, lines: file.text.split("\n").length }))
      .filter((file) => file.lines > lineCeiling)
    assert.deepEqual(long, [])
  })

  it("keeps functions within the ceiling of lines", () => {
    const long = files.flatMap((file) =>
      functionsOver(file.text, functionCeiling).map((line) => `${file.path}:${line}`)
    )
    assert.deepEqual(long, [])
  })

  it("keeps lines within the ceiling of width", () => {
    const wide = everything.flatMap((file) =>
      file.text
        .split("\n")
        .flatMap((line, at) => (line.length > widthCeiling ? [`${file.path}:${at + 1}`] : []))
    )
    assert.deepEqual(wide, [])
  })

  it("leaves clock, chance, timers, console and process to the os floor and entry points", () => {
    const free = /^src\/(os\/|main\.ts|keeper\/|logs\/worker|config\/evaluator\/)/
    const entry = /^src\/(cli|daemon)\//
    const wrong = files
      .filter((file) => !free.test(file.path))
      .flatMap((file) =>
        usesOf(
          file.text,
          entry.test(file.path) ? timeAndChance : [...timeAndChance, ...nodeProcess]
        ).map((use) => `${file.path}:${use}`)
      )
    assert.deepEqual(wrong, [])
  })

  it("has no casts that silence the compiler", () => {
    const wrong = files.flatMap((file) => [
      ...linesMatching(file.path, code(file.text), casts),
      ...linesMatching(file.path, file.text, switches)
    ])
    assert.deepEqual(wrong, [])
  })

  it("leaves nothing for later and skips no test", () => {
    const skipped = /\b(it|test|describe)[A-Za-z.]*\.(skip|only|todo|fails)\b|\.(skipIf|runIf)\(/
    const wrong = [
      ...files.flatMap((file) => linesMatching(file.path, file.text, [later])),
      ...sources("test")
        .filter((file) => !file.path.startsWith("test/tidy/"))
        .flatMap((file) => linesMatching(file.path, file.text, [skipped]))
    ]
    assert.deepEqual(wrong, [])
  })

  it("has no catch-all file names", () => {
    const vague = files.filter((file) => /\/(utils?|helpers?|common|types|misc)\b/.test(file.path))
    assert.deepEqual(
      vague.map((file) => file.path),
      []
    )
  })

  it("documents every source file of some length", () => {
    const bare = files
      .filter((file) => file.text.split("\n").length > 60)
      .filter((file) => !/^\/\*\*/m.test(file.text))
    assert.deepEqual(
      bare.map((file) => file.path),
      []
    )
  })
})
