/**
 * Text as Python sees it. supervisord's parser and its messages follow Python's notion of white space and of `repr`, and
 * JavaScript's differ in both; nothing else of reeve needs these.
 */

/** What `str.isspace` is true for, and what `\s` matches in a Python pattern. */
const space =
  "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
const leading = new RegExp(`^[${space}]+`)
const single = new RegExp(`[${space}]`)
const runs = new RegExp(`[${space}]+`)

export const isSpace = (character: string): boolean => single.test(character)

/** `str.rstrip()` */
export const stripEnd = (text: string): string => {
  // A pattern anchored at the end would look at every run of white space in a long text.
  let end = text.length
  while (end > 0 && isSpace(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}

/** `str.lstrip()` */
export const stripStart = (text: string): string => text.replace(leading, "")

/** `str.strip()` */
export const strip = (text: string): string => stripEnd(stripStart(text))

/** `str.split()`: the runs between white space. */
export const words = (text: string): ReadonlyArray<string> =>
  text.split(runs).filter((word) => word !== "")

/** `repr` of a string: single quotes, double ones when only single ones are inside. */
export const repr = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  let shown = ""
  for (const character of text) shown += character === quote ? `\\${quote}` : printable(character)
  return quote + shown + quote
}

const named: ReadonlyMap<string, string> = new Map([
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"]
])

const printable = (character: string): string => {
  const name = named.get(character)
  if (name !== undefined) return name
  if (character === " " || !/^[\p{C}\p{Z}]$/u.test(character)) return character
  const code = character.codePointAt(0) ?? 0
  const digits = code.toString(16)
  if (code < 0x100) return `\\x${digits.padStart(2, "0")}`
  return code < 0x10000 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`
}
