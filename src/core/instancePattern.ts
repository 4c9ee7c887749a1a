/**
 * Finds what a text has in common for all instances of a program: the same characters, and numbers that follow the
 * index. Used to write instances that were expanded long ago as one definition again.
 */

/** Text that all share, the index with zeros up to a width (0: without), or a number that is the index and a base. */
export type PatternPart =
  | string
  | { readonly kind: "index"; readonly width: number }
  | { readonly kind: "offset"; readonly base: number }

/** Null: they have no such pattern. `texts` and `indexes` are as long as each other. */
export const instancePattern = (
  texts: ReadonlyArray<string>,
  indexes: ReadonlyArray<number>
): ReadonlyArray<PatternPart> | null => {
  const [first] = texts
  if (first === undefined) return null
  if (texts.every((text) => text === first)) return [first]
  const number = indexes.some((index) => index < 0) ? /(-?\d+)/ : /(\d+)/
  const pieces = texts.map((text) => text.split(number))
  const length = pieces[0]?.length ?? 0
  if (pieces.some((piece) => piece.length !== length)) return null
  const parts: Array<PatternPart> = []
  for (let at = 0; at < length; at += 1) {
    const part = commonPart(
      pieces.map((piece) => piece[at] ?? ""),
      indexes
    )
    if (part === null) return null
    const last = parts.at(-1)
    if (typeof part === "string" && typeof last === "string") parts[parts.length - 1] = last + part
    else parts.push(part)
  }
  return parts.filter((part) => part !== "")
}

const commonPart = (
  pieces: ReadonlyArray<string>,
  indexes: ReadonlyArray<number>
): PatternPart | null => {
  const [first = ""] = pieces
  if (pieces.every((piece) => piece === first)) return first
  const follows = (make: (index: number) => string): boolean =>
    pieces.every((piece, position) => piece === make(indexes[position] ?? 0))
  if (follows(String)) return { kind: "index", width: 0 }
  const width = Math.min(...pieces.map((piece) => piece.length))
  const natural = indexes.every((index) => index >= 0)
  if (natural && follows((index) => String(index).padStart(width, "0"))) {
    return { kind: "index", width }
  }
  const base = Number(first) - (indexes[0] ?? 0)
  const whole = Number.isSafeInteger(base) && base >= 0
  return whole && follows((index) => String(base + index)) ? { kind: "offset", base } : null
}
