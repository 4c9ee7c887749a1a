/**
 * Regular expressions of definitions on texts that programs write. One that backtracks for ever would stop the whole thread: so
 * it runs where V8 ends it when its time is up.
 */
import { createContext, Script } from "node:vm"
import type { TextPattern } from "../domain/Probe.ts"

export type Matcher = (texts: ReadonlyArray<string>) => boolean | "tooLong"

/** Whether one of the texts matches. `limitMs`: for all of them together. */
export const makeMatcher = (pattern: TextPattern, limitMs: number): Matcher => {
  if ("contains" in pattern) {
    const { contains } = pattern
    return (texts) => texts.some((text) => text.includes(contains))
  }
  const expression = new RegExp(pattern.matches, pattern.flags)
  return (texts) => {
    place ??= { ...place0(), script: new Script("texts.some((text) => expression.test(text))") }
    place.globals.expression = expression
    place.globals.texts = texts
    try {
      return place.script.runInContext(place.globals, { timeout: limitMs }) === true
    } catch {
      return "tooLong"
    } finally {
      place.globals.texts = []
    }
  }
}

interface Globals {
  expression: RegExp
  texts: ReadonlyArray<string>
}

interface Place {
  readonly globals: Globals
  readonly script: Script
}

let place: Place | undefined

const place0 = (): Pick<Place, "globals"> => {
  const globals: Globals = { expression: /x/, texts: [] }
  createContext(globals)
  return { globals }
}
