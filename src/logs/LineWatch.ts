/**
 * Looks for one line in the output of a process, in a worker: the one that says that it is ready. It sees copies, without
 * colours, in lines of bounded length; a regular expression has bounded time.
 */
import { makeLineAssembler } from "../core/LineAssembler.ts"
import { makeAnsiStripper } from "../core/stripAnsi.ts"
import type { TextPattern } from "../domain/Probe.ts"
import { makeMatcher } from "../os/boundedMatch.ts"

/** Longer ones are looked at in pieces. */
const MAX_WATCHED_LINE_BYTES = 8 * 1024
/** For the lines of one look at a pipe. */
const MATCH_MS = 100

export type Found = "notYet" | "found" | "tooLong"

/** What these bytes of its output lead to. */
export type LineWatch = (bytes: Uint8Array) => Found

export const makeLineWatch = (pattern: TextPattern): LineWatch => {
  const lines = makeLineAssembler(MAX_WATCHED_LINE_BYTES)
  const ansi = makeAnsiStripper()
  const matches = makeMatcher(pattern, MATCH_MS)
  const decoder = new TextDecoder()
  return (bytes) => {
    const complete = lines.push(ansi.push(bytes))
    if (complete.length === 0) return "notYet"
    const found = matches(complete.map((line) => decoder.decode(line).replace(/\r$/, "")))
    if (found === "tooLong") return found
    return found ? "found" : "notYet"
  }
}
