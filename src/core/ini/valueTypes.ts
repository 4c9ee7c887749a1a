/** The types of values in supervisord's files (supervisord.md 1.4). Each is a total function; failures are its texts. */
import * as Result from "effect/Result"
import { signalNumber } from "../../domain/Signal.ts"
import type { SupervisordLevel } from "../../domain/SupervisordConfig.ts"
import { supervisordLevelNames } from "../../domain/supervisordLevelNames.ts"
import { repr, strip } from "./pythonText.ts"

export type Read<A> = Result.Result<A, string>

/** What does not fit a double exactly is far beyond any meaning here. */
const bounded = (value: number): number =>
  Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value))

const wholeNumber = (text: string): number | null => {
  const digits = strip(text)
  return /^[+-]?\d+(?:_\d+)*$/.test(digits) ? bounded(Number(digits.replaceAll("_", ""))) : null
}

const noInteger = (text: string): string => `invalid literal for int() with base 10: ${repr(text)}`

/** Python's `int`: sign, digits, `_` between digits, blanks around. */
export const integer = (text: string): Read<number> => {
  const value = wholeNumber(text)
  return value === null ? Result.fail(noInteger(text)) : Result.succeed(value)
}

const truth: ReadonlyMap<string, boolean> = new Map([
  ["yes", true],
  ["true", true],
  ["on", true],
  ["1", true],
  ["no", false],
  ["false", false],
  ["off", false],
  ["0", false]
])

export const boolean = (text: string): Read<boolean> => {
  const value = truth.get(text.toLowerCase())
  return value === undefined
    ? Result.fail(`not a valid boolean value: ${repr(text)}`)
    : Result.succeed(value)
}

export const autorestart = (text: string): Read<"always" | "unexpected" | "never"> => {
  const lower = text.toLowerCase()
  if (lower === "unexpected") return Result.succeed("unexpected")
  const value = truth.get(lower)
  if (value === undefined) return Result.fail(`invalid 'autorestart' value ${repr(lower)}`)
  return Result.succeed(value ? "always" : "never")
}

const units: ReadonlyMap<string, number> = new Map([
  ["kb", 1024],
  ["mb", 1024 ** 2],
  ["gb", 1024 ** 3]
])

/** Bytes: a whole number, with KB, MB or GB (1024-based) behind it. */
export const byteSize = (text: string): Read<number> => {
  const lower = text.toLowerCase()
  const unit = units.get(lower.slice(-2))
  const digits = unit === undefined ? lower : lower.slice(0, -2)
  return Result.map(integer(digits), (count) => bounded(count * (unit ?? 1)))
}

/** Digits from 0 to 7, with or without `0o`. */
export const octal = (text: string): Read<number> => {
  const match = /^([+-]?)(?:0[oO]_?)?([0-7]+(?:_[0-7]+)*)$/.exec(strip(text))
  if (match === null) return Result.fail(`${text} can not be converted to an octal type`)
  const value = bounded(Number.parseInt((match[2] ?? "").replaceAll("_", ""), 8))
  return Result.succeed(match[1] === "-" ? -value : value)
}

export const exitCodes = (text: string): Read<ReadonlyArray<number>> => {
  if (text === "") return Result.succeed([])
  const codes: Array<number> = []
  for (const part of text.split(",")) {
    const code = wholeNumber(part)
    if (code === null || code < 0 || code > 255) {
      return Result.fail(`not a valid list of exit codes: ${repr(text)}`)
    }
    codes.push(code)
  }
  return Result.succeed(codes)
}

/**
 * A signal's number, from its number or its name. 0 passes; of the real-time signals only the first and the last have a
 * name or a number that is accepted.
 */
export const signal = (text: string): Read<number> => {
  const number = wholeNumber(text)
  if (number === null) {
    const named = /^[A-Za-z]\w*$/.test(strip(text)) ? signalNumber(text) : null
    return named === null
      ? Result.fail(`value ${repr(text)} is not a valid signal name`)
      : Result.succeed(named)
  }
  const known = (number >= 0 && number <= 31) || number === 34 || number === 64
  return known
    ? Result.succeed(number)
    : Result.fail(`value ${repr(text)} is not a valid signal number`)
}

/** Parts between commas, trimmed; empty ones are kept. An empty text has none. */
export const stringList = (text: string): ReadonlyArray<string> =>
  text === "" ? [] : text.split(",").map(strip)

/** The name of a program or group. */
export const processOrGroupName = (text: string): Read<string> => {
  const name = strip(text)
  const wrong = [" ", ":", "/"].find((character) => name.includes(character))
  return wrong === undefined
    ? Result.succeed(name)
    : Result.fail(`Invalid name: ${repr(text)} because of character: ${repr(wrong)}`)
}

/** `auto` and `none` in any case are words, `syslog` is the deprecated way to ask for it; all else is a path. */
export const logFileWord = (text: string): "auto" | "none" | "syslog" | null => {
  const lower = text.toLowerCase()
  if (lower === "auto" || lower === "syslog") return lower
  return lower === "none" || lower === "off" || lower === "" ? "none" : null
}

/** `warning` is none. */
export const logLevel = (text: string): Read<SupervisordLevel> => {
  const lower = text.toLowerCase()
  const level = supervisordLevelNames.find((one) => one === lower)
  return level === undefined
    ? Result.fail(`bad logging level name ${repr(text)}`)
    : Result.succeed(level)
}
