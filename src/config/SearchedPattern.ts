/**
 * A pattern of `[include]` as one who watches needs it: where to look, and which names could come to match. Inputs of a load have
 * such patterns among their paths.
 */
import { resolvePath } from "../core/resolvePath.ts"
import { matchesComponent } from "../os/glob.ts"

export interface SearchedPattern {
  /** The part in front of its first wildcard, as a directory by the name that a watch tells. */
  readonly directory: string
  readonly matches: (path: string) => boolean
  /** Whether something that it matches may be that path, or lie below it. */
  readonly mayHold: (path: string) => boolean
}

/** Null: it is the path of a file, or a pattern without wildcards, which is the same. */
export const searchedPattern = (input: string): SearchedPattern | null => {
  const fixed = /^[^*?[]*/.exec(input)?.[0] ?? ""
  if (fixed === input) return null
  const end = fixed.lastIndexOf("/")
  const directory = resolvePath("/", fixed.slice(1, Math.max(1, end)))
  const wanted = stepsOf(`${directory}/${input.slice(end + 1)}`)
  const fits = (steps: ReadonlyArray<string>) =>
    steps.every((step, at) => {
      const part = wanted[at]
      return part !== undefined && matchesComponent(part, step)
    })
  return {
    directory,
    matches: (path) => {
      const steps = stepsOf(path)
      return steps.length === wanted.length && fits(steps)
    },
    mayHold: (path) => fits(stepsOf(path))
  }
}

const stepsOf = (path: string): ReadonlyArray<string> =>
  path.split("/").filter((step) => step !== "")
