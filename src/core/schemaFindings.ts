/**
 * Turns what a schema found wrong into sentences for people: one for each value at fault, with its path. A union that
 * refuses a value says once what it expects, unless the fault is plainly in a part of one of its members.
 */
import type * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import { refusalOf } from "../domain/authoring/Field.ts"
import { holdsCredentials, looksSecret } from "./concealed.ts"
import { didYouMean } from "./didYouMean.ts"
import { explainedPaths, supervisordKeys, supervisordPath } from "./explainedFields.ts"

export type Path = ReadonlyArray<string | number>

/** `path` leads to the value; `message` begins with it. */
export interface Finding {
  readonly path: Path
  readonly message: string
  readonly hint: string | null
}

export const schemaFindings = (
  issue: SchemaIssue.Issue,
  input: unknown
): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  visit({ input, findings }, issue, [])
  return findings
}

/** A path as authors write it: `logs.stderr.file`, `command[1]`, `environment["a.b"]`. */
export const pathText = (path: Path): string => {
  let text = ""
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`
    else if (!/^[A-Za-z_$][\w$]*$/.test(step)) text += `[${JSON.stringify(step)}]`
    else text += text === "" ? step : `.${step}`
  }
  return text
}

export const finding = (path: Path, rest: string, hint: string | null = null): Finding => ({
  path,
  message: path.length === 0 ? rest : `${pathText(path)}: ${rest}`,
  hint
})

interface Walk {
  readonly input: unknown
  readonly findings: Array<Finding>
}

const visit = (walk: Walk, issue: SchemaIssue.Issue, path: Path): void => {
  switch (issue._tag) {
    case "Pointer":
      visit(walk, issue.issue, [...path, ...issue.path.map(step)])
      return
    case "Composite":
    case "AnyOf":
      if (refused(walk, issue.ast, path)) return
      for (const part of distinct(issue)) visit(walk, part, path)
      return
    case "Encoding":
    case "Filter":
      visit(walk, issue.issue, path)
      return
    case "InvalidType":
      if (!refused(walk, issue.ast, path)) add(walk, path, wrongType(walk, issue.ast, path))
      return
    case "OneOf":
      if (!refused(walk, issue.ast, path)) add(walk, path, "is ambiguous")
      return
    case "MissingKey":
      add(walk, path, "is missing")
      return
    case "UnexpectedKey":
      unexpected(walk, issue.ast, path)
      return
    case "InvalidValue":
    case "Forbidden":
      add(walk, path, `expected another value, found ${shown(walk, path)}`)
      return
  }
}

const step = (key: PropertyKey): string | number => (typeof key === "symbol" ? String(key) : key)

/** Members of a union that all fail describe the same value: the first structured one tells the most. */
const distinct = (
  issue: SchemaIssue.Composite | SchemaIssue.AnyOf
): ReadonlyArray<SchemaIssue.Issue> => {
  if (issue._tag === "Composite") return issue.issues
  const structured = issue.issues.find((part) => part._tag === "Composite" || part._tag === "AnyOf")
  return structured === undefined ? issue.issues.slice(0, 1) : [structured]
}

const add = (walk: Walk, path: Path, rest: string, hint: string | null = null): void => {
  walk.findings.push(finding(path, rest, hint))
}

const refused = (walk: Walk, ast: SchemaAST.AST, path: Path): boolean => {
  const sentence = refusalOf(ast)?.(valueAt(walk.input, path), shown(walk, path))
  if (sentence === undefined || sentence === null) return false
  add(walk, path, sentence, likelyLiteral(ast, valueAt(walk.input, path)))
  return true
}

/** Of a long list of words the sentence names none. */
const likelyLiteral = (ast: SchemaAST.AST, value: unknown): string | null => {
  if (ast._tag !== "Union" || ast.types.length < 9 || typeof value !== "string") return null
  const words = ast.types.flatMap((type) =>
    type._tag === "Literal" && typeof type.literal === "string" ? [type.literal] : []
  )
  const near = didYouMean(value, words, 1)[0]
  return near === undefined ? null : `did you mean ${JSON.stringify(near)}?`
}

const wrongType = (walk: Walk, ast: SchemaAST.AST, path: Path): string => {
  const found = shown(walk, path)
  if (ast._tag === "Objects") return `expected a record of fields, found ${found}`
  if (ast._tag === "Arrays") return `expected an array, found ${found}`
  return `expected another value, found ${found}`
}

const unexpected = (walk: Walk, ast: SchemaAST.AST, path: Path): void => {
  const key = String(path.at(-1))
  const siblings =
    ast._tag === "Objects" ? ast.propertySignatures.map((field) => String(field.name)) : []
  add(walk, path, "there is no such field", hintFor(key, pathText(path.slice(0, -1)), siblings))
}

const hintFor = (key: string, parent: string, siblings: ReadonlyArray<string>): string | null => {
  const known = supervisordPath(key)
  if (known !== null) return `supervisord's ${key} is ${known} here`
  const near = didYouMean(key, siblings, 1)[0]
  if (near !== undefined) return `did you mean ${parent === "" ? near : `${parent}.${near}`}?`
  const elsewhere = explainedPaths().filter((path) => path.endsWith(`.${key}`))
  if (elsewhere.length > 0) return `did you mean ${elsewhere.slice(0, 3).join(" or ")}?`
  const likely = didYouMean(key, supervisordKeys(), 1)[0]
  if (likely !== undefined) return `did you mean ${supervisordPath(likely) ?? likely}?`
  return siblings.length > 0 && siblings.length <= 8 ? `known here: ${siblings.join(", ")}` : null
}

const valueAt = (input: unknown, path: Path): unknown => {
  let value = input
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

const shownLength = 60

/** The value as text; of what may be a secret only that it is there. */
const shown = (walk: Walk, path: Path): string => {
  const secret = path.some((key) => key === "environment" || looksSecret(String(key)))
  const value = valueAt(walk.input, path)
  if (value === undefined) return "nothing"
  const text = JSON.stringify(value)
  if (secret || holdsCredentials(text)) return "a value that is not shown"
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text
}
