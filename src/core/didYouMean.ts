import { distance } from "fastest-levenshtein"

/** Candidates that a mistyped word may have meant, nearest first; at most `most`, none that is far off. */
export const didYouMean = (
  word: string,
  candidates: Iterable<string>,
  most = 3
): ReadonlyArray<string> => {
  const typed = word.toLowerCase()
  const near: Array<{ readonly name: string; readonly far: number }> = []
  for (const name of candidates) {
    const far = steps(typed, name.toLowerCase())
    if (far <= allowed(typed, name)) near.push({ name, far })
  }
  near.sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
  return near.slice(0, most).map((found) => found.name)
}

/** Two letters that changed places are one slip. */
const steps = (a: string, b: string): number => {
  const far = distance(a, b)
  return far === 2 && a.length === b.length && letters(a) === letters(b) ? 1 : far
}

const letters = (word: string): string => [...word].sort().join("")

/** A third of the longer word, so that short words do not match everything. */
const allowed = (typed: string, name: string): number =>
  Math.max(1, Math.floor(Math.max(typed.length, name.length) / 3))
