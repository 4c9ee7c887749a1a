/** What is said of several values of one thing. Of no values at all nothing is: NaN. */

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = ascending(values)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}

export const least = (values: ReadonlyArray<number>): number => ascending(values)[0] ?? Number.NaN

export const most = (values: ReadonlyArray<number>): number =>
  ascending(values).at(-1) ?? Number.NaN

/** By nearest rank: a value that was measured, below or at which `share` (0 to 1) of all are. */
export const percentile = (values: ReadonlyArray<number>, share: number): number => {
  const rank = Math.min(values.length, Math.max(1, Math.ceil(values.length * share)))
  return ascending(values)[rank - 1] ?? Number.NaN
}

/**
 * The exponent e of y = c · x^e that fits best (least squares of the logarithms): 1 is linear growth, 0 is none. NaN for fewer
 * than two points.
 */
export const growthExponent = (points: ReadonlyArray<readonly [x: number, y: number]>): number => {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const)
  const meanX = mean(logs.map(([x]) => x))
  const meanY = mean(logs.map(([, y]) => y))
  const above = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  const below = logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return above / below
}

const mean = (values: ReadonlyArray<number>): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

const ascending = (values: ReadonlyArray<number>): ReadonlyArray<number> =>
  [...values].sort((a, b) => a - b)
