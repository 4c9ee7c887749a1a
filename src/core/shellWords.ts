/**
 * Splits a command into words by the shell's quoting rules, without a shell: no comments, no variables, no globs, line
 * breaks are blanks (supervisord.md 1.7). One difference to a shell is kept: in double quotes a backslash before
 * anything but `"` and `\` stays, even before a line break.
 */
import * as Result from "effect/Result"

export const shellWords = (text: string): Result.Result<ReadonlyArray<string>, string> => {
  const found: Array<string> = []
  // Null between words: an empty pair of quotes is a word, too.
  let word: string | null = null
  let at = 0
  while (at < text.length) {
    const character = text.charAt(at)
    if (blanks.includes(character)) {
      if (word !== null) found.push(word)
      word = null
      at += 1
      continue
    }
    const piece = readPiece(text, at)
    if (Result.isFailure(piece)) return Result.fail(piece.failure)
    word = (word ?? "") + piece.success.text
    at = piece.success.end
  }
  if (word !== null) found.push(word)
  return Result.succeed(found)
}

/** A text that `shellWords` splits into exactly these words. */
export const quoteWords = (list: ReadonlyArray<string>): string => list.map(quoteWord).join(" ")

const quoteWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`

const blanks = " \t\r\n"

interface Piece {
  readonly text: string
  readonly end: number
}

const readPiece = (text: string, at: number): Result.Result<Piece, string> => {
  const character = text.charAt(at)
  if (character === "'") {
    const end = text.indexOf("'", at + 1)
    return end < 0
      ? Result.fail("No closing quotation")
      : Result.succeed({ text: text.slice(at + 1, end), end: end + 1 })
  }
  if (character === '"') return readDoubleQuoted(text, at + 1)
  if (character !== "\\") return Result.succeed({ text: character, end: at + 1 })
  return at + 1 < text.length
    ? Result.succeed({ text: text.charAt(at + 1), end: at + 2 })
    : Result.fail("No escaped character")
}

const readDoubleQuoted = (text: string, start: number): Result.Result<Piece, string> => {
  let content = ""
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '"') return Result.succeed({ text: content, end: at + 1 })
    const next = text.charAt(at + 1)
    if (character === "\\") {
      if (next === "") return Result.fail("No escaped character")
      content += next === '"' || next === "\\" ? next : character + next
      at += 1
    } else {
      content += character
    }
  }
  return Result.fail("No closing quotation")
}
