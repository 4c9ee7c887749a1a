/**
 * The schema of `reload`. What a process is given when it starts can be no input that it reads anew, and what is applied live
 * needs no signal: so `on` takes files alone, and says for the names of fields why it does not. The type for authors is
 * ReloadInput.
 */
import * as Schema from "effect/Schema"
import { signalNumber } from "../Signal.ts"
import { optional, type Refusal, refusing } from "./Field.ts"
import { expectingOrParts, PathText, Signal } from "./FieldValue.ts"

const example = 'files("/etc/nginx/**")'

/** What is handed to a process at its start, and kept by the kernel or by the process itself from then on. */
const given: ReadonlyMap<string, string> = new Map([
  ["command", "another command"],
  ["environment", "another environment"],
  ["envFile", "another environment"],
  ["inheritEnvironment", "another environment"],
  ["user", "another user"],
  ["directory", "another working directory"],
  ["umask", "another umask"],
  ["stdin", "another standard input"]
])

const refuseInput: Refusal = (value, shown) => {
  if (typeof value === "object" && value !== null) return null
  const expected = `expected files such as ${example}, found ${shown}`
  if (typeof value !== "string") return expected
  const what = given.get(value.split(".")[0] ?? "")
  if (what !== undefined) {
    return `${shown} cannot be read anew: no signal gives a process ${what}, so a change restarts it`
  }
  return /[/*]/.test(value) ? `${expected}; write files(${shown})` : expected
}

const FilesSchema = refusing(
  Schema.Struct({
    kind: Schema.Literal("files"),
    patterns: refusing(
      Schema.Array(PathText).check(Schema.makeFilter((patterns) => patterns.length > 0)),
      (value, shown) =>
        Array.isArray(value) && value.length > 0
          ? null
          : `expected at least one pattern, as in ${example}, found ${shown}`
    )
  }),
  refuseInput
)

/** They end or freeze a process whatever it does, or are none. */
const unheard: ReadonlySet<number | null> = new Set([0, 9, 19])

const ReloadSignal = refusing(
  Signal.check(Schema.makeFilter((name) => !unheard.has(signalNumber(name)))),
  (value, shown) =>
    typeof value === "string" && unheard.has(signalNumber(value))
      ? `no process can read its files anew at ${shown}; expected a signal such as "HUP" or "USR1"`
      : `expected the name of a signal such as "HUP" or "USR1", found ${shown}`
)

export const ReloadSchema = refusing(
  Schema.Struct({
    signal: optional(ReloadSignal, {
      doc: "The signal at which it reads its files anew; the process itself gets it.",
      type: "signal",
      default: '"HUP"',
      class: "live"
    }),
    on: optional(Schema.Array(FilesSchema), {
      doc: "What it reads anew: a change of one of these files sends the signal, where a restart would do as well.",
      type: "files()[]",
      default: "[]",
      class: "live"
    })
  }),
  expectingOrParts(`a record such as { signal: "HUP", on: [${example}] }`)
)
