/**
 * Aligns rows in columns, two blanks apart, without trailing blanks. A cell carries its colour as a function, so that
 * escape sequences do not count as width.
 */
export interface Cell {
  readonly text: string
  readonly paint?: (text: string) => string
}

export const columns = (rows: ReadonlyArray<ReadonlyArray<Cell>>): ReadonlyArray<string> => {
  const widths: Array<number> = []
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cell.text.length)
    })
  }
  return rows.map((row) => {
    const last = row.findLastIndex((cell) => cell.text !== "")
    return row
      .slice(0, last + 1)
      .map(({ text, paint }, index) => {
        const painted = paint === undefined ? text : paint(text)
        return index === last ? painted : painted + " ".repeat((widths[index] ?? 0) - text.length)
      })
      .join("  ")
  })
}
