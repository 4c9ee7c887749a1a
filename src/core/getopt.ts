/**
 * Command lines as Python's `getopt.getopt` reads them, with its words for what is wrong: supervisord's and supervisorctl's
 * users know both. Options end at the first word that is none, and long ones may be cut to a prefix that only one has.
 */
import * as Result from "effect/Result"

export interface ReadOptions {
  /** In their order; a long name is whole (`--loglevel`), and an option without a value has an empty one. */
  readonly options: ReadonlyArray<readonly [string, string]>
  readonly rest: ReadonlyArray<string>
}

/** `short` as in getopt(3) (`"nc:"`); a long name that takes a value ends in `=`. */
export const getopt = (
  args: ReadonlyArray<string>,
  short: string,
  long: ReadonlyArray<string>
): Result.Result<ReadOptions, string> => {
  const options: Array<readonly [string, string]> = []
  const rest = [...args]
  for (;;) {
    const word = rest[0]
    if (word === undefined || !word.startsWith("-") || word === "-") break
    rest.shift()
    if (word === "--") break
    const fault = word.startsWith("--")
      ? readLong(word.slice(2), long, rest, options)
      : readShorts(word.slice(1), short, rest, options)
    if (fault !== null) return Result.fail(fault)
  }
  return Result.succeed({ options, rest })
}

type Options = Array<readonly [string, string]>

/** Null: well read. Takes the value from `rest` where the word has none. */
const readLong = (
  word: string,
  long: ReadonlyArray<string>,
  rest: Array<string>,
  options: Options
): string | null => {
  const sign = word.indexOf("=")
  const name = sign < 0 ? word : word.slice(0, sign)
  const given = sign < 0 ? null : word.slice(sign + 1)
  const possible = long.filter((one) => one.startsWith(name))
  const [only] = possible
  if (only === undefined) return `option --${name} not recognized`
  const exact = [name, `${name}=`].find((one) => possible.includes(one))
  if (exact === undefined && possible.length > 1) return `option --${name} not a unique prefix`
  const found = exact ?? only
  const whole = found.replace(/=$/, "")
  if (!found.endsWith("=")) {
    if (given !== null) return `option --${whole} must not have an argument`
    options.push([`--${whole}`, ""])
    return null
  }
  const value = given ?? rest.shift()
  if (value === undefined) return `option --${whole} requires argument`
  options.push([`--${whole}`, value])
  return null
}

const readShorts = (
  letters: string,
  short: string,
  rest: Array<string>,
  options: Options
): string | null => {
  const left = [...letters]
  for (;;) {
    const letter = left.shift()
    if (letter === undefined) return null
    const at = letter === ":" ? -1 : short.indexOf(letter)
    if (at < 0) return `option -${letter} not recognized`
    if (short.charAt(at + 1) !== ":") {
      options.push([`-${letter}`, ""])
      continue
    }
    const value = left.length > 0 ? left.join("") : rest.shift()
    if (value === undefined) return `option -${letter} requires argument`
    options.push([`-${letter}`, value])
    return null
  }
}
