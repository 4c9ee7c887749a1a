/**
 * The files of one configuration as one: sections merged, later keys over earlier ones, `[DEFAULT]` behind them all
 * (supervisord.md 1.2, 1.3). It is built up file by file, because `%(here)s` is replaced in what was read so far.
 */

import type { Source } from "../../domain/Instance.ts"
import type { IniFile } from "./IniFile.ts"
import type { IniValue } from "./IniLine.ts"

export interface DocumentSection {
  readonly name: string
  readonly at: Source
  /** The file that supervisord names in an error of this section: the first one that has it. */
  readonly file: string
  readonly values: Map<string, IniValue>
}

export interface IniDocument {
  /** Without `[DEFAULT]`. */
  readonly sections: Map<string, DocumentSection>
  readonly defaults: Map<string, IniValue>
}

export const emptyDocument = (): IniDocument => ({ sections: new Map(), defaults: new Map() })

/** Adds a file to the document. */
export const addFile = (document: IniDocument, file: IniFile, path: string): void => {
  for (const { name, at, values } of file.sections.values()) {
    const target =
      name === "DEFAULT" ? document.defaults : sectionOf(document, name, at, path).values
    for (const [key, value] of values) target.set(key, value)
  }
}

const sectionOf = (
  document: IniDocument,
  name: string,
  at: Source,
  file: string
): DocumentSection => {
  const known = document.sections.get(name)
  if (known !== undefined) return known
  const section: DocumentSection = { name, at, file, values: new Map() }
  document.sections.set(name, section)
  return section
}

/** The section's own value, else the one of `[DEFAULT]`. */
export const valueOf = (
  document: IniDocument,
  section: DocumentSection,
  key: string
): IniValue | null => section.values.get(key) ?? document.defaults.get(key) ?? null

const pattern = "%(here)s"

/**
 * Replaces `%(here)s` in every value read so far, as text and without regard to doubled percent signs: what supervisord
 * does as soon as there is an `[include]`.
 */
export const replaceHere = (document: IniDocument, here: string): void => {
  for (const section of document.sections.values()) {
    for (const [key, value] of [...document.defaults, ...section.values]) {
      const own = section.values.get(key) ?? value
      if (!own.text.includes(pattern)) continue
      section.values.set(key, { ...own, text: own.text.replaceAll(pattern, () => here) })
    }
  }
}
