/** Python's `%d`, `%x`, `%f` and their kin, for one value. Fails with Python's words. */
import * as Result from "effect/Result"
import type { Directive } from "./percentFormat.ts"

export const formatNumber = (
  value: string | number,
  directive: Directive
): Result.Result<string, string> => {
  const { conversion } = directive
  if (conversion === "c") return formatCharacter(value, directive)
  const floating = "eEfFgG".includes(conversion)
  if (typeof value === "string") {
    if (floating) return Result.fail("must be real number, not str")
    const wanted = "oxX".includes(conversion) ? "an integer" : "a real number"
    return Result.fail(`%${conversion} format: ${wanted} is required, not str`)
  }
  const { prefix, digits } = floating
    ? floatDigits(value, directive)
    : wholeDigits(value, directive)
  const sign = value < 0 ? "-" : directive.plus ? "+" : directive.blank ? " " : ""
  const missing = Math.max(0, (directive.width ?? 0) - (sign + prefix + digits).length)
  if (directive.left) return Result.succeed(sign + prefix + digits + " ".repeat(missing))
  return Result.succeed(
    directive.zero
      ? sign + prefix + "0".repeat(missing) + digits
      : " ".repeat(missing) + sign + prefix + digits
  )
}

const formatCharacter = (
  value: string | number,
  { left, width }: Directive
): Result.Result<string, string> => {
  if (typeof value === "string" && [...value].length !== 1) {
    return Result.fail("%c requires int or char")
  }
  if (typeof value === "number" && (value < 0 || value > 0x10ffff)) {
    return Result.fail("%c arg not in range(0x110000)")
  }
  const character = typeof value === "string" ? value : String.fromCodePoint(value)
  const blanks = " ".repeat(Math.max(0, (width ?? 0) - 1))
  return Result.succeed(left ? character + blanks : blanks + character)
}

interface Digits {
  /** `0x` and its kin; zeros of the width stand behind it. */
  readonly prefix: string
  readonly digits: string
}

const wholeDigits = (value: number, directive: Directive): Digits => {
  const { conversion, alternate, precision } = directive
  const base = conversion === "o" ? 8 : conversion === "x" || conversion === "X" ? 16 : 10
  const written = Math.abs(value)
    .toString(base)
    .padStart(precision ?? 0, "0")
  const sign = alternate && base !== 10 ? `0${conversion}` : ""
  return { prefix: sign, digits: conversion === "X" ? written.toUpperCase() : written }
}

const floatDigits = (value: number, { conversion, precision, alternate }: Directive): Digits => {
  const size = precision ?? 6
  const amount = Math.abs(value)
  const kind = conversion.toLowerCase()
  let digits: string
  if (kind === "f") digits = fixedPoint(amount, size)
  else if (kind === "e") digits = exponential(amount, size)
  else digits = general(amount, Math.max(1, size), alternate)
  if (alternate && !digits.includes(".")) digits = digits.replace(/^\d+/, "$&.")
  return { prefix: "", digits: conversion === kind ? digits : digits.toUpperCase() }
}

/** JavaScript gives at most 100 places; all others of a whole number are zeros, too. */
const places = (size: number): number => Math.min(size, 100)

const fixedPoint = (amount: number, size: number): string =>
  amount.toFixed(places(size)) + "0".repeat(size - places(size))

const exponential = (amount: number, size: number): string => {
  const [digits, exponent = ""] = amount.toExponential(places(size)).split("e")
  return `${digits}${"0".repeat(size - places(size))}e${exponent.replace(/^([+-])(\d)$/, "$10$2")}`
}

const general = (amount: number, size: number, alternate: boolean): string => {
  const exponent = amount === 0 ? 0 : Number(amount.toExponential().split("e")[1])
  const full =
    exponent >= size ? exponential(amount, size - 1) : fixedPoint(amount, size - 1 - exponent)
  return alternate || !full.includes(".") ? full : full.replace(/\.?0+(?=e|$)/, "")
}
