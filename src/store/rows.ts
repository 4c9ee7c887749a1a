/** Reads columns of a row as what they must be; a row that is otherwise was written by something else than reeve, or damaged. */
import * as Schema from "effect/Schema"
import type { Row } from "../os/sqlite.ts"

/** Is told of each row that cannot be read, in a sentence. */
export type Tell = (text: string) => void

/** What can be read: a row that cannot costs itself only. `table`: what is said to have such a row. */
export const eachReadable = <A>(
  rows: ReadonlyArray<Row>,
  read: (row: Row) => A,
  { table, tell }: { readonly table: string; readonly tell: Tell }
): ReadonlyArray<A> =>
  rows.flatMap((row) => {
    try {
      return [read(row)]
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      tell(`a row of ${table} cannot be read and is left out: ${why}`)
      return []
    }
  })

export const text = (row: Row, column: string): string => {
  const value = row[column]
  if (typeof value === "string") return value
  throw new Error(`corrupt row: ${column} is no text`)
}

export const textOrNull = (row: Row, column: string): string | null =>
  row[column] === null ? null : text(row, column)

export const number = (row: Row, column: string): number => {
  const value = row[column]
  if (typeof value === "number") return value
  throw new Error(`corrupt row: ${column} is no number`)
}

export const numberOrNull = (row: Row, column: string): number | null =>
  row[column] === null ? null : number(row, column)

/** A reader of one JSON column; `what` names it in the failure, which holds nothing of the content: that may be secret. */
export const jsonColumn = <A, I>(what: string, schema: Schema.Codec<A, I>) => {
  const decode = Schema.decodeUnknownSync(Schema.fromJsonString(schema))
  return (json: string): A => {
    try {
      return decode(json)
    } catch (cause) {
      throw new Error(`corrupt ${what}`, { cause })
    }
  }
}
