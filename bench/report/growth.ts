/** How figures grow with the number of programs, as a table. */
import { growthExponent } from "../harness/statistics.ts"
import { shown } from "./format.ts"

/** One size, and what was measured with it. */
export interface Size {
  readonly programs: number
  readonly values: Readonly<Record<string, number>>
}

/** Above it growth is faster than linear; the rest is what measurements differ by. */
const linear = 1.1

/** The exponent is that of so many of the largest sizes: below them what does not grow outweighs what does. */
const largest = 3

/** NaN where there are too few sizes. */
export const exponentOf = (sizes: ReadonlyArray<Size>, figure: string): number =>
  growthExponent(
    [...sizes]
      .sort((a, b) => a.programs - b.programs)
      .flatMap(({ programs, values }) => {
        const value = values[figure]
        return value === undefined ? [] : [[programs, value] as const]
      })
      .slice(-largest)
  )

export const isFasterThanLinear = (exponent: number): boolean => exponent > linear

/** `figures`: as the values have them, in the order of the lines. */
export const growthTable = (figures: ReadonlyArray<string>, sizes: ReadonlyArray<Size>): string => {
  const head = ["programs", ...sizes.map(({ programs }) => shown(programs)), "exponent"]
  const rows = figures.map((figure) => {
    const exponent = exponentOf(sizes, figure)
    const values = sizes.map(({ values }) => {
      const value = values[figure]
      return value === undefined ? "–" : shown(value)
    })
    return [figure, ...values, exponentText(exponent)]
  })
  const widths = head.map((_, at) =>
    Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0))
  )
  const line = (row: ReadonlyArray<string>) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd()
  return [head, ...rows].map(line).join("\n")
}

const exponentText = (exponent: number): string => {
  if (Number.isNaN(exponent)) return "–"
  return `${exponent.toFixed(2)}${isFasterThanLinear(exponent) ? " faster than linear" : ""}`
}
