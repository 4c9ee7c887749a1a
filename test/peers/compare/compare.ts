/** Two transcripts line by line, and the closed list of differences that are meant. */

/**
 * One line of one scenario that is meant to differ. Anchored on both sides; null: the line is missing there. `why`: a G number
 * of the reference, or why a user is better off.
 */
export interface Difference {
  readonly scenario: string
  readonly theirs: RegExp | null
  readonly ours: RegExp | null
  readonly why: string
}

export interface Change {
  readonly theirs: string | null
  readonly ours: string | null
}

/** The lines that differ, paired in order where both sides have something else in one place. */
export const changes = (
  theirs: ReadonlyArray<string>,
  ours: ReadonlyArray<string>
): ReadonlyArray<Change> => {
  const lengths = commonLengths(theirs, ours)
  const found: Array<Change> = []
  let removed: Array<string> = []
  let added: Array<string> = []
  const close = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1) {
      found.push({ theirs: removed[at] ?? null, ours: added[at] ?? null })
    }
    removed = []
    added = []
  }
  let i = 0
  let j = 0
  while (i < theirs.length || j < ours.length) {
    const their = theirs[i]
    const our = ours[j]
    if (their !== undefined && their === our) {
      close()
      i += 1
      j += 1
    } else if (
      our === undefined ||
      (their !== undefined && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))
    ) {
      removed.push(their ?? "")
      i += 1
    } else {
      added.push(our)
      j += 1
    }
  }
  close()
  return found
}

/** Longest common subsequences of what is behind each pair of positions. */
const commonLengths = (
  theirs: ReadonlyArray<string>,
  ours: ReadonlyArray<string>
): ReadonlyArray<ReadonlyArray<number>> => {
  const table = Array.from({ length: theirs.length + 1 }, () =>
    Array.from({ length: ours.length + 1 }, () => 0)
  )
  for (let i = theirs.length - 1; i >= 0; i -= 1) {
    for (let j = ours.length - 1; j >= 0; j -= 1) {
      const row = table[i]
      if (row === undefined) continue
      row[j] =
        theirs[i] === ours[j]
          ? (table[i + 1]?.[j + 1] ?? 0) + 1
          : Math.max(table[i + 1]?.[j] ?? 0, row[j + 1] ?? 0)
    }
  }
  return table
}

const fits = (pattern: RegExp | null, line: string | null): boolean =>
  pattern === null ? line === null : line !== null && pattern.test(line)

export interface Verdict {
  /** Differences that nobody declared. */
  readonly unexpected: ReadonlyArray<Change>
  /** Declared ones that did not show. */
  readonly unused: ReadonlyArray<Difference>
}

/** Each declared difference stands for exactly one line. */
export const judge = (
  found: ReadonlyArray<Change>,
  declared: ReadonlyArray<Difference>
): Verdict => {
  const left = [...declared]
  const unexpected = found.filter(({ ours, theirs }) => {
    const at = left.findIndex((one) => fits(one.theirs, theirs) && fits(one.ours, ours))
    if (at < 0) return true
    left.splice(at, 1)
    return false
  })
  return { unexpected, unused: left }
}
