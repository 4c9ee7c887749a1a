import { stripTypeScriptTypes } from "node:module"
import { type AnyNode, parse } from "acorn"
import { assert, describe, it } from "vitest"
import { sources } from "./sources.ts"

const lineCeiling = 400
const functionCeiling = 70
const widthCeiling = 130

const banned = [
  /\bDate\.now\(/,
  /\bMath\.random\(/,
  /\bsetTimeout\(/,
  /\bsetInterval\(/,
  /\bconsole\./,
  /\bprocess\.\w/
]
const switches = [/@ts-(ignore|expect-error|nocheck)/, /biome-ignore/]
const casts = [
  /\bas any\b/,
  /: any\b/,
  /\bas unknown as\b/,
  /@ts-(ignore|expect-error|nocheck)/,
  /biome-ignore/
]
const later = /\b(TODO|FIXME|XXX)\b|not implemented/

const files = sources("src")
const everything = [...files, ...sources("test"), ...sources("bench"), ...sources("programs")]

const functionsOver = (text: string, ceiling: number): ReadonlyArray<number> => {
  const found: Array<number> = []
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(visit)
      return
    }
    if (node === null || typeof node !== "object" || !("type" in node)) return
    const { type, loc } = node as AnyNode
    const isFunction = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(
      type
    )
    if (isFunction && loc && loc.end.line - loc.start.line + 1 > ceiling) found.push(loc.start.line)
    for (const value of Object.values(node)) visit(value)
  }
  const script = stripTypeScriptTypes(text, { mode: "strip" })
  visit(parse(script, { ecmaVersion: "latest", sourceType: "module", locations: true }))
  return found
}

/** Comments and strings are prose: banned names in them are not calls. */
const code = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "))
    .replace(/(^|\s)\/\/[^\n]*/g, "$1")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replace(/`(?:[^`\\$]|\\.)*`/g, "``")

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

  it("leaves clock, randomness, timers, console and process to the os floor and entry points", () => {
    const allowed =
      /^src\/(os\/|main\.ts|keeper\/|logs\/worker|config\/evaluator\/|[a-z]+\/main\.ts)/
    const wrong = files
      .filter((file) => !allowed.test(file.path))
      .flatMap((file) => linesMatching(file.path, code(file.text), banned))
    assert.deepEqual(wrong, [])
  })

  it("has no casts that silence the compiler", () => {
    assert.deepEqual(
      files.flatMap((file) => linesMatching(file.path, code(file.text), casts)),
      []
    )
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

  it("opens every source file with prose or a single documented export", () => {
    const bare = files
      .filter((file) => file.text.split("\n").length > 60)
      .filter((file) => !/^(#!.*\n)?(import[\s\S]*?\n\n)*\/\*\*/.test(file.text))
    assert.deepEqual(
      bare.map((file) => file.path),
      []
    )
  })
})
