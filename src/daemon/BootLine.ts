/**
 * What the daemon says of its boot to whoever waits for it (`reeve up -d`), in lines that the keeper passes on: a word, then
 * JSON. `ready` and `failed` are the last ones.
 */
import * as Schema from "effect/Schema"

export const BootLine = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("progress"), text: Schema.String }),
  /** `problems`: it runs, but not all that the files declare. */
  Schema.Struct({ kind: Schema.Literal("ready"), text: Schema.String, problems: Schema.Boolean }),
  Schema.Struct({ kind: Schema.Literal("failed"), text: Schema.String, code: Schema.Finite })
])
export type BootLine = typeof BootLine.Type

export const bootLineText = (line: BootLine): string => `${line.kind} ${JSON.stringify(line)}\n`

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(BootLine))

/** None for a line that is no BootLine. */
export const readBootLine = (text: string) => decode(text.slice(text.indexOf(" ") + 1))
