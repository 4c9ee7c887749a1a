/** Whether two commands run the same words, however each is written: blanks and quotes of a text are not part of them. */
import * as Result from "effect/Result"
import { shellWords } from "./shellWords.ts"

/** Of what is no command, or a text that cannot be split, nothing is said: false. */
export const sameCommand = (before: unknown, after: unknown): boolean => {
  const [old, now] = [wordsOf(before), wordsOf(after)]
  return (
    old !== null &&
    now !== null &&
    old.length === now.length &&
    old.every((word, at) => word === now[at])
  )
}

const wordsOf = (command: unknown): ReadonlyArray<unknown> | null => {
  if (Array.isArray(command)) return command
  if (typeof command !== "string") return null
  const split = shellWords(command)
  return Result.isSuccess(split) ? split.success : null
}
