/** Reads columns of a row as what they must be; a row that is otherwise was written by something else than reeve. */
import * as Schema from "effect/Schema"
import type { Row } from "../os/sqlite.ts"

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

/** A reader of one JSON column; `what` names it in the failure. */
export const jsonColumn = <A, I>(what: string, schema: Schema.Codec<A, I>) => {
  const decode = Schema.decodeUnknownSync(Schema.fromJsonString(schema))
  return (json: string): A => {
    try {
      return decode(json)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`corrupt ${what}: ${why.slice(0, 200)}`)
    }
  }
}
