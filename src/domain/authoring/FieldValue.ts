/** The types of values that program files hold, as schemas over plain JSON, each with the sentence for what it refuses. */
import * as Schema from "effect/Schema"
import { parseByteSize } from "../ByteSize.ts"
import { formatDuration, parseDuration } from "../Duration.ts"
import { longestDurationMs, nameLength } from "../limits.ts"
import { signalNumber } from "../Signal.ts"
import { expecting, type Refusal, refusing } from "./Field.ts"
import { markerPattern } from "./Marker.ts"

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null

const says = (sentence: (value: unknown, shown: string) => string): Refusal => sentence

const plainText = Schema.String.check(Schema.makeFilter((text) => !text.includes("\0")))

const refuseText = says((value, shown) => {
  if (typeof value === "string") return "a NUL character cannot be passed to a process"
  if (typeof value === "number") return `expected text, found ${shown}; write it in quotes`
  return `expected text, found ${shown}`
})

/** Text that the operating system takes: without NUL. */
export const Text = refusing(plainText, refuseText)

/** Text of a path: `~` is a shell's abbreviation and means nothing here. */
export const PathText = refusing(
  plainText.check(Schema.makeFilter((text) => text !== "" && !/^~(\/|$)/.test(text))),
  says((value, shown) => {
    if (value === "") return "a path cannot be empty"
    if (typeof value === "string" && value.startsWith("~")) {
      return `${shown} is not expanded; write the path in full, or use homedir() of node:os`
    }
    return refuseText(value, shown) ?? ""
  })
)

export const Flag = refusing(Schema.Boolean, expecting("true or false"))

export const oneOf = <const L extends readonly [string, ...Array<string>]>(literals: L) =>
  refusing(Schema.Literals(literals), expecting(alternatives(literals)))

const alternatives = (texts: ReadonlyArray<string>): string => {
  const quoted = texts.map((text) => JSON.stringify(text))
  return quoted.length < 2
    ? quoted.join("")
    : `${quoted.slice(0, -1).join(", ")} or ${quoted[quoted.length - 1]}`
}

export const Count = (least: number, most: number) =>
  refusing(
    Schema.Finite.check(
      Schema.makeFilter((n) => Number.isSafeInteger(n) && n >= least && n <= most)
    ),
    expecting(
      most === Number.MAX_SAFE_INTEGER
        ? `a whole number${least === Number.MIN_SAFE_INTEGER ? "" : `, ${least} or more`}`
        : `a whole number from ${least} to ${most}`
    )
  )

/** A field that programs have elsewhere, and that has no place here: with the sentence that says why. */
export const notHere = (why: string) => Schema.optionalKey(refusing(Schema.Never, () => why))

export const Share = refusing(
  Schema.Finite.check(Schema.makeFilter((n) => n >= 0 && n <= 1)),
  expecting("a number from 0 to 1")
)

/** The kernel's least is a hundredth of one. */
export const Processors = refusing(
  Schema.Finite.check(Schema.makeFilter((n) => n >= 0.01 && n <= 10_000)),
  expecting("a number of processors from 0.01 to 10000")
)

export const Factor = refusing(
  Schema.Finite.check(Schema.makeFilter((n) => n >= 1 && n <= 100)),
  expecting("a number from 1 to 100")
)

const isDuration = (text: string): boolean => {
  const millis = parseDuration(text)
  return millis !== null && millis <= longestDurationMs
}

const inSeconds = (count: number): string => (count === 1 ? "1 second" : `${count} seconds`)

const refuseDuration = (example: string, also: string): Refusal =>
  says((value, shown) => {
    if (typeof value === "number") {
      const likely =
        value >= 0 && Number.isInteger(value) ? `"${inSeconds(value)}"` : `"${example}"`
      return `${shown} is a bare number; write ${likely}`
    }
    if (typeof value === "string" && parseDuration(value) !== null) {
      return `${shown} is longer than the longest duration, ${formatDuration(longestDurationMs)}`
    }
    if (typeof value === "string" && /^\s*\d+(\.\d+)?\s*$/.test(value)) {
      return `${shown} has no unit; write "${inSeconds(Number(value))}"`
    }
    return `expected a duration such as "${example}" or "500ms"${also}, found ${shown}`
  })

const durationText = Schema.String.check(Schema.makeFilter(isDuration))

export const Duration = refusing(durationText, refuseDuration("10 seconds", ""))

export const durationOr = <const W extends string>(word: W) =>
  refusing(
    Schema.Union([
      Schema.Literal(word),
      durationText.check(Schema.makeFilter((text) => text !== word))
    ]),
    refuseDuration("1 minute", `, or "${word}"`)
  )

export const Seconds = refusing(
  durationText.check(
    Schema.makeFilter((text) => {
      const millis = parseDuration(text) ?? 0
      return millis >= 1000 && millis % 1000 === 0
    })
  ),
  says((value, shown) =>
    typeof value === "string" && isDuration(value)
      ? `expected whole seconds, at least one, found ${shown}`
      : (refuseDuration("10 minutes", "")(value, shown) ?? "")
  )
)

export const ByteSize = refusing(
  Schema.Union([Schema.String, Schema.Finite]).check(
    Schema.makeFilter((size) => parseByteSize(size) !== null)
  ),
  expecting('a size such as "50MB", or a number of bytes')
)

export const Signal = refusing(
  Schema.String.check(Schema.makeFilter((name) => signalNumber(name) !== null)),
  says((value, shown) =>
    typeof value === "number"
      ? `expected the name of a signal such as "TERM", found ${shown}; write it in quotes`
      : `expected the name of a signal such as "TERM" or "USR1", found ${shown}`
  )
)

export const Umask = refusing(
  Schema.String.check(Schema.makeFilter((text) => /^0?[0-7]{1,3}$/.test(text))),
  says((value, shown) =>
    typeof value === "number"
      ? `${shown} is a number; write the mask as octal text such as "022"`
      : `expected octal text such as "022", found ${shown}`
  )
)

export const FileMode = refusing(
  Schema.String.check(Schema.makeFilter((text) => /^0?[0-7]{3}$/.test(text))),
  says((value, shown) =>
    typeof value === "number"
      ? `${shown} is a number; write the mode as octal text such as "0700"`
      : `expected octal text such as "0700", found ${shown}`
  )
)

/** `user` or `user:group`. */
export const OwnerText = refusing(
  plainText.check(Schema.makeFilter((text) => text !== "")),
  expecting('a user such as "www-data" or "www-data:web"')
)

/** Why a text cannot be a name (supervisord.md 1.4, and what file names and terminals need); null: it can. */
export const nameFault = (name: string): string | null => {
  if (name === "") return "a name cannot be empty"
  if (name === "." || name === "..") return `"${name}" cannot be a name`
  const found = /[\s:/\p{Cc}\p{Cf}\u2028\u2029]/u.exec(name)
  if (found !== null) {
    return `${JSON.stringify(name)} cannot be a name because of the character ${JSON.stringify(found[0])}`
  }
  if (name.length > nameLength)
    return `a name has at most ${nameLength} characters, this one has ${name.length}`
  if (name.search(markerPattern) >= 0)
    return "a name cannot hold a value that differs from instance to instance"
  return null
}

export const Name = refusing(
  Schema.String.check(Schema.makeFilter((name) => nameFault(name) === null)),
  says((value, shown) =>
    typeof value === "string" ? (nameFault(value) ?? "") : `expected a name, found ${shown}`
  )
)

/** A variable's name: anything that can stand before `=` in an environment. */
export const VariableName = refusing(
  Schema.String.check(Schema.makeFilter((name) => variableFault(name) === null)),
  says((value, shown) =>
    typeof value === "string"
      ? (variableFault(value) ?? "")
      : `expected the name of a variable, found ${shown}`
  )
)

export const variableFault = (name: string): string | null => {
  if (name === "") return "the name of a variable cannot be empty"
  if (/[=\0]/.test(name))
    return `${JSON.stringify(name)} cannot be the name of a variable: it holds "=" or NUL`
  if (name.search(markerPattern) >= 0)
    return "the name of a variable cannot differ from instance to instance"
  return null
}

/** For unions of text and structure: refuses with `what`, but lets the parts of an object or array speak for themselves. */
export const expectingOrParts =
  (what: string): Refusal =>
  (value, shown) =>
    isObject(value) ? null : `expected ${what}, found ${shown}`

/** The same of a record whose names are free: a list of names is told what it is to be. */
export const expectingRecord =
  (what: string): Refusal =>
  (value, shown) =>
    isObject(value) && !Array.isArray(value) ? null : `expected ${what}, found ${shown}`
