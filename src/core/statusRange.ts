/** Statuses of HTTP as a probe names them: `200`, `200-299`. */

export interface StatusRange {
  readonly from: number
  readonly to: number
}

/** Null: it is none. */
export const readStatusRange = (text: string): StatusRange | null => {
  const found = /^([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?$/.exec(text)
  if (found === null) return null
  const from = Number(found[1])
  const to = Number(found[2] ?? found[1])
  return from <= to ? { from, to } : null
}

export const isExpectedStatus = (status: number, expected: ReadonlyArray<string>): boolean =>
  expected.some((text) => {
    const range = readStatusRange(text)
    return range !== null && status >= range.from && status <= range.to
  })
