/**
 * Help as `reeve COMMAND --help` prints it: what it does, how it is called, examples, exit codes; wrapped to the width. The
 * flags that every command has are named only, except in the help of reeve itself.
 */
import type { ArgDoc, FlagDoc, HelpDoc, SubcommandGroupDoc } from "effect/cli/HelpDoc"
import * as Option from "effect/Option"
import type { ExitNotes } from "../exitNotes.ts"
import type { Style } from "./style.ts"

export interface HelpOptions {
  readonly style: Style
  /** Columns; text is wrapped to at most 100 of them. */
  readonly width: number
  readonly exits: ExitNotes
}

export const renderHelp = (doc: HelpDoc, { exits, style, width }: HelpOptions): string => {
  const columns = Math.max(40, Math.min(width, 100))
  const isRoot = (doc.commandPath ?? []).length < 2
  const table = (rows: ReadonlyArray<Row>) => tableLines(rows, columns, style)
  const section = (title: string, lines: ReadonlyArray<string>) =>
    lines.length === 0 ? [] : [style.bold(title), ...lines, ""]
  const shared = doc.globalFlags ?? []
  return [
    ...section("DESCRIPTION", wrap(doc.description, columns - 2).map(indented)),
    ...section("USAGE", [`  ${usageText(doc, isRoot)}`]),
    ...(doc.subcommands ?? []).flatMap((group) =>
      section(titleOf(group), table(group.commands.map(commandRow)))
    ),
    ...section("ARGUMENTS", table((doc.args ?? []).map(argumentRow))),
    ...section("FLAGS", table(doc.flags.map(flagRow))),
    ...(isRoot ? section("FLAGS OF EVERY COMMAND", table(shared.map(flagRow))) : []),
    ...section("EXAMPLES", table((doc.examples ?? []).map(exampleRow))),
    ...section("EXIT CODES", table(exits.map(([code, text]) => [String(code), text]))),
    ...(isRoot ? [] : wrap(sharedText(shared), columns).map(style.dim))
  ]
    .join("\n")
    .trimEnd()
}

type Row = readonly [left: string, right: string]

const titleOf = ({ group }: SubcommandGroupDoc): string => (group ?? "Subcommands").toUpperCase()

/** A command with subcommands of its own runs without one, too. */
const usageText = ({ usage }: HelpDoc, isRoot: boolean): string =>
  isRoot ? "reeve COMMAND [flags]" : usage.replace("<subcommand>", "[<subcommand>]")

const commandRow = (command: SubcommandGroupDoc["commands"][number]): Row => [
  command.alias === undefined ? command.name : `${command.name}, ${command.alias}`,
  command.shortDescription ?? command.description
]

const argumentRow = ({ description, name, variadic }: ArgDoc): Row => [
  variadic && !name.endsWith("...") ? `${name}...` : name,
  textOf(description)
]

const flagRow = (flag: FlagDoc): Row => {
  const names = [...flag.aliases, `--${flag.name}`].join(", ")
  return [flag.type === "boolean" ? names : `${names} ${flag.type}`, textOf(flag.description)]
}

const exampleRow = ({ command, description }: NonNullable<HelpDoc["examples"]>[number]): Row => [
  command,
  description ?? ""
]

/** Descriptions name their choices themselves. */
const textOf = (description: Option.Option<string>): string =>
  Option.getOrElse(description, () => "").replace(/ \(choices: [^()]*\)$/, "")

const sharedText = (flags: ReadonlyArray<FlagDoc>): string => {
  const names = flags.map(({ name, type }) =>
    type === "boolean" ? `--${name}` : `--${name} ${type}`
  )
  return `Also, as in every command: ${names.join(", ")}; see reeve --help.`
}

/** Two columns; where the left ones are long, the right text stands below its own. */
const tableLines = (
  rows: ReadonlyArray<Row>,
  columns: number,
  style: Style
): ReadonlyArray<string> => {
  const left = Math.max(0, ...rows.map(([name]) => name.length)) + 4
  const beside = left + 24 <= columns && left <= columns / 2
  return rows.flatMap(([name, text]) => {
    const start = beside ? left : 6
    const lines = wrap(text, columns - start)
    if (!beside) return [`  ${style.green(name)}`, ...lines.map((line) => `      ${line}`)]
    const [first = "", ...more] = lines
    const head = `  ${style.green(name)}${" ".repeat(left - 2 - name.length)}${first}`
    return [head.trimEnd(), ...more.map((line) => `${" ".repeat(left)}${line}`)]
  })
}

const indented = (line: string): string => `  ${line}`

const wrap = (text: string, columns: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const word of text.split(" ")) {
    const line = lines.at(-1)
    if (line === undefined || line.length + 1 + word.length > columns) lines.push(word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines
}
