/**
 * Makes the two values of a changed field fit a line: what both begin and end with gives way first, so that the difference
 * stays to be seen. For text that people read only; what scripts read is never shortened.
 */
import type { FieldChange } from "../domain/Plan.ts"

/** Characters of what is equal that stay beside the difference. */
const context = 8
/** No value is made shorter than this, however narrow the terminal is. */
const least = 16
const around = " -> ".length

/** `room`: characters for both values and the arrow. A change that fits is given back as it is. */
export const shortenChange = (change: FieldChange, room: number): FieldChange => {
  const { after, before, hidden } = change
  if (hidden || (before?.length ?? 0) + (after?.length ?? 0) + around <= room) return change
  if (before === null || after === null) {
    const most = Math.max(least, room - "removed, was ".length)
    const short = (text: string | null) => (text === null ? null : clip([...text], most))
    return { ...change, before: short(before), after: short(after) }
  }
  const [one, two] = withoutEnds([...before], [...after])
  const most = Math.max(least, room - around)
  const half = Math.floor(most / 2)
  // A short side leaves its room to the other.
  const forOne = Math.max(half, most - two.length)
  const forTwo = Math.max(half, most - one.length)
  return { ...change, before: clip(one, forOne), after: clip(two, forTwo) }
}

type Characters = ReadonlyArray<string>

const withoutEnds = (one: Characters, two: Characters): readonly [Characters, Characters] => {
  const shorter = Math.min(one.length, two.length)
  let head = 0
  while (head < shorter && one[head] === two[head]) head++
  let tail = 0
  while (tail < shorter - head && one.at(-1 - tail) === two.at(-1 - tail)) tail++
  const from = head > 2 * context ? head - context : 0
  const less = tail > 2 * context ? tail - context : 0
  const cut = (text: Characters): Characters => [
    ...(from > 0 ? ["…"] : []),
    ...text.slice(from, text.length - less),
    ...(less > 0 ? ["…"] : [])
  ]
  return [cut(one), cut(two)]
}

const clip = (text: Characters, most: number): string =>
  text.length <= most ? text.join("") : `${text.slice(0, Math.max(1, most - 1)).join("")}…`
