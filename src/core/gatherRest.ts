/**
 * How long a log plane thread rests after it has moved what waited, so that small writes gather in their pipes: a chatty program
 * costs a few moves a second instead of one a line. A rest grows while pipes stay nearly empty, as one that was guessed from a
 * single move would be far too long for a program that just begins, and that then waits for its full pipe.
 */

/** After output that follows silence or much output, milliseconds. */
const FIRST_MS = 1

/** The longest, milliseconds: a line that follows others is in its file after so much. */
export const LONGEST_REST_MS = 25

/** Of a pipe's capacity, what is to gather in it: a program that suddenly writes four times as much still need not wait. */
export const GATHER_SHARE = 1 / 4

/**
 * `lastMs`: the rest before the move; 0: there was none. `gathered`: the fullest of the pipes that were moved, as a multiple of
 * what is to gather in it. Gives milliseconds; 0 where more came than that.
 */
export const gatherRest = (lastMs: number, gathered: number): number => {
  if (gathered >= 1) return 0
  if (lastMs === 0) return FIRST_MS
  return Math.min(LONGEST_REST_MS, Math.max(FIRST_MS, Math.min(lastMs * 2, lastMs / gathered)))
}
