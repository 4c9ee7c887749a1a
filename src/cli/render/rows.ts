/** What became of each instance that a command named. */
import type { Row } from "../../api/messages.ts"
import { columns } from "./columns.ts"
import type { Style } from "./style.ts"

export const renderRows = (rows: ReadonlyArray<Row>, style: Style): string =>
  columns(
    rows.map((row) => [
      { text: row.address },
      {
        text: row.text === "" ? row.outcome : row.text,
        paint: { done: style.green, already: style.dim, failed: style.red }[row.outcome]
      }
    ])
  ).join("\n")
