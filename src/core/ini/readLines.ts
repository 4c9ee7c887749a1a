/**
 * The normalising pass: from the text of a file in supervisord's dialect (Python's RawConfigParser, not strict, inline
 * comments on; supervisord.md 1.2) to its headers and pairs, with comments gone, continuation lines joined, keys in lower
 * case. It never looks at what a section or a key means.
 */
import * as Result from "effect/Result"
import type { Source } from "../../domain/Instance.ts"
import type { IniLine, IniPair, IniSyntaxFault } from "./IniLine.ts"
import { isSpace, repr, strip, stripEnd, stripStart } from "./pythonText.ts"

/** `named` is what supervisord's messages call the file. */
export const readLines = (
  text: string,
  file: string,
  named: string
): Result.Result<ReadonlyArray<IniLine>, IniSyntaxFault> => {
  const start = { open: null, inSection: false, indent: 0 }
  const reading: Reading = { file, named, lines: [], bad: [], ...start }
  const raw = text.replace(/\r\n?/g, "\n").split("\n")
  for (const [index, line] of raw.entries()) {
    // The text after the last line break is no line when it is empty.
    if (index === raw.length - 1 && line === "") break
    const full = index < raw.length - 1 ? `${line}\n` : line
    const fault = readLine(reading, full, index + 1)
    if (fault !== null) return Result.fail(fault)
  }
  close(reading)
  const [first] = reading.bad
  if (first === undefined) return Result.succeed(reading.lines)
  const list = reading.bad.map(({ at, line }) => {
    const number = String(at.line).padStart(2)
    return `\n\t[line ${number}]: ${repr(line)}`
  })
  return Result.fail({
    at: first.at,
    message: `Source contains parsing errors: ${repr(named)}${list.join("")}`
  })
}

interface OpenPair {
  readonly key: string
  readonly parts: Array<string>
  readonly keyAt: Source
  readonly at: Source
}

interface Reading {
  readonly file: string
  readonly named: string
  readonly lines: Array<IniLine>
  /** The pair that a deeper indented line continues. */
  open: OpenPair | null
  inSection: boolean
  /** Indentation of the line that opened the pair or section. */
  indent: number
  readonly bad: Array<{ readonly at: Source; readonly line: string }>
}

const readLine = (reading: Reading, line: string, number: number): IniSyntaxFault | null => {
  const comment = commentStart(line)
  const value = strip(comment === null ? line : line.slice(0, comment))
  if (value === "") {
    if (comment === null) reading.open?.parts.push("")
    return null
  }
  const indent = line.length - stripStart(line).length
  const at: Source = { file: reading.file, line: number, column: indent + 1 }
  if (reading.open !== null && indent > reading.indent) {
    reading.open.parts.push(value)
    return null
  }
  reading.indent = indent
  const name = /^\[([^\n]+)\]/.exec(value)?.[1]
  if (name !== undefined) {
    close(reading)
    reading.inSection = true
    reading.lines.push({ kind: "section", name, at })
    return null
  }
  if (!reading.inSection) {
    const place = `file: ${repr(reading.named)}, line: ${number}`
    return { at, message: `File contains no section headers.\n${place}\n${repr(line)}` }
  }
  const delimiter = value.search(/[=:]/)
  if (delimiter < 0) {
    reading.bad.push({ at, line })
    return null
  }
  openPair(reading, value, delimiter, at, line)
  return null
}

const openPair = (
  reading: Reading,
  value: string,
  delimiter: number,
  at: Source,
  line: string
): void => {
  close(reading)
  const key = stripEnd(value.slice(0, delimiter)).toLowerCase()
  // The line is an error, and what is indented below it is no continuation.
  if (key === "") {
    reading.bad.push({ at, line })
    return
  }
  const rest = value.slice(delimiter + 1)
  const blank = rest.length - stripStart(rest).length
  const column = at.column + delimiter + 1 + blank
  reading.open = { key, parts: [strip(rest)], keyAt: at, at: { ...at, column } }
}

const close = (reading: Reading): void => {
  if (reading.open === null) return
  const { key, parts, keyAt, at } = reading.open
  const pair: IniPair = { kind: "pair", key, text: stripEnd(parts.join("\n")), keyAt, at }
  reading.lines.push(pair)
  reading.open = null
}

const prefixes = [";", "#"]

/**
 * Where a comment begins; null: nowhere. Python looks for both signs in step, occurrence by occurrence, and stops at the
 * first step that finds one after white space, so that an earlier comment of the other sign may stay in the value.
 */
const commentStart = (line: string): number | null => {
  const first = stripStart(line).charAt(0)
  if (prefixes.includes(first)) return 0
  let found: number | null = null
  let open = prefixes.map((prefix) => ({ prefix, index: -1 }))
  while (found === null && open.length > 0) {
    open = open
      .map(({ prefix, index }) => ({ prefix, index: line.indexOf(prefix, index + 1) }))
      .filter(({ index }) => index >= 0)
    for (const { index } of open) {
      if (index > 0 && !isSpace(line.charAt(index - 1))) continue
      found = found === null ? index : Math.min(found, index)
    }
  }
  return found
}
