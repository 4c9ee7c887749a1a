/**
 * The grammar of `environment=` (supervisord.md 1.6), as supervisord 4.2 reads it: tokens in threes, name, `=`, value,
 * and whatever token stands between two of them is skipped unseen. Backslashes are plain characters of their own;
 * quotes are taken off both ends of a value after the tokens are made.
 */
import * as Result from "effect/Result"

export const parseEnvironment = (
  text: string
): Result.Result<ReadonlyMap<string, string>, string> => {
  const tokens = tokensOf(text)
  if (tokens === null) return Result.fail("No closing quotation")
  const variables = new Map<string, string>()
  for (let at = 0; at < tokens.length; at += 4) {
    const [name, sign, value] = tokens.slice(at, at + 3)
    if (name === undefined || sign !== "=" || value === undefined) {
      return Result.fail(`Unexpected end of key/value pairs in value '${text}'`)
    }
    variables.set(name, value.replace(/^['"]+/, "").replace(/['"]+$/, ""))
  }
  return Result.succeed(variables)
}

const wordCharacter = /^[A-Za-z0-9_/.+\-():]$/
const quote = /^['"]$/
const blank = /^[ \t\r\n]$/

/** Null: a quotation is not closed. */
const tokensOf = (text: string): ReadonlyArray<string> | null => {
  const tokens: Array<string> = []
  const characters = [...text]
  let at = 0
  while (at < characters.length) {
    const character = characters[at] ?? ""
    if (blank.test(character)) {
      at += 1
    } else if (character === "#") {
      at = lineEnd(characters, at)
    } else if (quote.test(character)) {
      const end = characters.indexOf(character, at + 1)
      if (end < 0) return null
      tokens.push(characters.slice(at, end + 1).join(""))
      at = end + 1
    } else if (wordCharacter.test(character)) {
      const { word, end } = readWord(characters, at)
      tokens.push(word)
      at = end
    } else {
      tokens.push(character)
      at += 1
    }
  }
  return tokens
}

/** Quotes inside a word belong to it, and a comment inside a word joins it with the next line. */
const readWord = (characters: ReadonlyArray<string>, start: number) => {
  let word = ""
  let at = start
  for (;;) {
    const character = characters[at] ?? ""
    if (character === "#") {
      at = lineEnd(characters, at)
    } else if (wordCharacter.test(character) || quote.test(character)) {
      word += character
      at += 1
    } else {
      return { word, end: at }
    }
  }
}

/** Behind the line break that ends a comment. */
const lineEnd = (characters: ReadonlyArray<string>, at: number): number => {
  const end = characters.indexOf("\n", at)
  return end < 0 ? characters.length : end + 1
}
