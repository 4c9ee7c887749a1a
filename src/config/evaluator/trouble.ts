/**
 * Makes one problem out of whatever a file threw. Positions are taken from the stack, its first frame in a file of the
 * user's; where a stack tells none, the problem says what to look for, and reeve finds it in the text of the file.
 */
import { fileURLToPath } from "node:url"
import { inspect } from "node:util"
import type { RawProblem, Seek } from "./protocol.ts"

export interface Frame {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** `internal` tells files of reeve itself: a call of theirs is reported where the user made it. */
export type IsInternal = (file: string) => boolean

export const problemOf = (thrown: unknown, entry: string, internal: IsInternal): RawProblem => {
  if (!(thrown instanceof Error)) {
    return {
      ...blank(entry),
      message: `throws ${show(thrown)}, which is not an Error`,
      hint: 'write throw new Error("…"), which tells the place as well',
      seek: { kind: "throw" }
    }
  }
  const stack = textOf(thrown, "stack")
  const message = firstLine(textOf(thrown, "message"))
  const name = textOf(thrown, "name") || "Error"
  if (thrown instanceof SyntaxError) {
    const place = decorated(stack)
    if (place !== null) return { ...blank(entry), ...place, message, hint: hintFor(message) }
    const at = framesOf(stack).find((frame) => !internal(frame.file))
    if (at === undefined) return { ...blank(entry), message, seek: { kind: "syntax" } }
  }
  const [at] = framesOf(stack).filter((frame) => !internal(frame.file))
  return {
    ...blank(entry),
    ...(at ?? {}),
    message: message === "" ? `throws ${name}` : `${name}: ${message}`,
    hint: memoryHint(message)
  }
}

/** A problem at a file as a whole. */
export const blank = (file: string): RawProblem => ({
  severity: "error",
  file,
  line: null,
  column: null,
  message: "",
  hint: null,
  seek: null
})

/** An error of type stripping: `at` is the file it was read from. */
export const strippingProblem = (thrown: unknown, file: string): RawProblem => {
  const stack = thrown instanceof Error ? textOf(thrown, "stack") : ""
  const message = thrown instanceof Error ? firstLine(textOf(thrown, "message")) : show(thrown)
  const place = decorated(stack) ?? {}
  const [, what] = /^TypeScript (.+) is not supported in strip-only mode$/.exec(message) ?? []
  return what === undefined
    ? { ...blank(file), ...place, file, message: `syntax error: ${message}` }
    : {
        ...blank(file),
        ...place,
        file,
        message:
          `${article(what)} cannot be used here: Node runs TypeScript by taking the types away, ` +
          "and this is more than a type",
        hint: replacementOf(what)
      }
}

export const missingImport = (
  file: string,
  specifier: string,
  message: string,
  hint: string | null
): RawProblem => {
  const seek: Seek = { kind: "import", specifier }
  return { ...blank(file), message, hint, seek }
}

/** Frames of a stack that lie in files, innermost first. */
const framesOf = (stack: string): ReadonlyArray<Frame> =>
  stack.split("\n").flatMap((line) => {
    const [, place, row, column] =
      /^ +at (?:.* \()?(?:async )?((?:file:\/\/|\/)[^()]*):(\d+):(\d+)\)?$/.exec(line) ?? []
    if (place === undefined) return []
    return [{ file: toPath(place), line: Number(row), column: Number(column) }]
  })

/** Node puts `file:line`, the line and a caret in front of the stack of some syntax errors. */
const decorated = (stack: string): Partial<Frame> | null => {
  const lines = stack.split("\n")
  const [, place = "", row] = /^(.*):(\d+)$/.exec(lines[0] ?? "") ?? []
  if (row === undefined) return null
  const caret = lines.slice(1, 5).find((line) => /^\s*\^+\s*$/.test(line))
  return {
    ...(place === "" ? {} : { file: toPath(place) }),
    line: Number(row),
    column: caret === undefined ? 1 : caret.indexOf("^") + 1
  }
}

const toPath = (place: string): string => {
  try {
    return place.startsWith("file:") ? fileURLToPath(place.replace(/\?.*$/, "")) : place
  } catch {
    return place
  }
}

/** Members of foreign errors may be anything, getters that throw included. */
const textOf = (error: Error, member: "stack" | "message" | "name"): string => {
  try {
    const text: unknown = error[member]
    return typeof text === "string" ? text : ""
  } catch {
    return ""
  }
}

const firstLine = (text: string): string => {
  const line = text.split("\n", 1)[0] ?? ""
  return line.length > 500 ? `${line.slice(0, 500)}…` : line
}

const show = (value: unknown): string => {
  try {
    return firstLine(inspect(value, { depth: 0, getters: false, maxStringLength: 100 }))
  } catch {
    return "a value that cannot be shown"
  }
}

const hintFor = (message: string): string | null =>
  message.includes("does not provide an export named")
    ? "check the name; if it is a type, write import type"
    : null

const memoryHint = (message: string): string | null =>
  /allocation failed|allocate memory|maximum size exceeded|Invalid (array|string) length/i.test(
    message
  )
    ? "a definition should need a few kilobytes; look for a loop that does not end"
    : null

const article = (what: string): string => `${/^[aeiou]/i.test(what) ? "an" : "a"} ${what}`

const replacementOf = (what: string): string => {
  if (what.includes("enum")) return 'write const Size = { small: "small", large: "large" } as const'
  if (what.includes("namespace") || what.includes("module")) {
    return "write a const object, or move it to a file of its own"
  }
  if (what.includes("parameter property"))
    return "declare the field, and assign it in the constructor"
  return "write it in plain JavaScript with types"
}
