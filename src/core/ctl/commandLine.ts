/** One line of the client as Python's `cmd` takes it apart: a word of letters, digits and `_`, and what follows it. */
import { strip } from "../ini/pythonText.ts"

export type CommandLine =
  | { readonly kind: "empty" }
  /** `line` is what the complaint names. */
  | { readonly kind: "unknown"; readonly line: string }
  | {
      readonly kind: "command"
      readonly name: string
      readonly rest: string
      readonly line: string
    }

export const parseCommandLine = (text: string): CommandLine => {
  const stripped = strip(text)
  if (stripped === "") return { kind: "empty" }
  if (stripped.startsWith("!")) return { kind: "unknown", line: stripped }
  const line = stripped.startsWith("?") ? `help ${stripped.slice(1)}` : stripped
  const name = /^[A-Za-z0-9_]*/.exec(line)?.[0] ?? ""
  if (name === "") return { kind: "unknown", line }
  return { kind: "command", name, rest: strip(line.slice(name.length)), line }
}
