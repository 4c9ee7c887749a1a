/**
 * Python's `text % mapping`, as far as a mapping of texts and whole numbers can be formatted (supervisord.md 1.5), with
 * Python's words for what is wrong. One thing is refused that Python does: a bare `%s` gives the whole mapping as text
 * there, environment and all.
 */
import * as Result from "effect/Result"
import { formatNumber } from "./formatNumber.ts"
import { repr } from "./pythonText.ts"

export interface Names {
  readonly get: (name: string) => string | number | undefined
  /** All names, in any order. */
  readonly list: () => Iterable<string>
}

/** Looks in each map in turn. */
export const namesOf = (...layers: ReadonlyArray<ReadonlyMap<string, string | number>>): Names => ({
  get: (name) => layers.find((layer) => layer.has(name))?.get(name),
  list: () => new Set(layers.flatMap((layer) => [...layer.keys()]))
})

/** The text with its names replaced, or supervisord's sentence. `label` is what the sentence calls the value. */
export const expand = (
  text: string,
  names: Names,
  label: string
): Result.Result<string, string> => {
  if (!text.includes("%")) return Result.succeed(text)
  const result = percentFormat(text, names)
  if (Result.isSuccess(result)) return Result.succeed(result.success)
  const fault = result.failure
  const head = `Format string ${repr(text)} for ${repr(label)}`
  return Result.fail(
    fault.kind === "unknown"
      ? `${head} contains names (${repr(fault.name)}) which cannot be expanded. ` +
          `Available names: ${[...names.list()].sort().join(", ")}`
      : `${head} is badly formatted: ${fault.reason}`
  )
}

export type FormatFault =
  | { readonly kind: "unknown"; readonly name: string }
  | { readonly kind: "bad"; readonly reason: string }

export const percentFormat = (text: string, names: Names): Result.Result<string, FormatFault> => {
  const reading: Reading = { characters: [...text], at: 0, names, argument: mappingItself }
  let output = ""
  while (reading.at < reading.characters.length) {
    const character = reading.characters[reading.at] ?? ""
    reading.at += 1
    if (character !== "%") {
      output += character
      continue
    }
    const piece = readDirective(reading)
    if (Result.isFailure(piece)) return Result.fail(piece.failure)
    output += piece.success
  }
  return Result.succeed(output)
}

/** How a directive wants its value: `%-05.2d`. Width and precision null: not given. */
export interface Directive {
  readonly left: boolean
  readonly plus: boolean
  readonly blank: boolean
  readonly alternate: boolean
  readonly zero: boolean
  readonly width: number | null
  readonly precision: number | null
  readonly conversion: string
}

/** What the next directive without a name of its own gets: the mapping, at first, then what is left of a name. */
type Argument =
  | { readonly kind: "mapping" }
  | { readonly kind: "value"; readonly value: string | number }
  | { readonly kind: "used" }
const mappingItself: Argument = { kind: "mapping" }

interface Reading {
  readonly characters: ReadonlyArray<string>
  at: number
  readonly names: Names
  argument: Argument
}

const bad = (reason: string): Result.Result<never, FormatFault> =>
  Result.fail({ kind: "bad", reason })

const readDirective = (reading: Reading): Result.Result<string, FormatFault> => {
  if (reading.characters[reading.at] === "%") {
    reading.at += 1
    return Result.succeed("%")
  }
  const named = readName(reading)
  if (Result.isFailure(named)) return Result.fail(named.failure)
  const flags = readFlags(reading)
  const width = readSize(reading, "width", flags.left)
  if (Result.isFailure(width)) return Result.fail(width.failure)
  let precision: number | null = null
  if (reading.characters[reading.at] === ".") {
    reading.at += 1
    const size = readSize(reading, "precision", false)
    if (Result.isFailure(size)) return Result.fail(size.failure)
    precision = Math.max(0, size.success.size ?? 0)
  }
  if (/^[hlL]$/.test(reading.characters[reading.at] ?? "")) reading.at += 1
  const conversion = reading.characters[reading.at]
  if (conversion === undefined) return bad("incomplete format")
  reading.at += 1
  return convert(reading, {
    ...flags,
    left: width.success.left,
    width: width.success.size,
    precision,
    conversion
  })
}

/** `(name)`, whose parentheses may hold others; the value it stands for is what the directive formats. */
const readName = (reading: Reading): Result.Result<void, FormatFault> => {
  if (reading.characters[reading.at] !== "(") return Result.succeed(undefined)
  let depth = 1
  let name = ""
  reading.at += 1
  while (depth > 0) {
    const character = reading.characters[reading.at]
    if (character === undefined) return bad("incomplete format key")
    reading.at += 1
    if (character === "(") depth += 1
    if (character === ")") depth -= 1
    if (depth > 0) name += character
  }
  const value = reading.names.get(name)
  if (value === undefined) return Result.fail({ kind: "unknown", name })
  reading.argument = { kind: "value", value }
  return Result.succeed(undefined)
}

const readFlags = (reading: Reading) => {
  const flags = { left: false, plus: false, blank: false, alternate: false, zero: false }
  for (;;) {
    const character = reading.characters[reading.at]
    if (character === "-") flags.left = true
    else if (character === "+") flags.plus = true
    else if (character === " ") flags.blank = true
    else if (character === "#") flags.alternate = true
    else if (character === "0") flags.zero = true
    else return flags
    reading.at += 1
  }
}

/** Beyond this a width is a slip; Python would fill the memory. */
const maxSize = 100_000

interface Size {
  readonly size: number | null
  readonly left: boolean
}

const readSize = (
  reading: Reading,
  what: "width" | "precision",
  left: boolean
): Result.Result<Size, FormatFault> => {
  if (reading.characters[reading.at] === "*") {
    reading.at += 1
    const argument = take(reading)
    if (argument.kind === "used") return notEnough
    if (argument.kind === "mapping" || typeof argument.value !== "number") return bad("* wants int")
    const negative = argument.value < 0
    return Result.succeed({ size: Math.abs(argument.value), left: left || negative })
  }
  let size: number | null = null
  while (/^[0-9]$/.test(reading.characters[reading.at] ?? "")) {
    size = (size ?? 0) * 10 + Number(reading.characters[reading.at])
    if (size > maxSize) return bad(what === "width" ? "width too big" : "precision too big")
    reading.at += 1
  }
  return Result.succeed({ size, left })
}

const notEnough = bad("not enough arguments for format string")

const take = (reading: Reading): Argument => {
  const { argument } = reading
  reading.argument = { kind: "used" }
  return argument
}

const convert = (reading: Reading, directive: Directive): Result.Result<string, FormatFault> => {
  const { conversion } = directive
  const argument = take(reading)
  if (argument.kind === "used") return notEnough
  if (!"diouxXeEfFgGcrsa".includes(conversion)) {
    const code = conversion.codePointAt(0) ?? 0
    const shown = code > 31 && code < 127 ? conversion : "?"
    const sign = `'${shown}' (0x${code.toString(16)})`
    return bad(`unsupported format character ${sign} at index ${reading.at - 1}`)
  }
  if (argument.kind === "mapping") return ofMapping(conversion)
  if ("rsa".includes(conversion)) return Result.succeed(formatText(argument.value, directive))
  return Result.mapError(formatNumber(argument.value, directive), (reason) => ({
    kind: "bad",
    reason
  }))
}

const ofMapping = (conversion: string): Result.Result<string, FormatFault> => {
  if ("rsa".includes(conversion))
    return bad(`%${conversion} needs a name, or %% for a percent sign`)
  if (conversion === "c") return bad("%c requires int or char")
  if ("eEfFgG".includes(conversion)) return bad("must be real number, not dict")
  const wanted = "oxX".includes(conversion) ? "an integer" : "a real number"
  return bad(`%${conversion} format: ${wanted} is required, not dict`)
}

const formatText = (value: string | number, directive: Directive): string => {
  const isText = typeof value === "string"
  let text = isText && directive.conversion !== "s" ? repr(value) : String(value)
  if (directive.conversion === "a") text = asciiOnly(text)
  if (directive.precision !== null) text = [...text].slice(0, directive.precision).join("")
  return pad(text, directive)
}

const asciiOnly = (text: string): string =>
  text.replace(/[^\0-\x7f]/gu, (character) => {
    const digits = (character.codePointAt(0) ?? 0).toString(16)
    if (digits.length <= 2) return `\\x${digits.padStart(2, "0")}`
    return digits.length <= 4 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`
  })

const pad = (text: string, { left, width }: Directive): string => {
  const missing = Math.max(0, (width ?? 0) - [...text].length)
  return left ? text + " ".repeat(missing) : " ".repeat(missing) + text
}
