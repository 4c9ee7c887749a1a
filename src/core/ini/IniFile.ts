/**
 * One ini file as sections and values. The `ini` package reads it: the normalising pass hands it lines in which every
 * name is plain and every value a quoted string, so that nothing of its own dialect (dots that nest, `[]` that makes
 * arrays, words that become booleans) can change what the user wrote.
 */
import * as Result from "effect/Result"
import { parse } from "ini"
import type { Source } from "../../domain/Instance.ts"
import type { IniLine, IniSyntaxFault, IniValue } from "./IniLine.ts"
import { plain } from "./plainName.ts"
import { readLines } from "./readLines.ts"

export interface IniSection {
  readonly name: string
  readonly at: Source
  /** By key in lower case, in the order of their first appearance. */
  readonly values: ReadonlyMap<string, IniValue>
}

export interface IniFile {
  /** In the order of their first appearance, `[DEFAULT]` among them. */
  readonly sections: ReadonlyMap<string, IniSection>
}

/** `named` is what supervisord's messages call the file. */
export const readIniFile = (
  text: string,
  file: string,
  named = file
): Result.Result<IniFile, IniSyntaxFault> =>
  Result.map(readLines(text, file, named), (lines) => {
    const read = parse(lines.map(normalised).join("\n"))
    return { sections: withPlaces(lines, read) }
  })

/** A line that the `ini` package reads back exactly. */
const normalised = (line: IniLine): string =>
  line.kind === "section"
    ? `[${plain(line.name)}]`
    : `${plain(line.key)}=${JSON.stringify(line.text).replace(/[\u2028\u2029]/g, escaped)}`

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16)}`

const withPlaces = (
  lines: ReadonlyArray<IniLine>,
  read: Readonly<Record<string, unknown>>
): ReadonlyMap<string, IniSection> => {
  const sections = new Map<string, { name: string; at: Source; values: Map<string, IniValue> }>()
  let name = ""
  for (const line of lines) {
    if (line.kind === "section") {
      name = line.name
      if (!sections.has(name)) sections.set(name, { name, at: line.at, values: new Map() })
      continue
    }
    const { key, keyAt, at } = line
    const text = textOf(read[plain(name)], plain(key))
    sections.get(name)?.values.set(key, { text, keyAt, at })
  }
  return sections
}

/** The package turns `true`, `false` and `null` into values even when they are quoted; their text is unambiguous. */
const textOf = (section: unknown, key: string): string =>
  section !== null && typeof section === "object" ? String(Reflect.get(section, key)) : ""
