/**
 * Reads the keys of one section: looks a value up (with `[DEFAULT]` behind it), expands its expressions, and gives it a
 * type. What is wrong goes to the findings with the position of the value, and the reader goes on with the default.
 */
import * as Result from "effect/Result"
import type { Source } from "../../domain/Instance.ts"
import type { Findings } from "./Findings.ts"
import { type DocumentSection, type IniDocument, valueOf } from "./IniDocument.ts"
import { expand, type Names } from "./percentFormat.ts"
import type { Read } from "./valueTypes.ts"

export interface SectionReader {
  readonly section: DocumentSection
  /** As written; null: absent. */
  readonly raw: (key: string) => string | null
  /** Expanded; null: absent or wrong. */
  readonly text: (key: string, names: Names) => string | null
  /** Expanded and of a type; `fallback` where it is absent or wrong. */
  readonly value: <A, B>(
    key: string,
    names: Names,
    read: (text: string) => Read<A>,
    fallback: B
  ) => A | B
  /** Takes a result that was got from the value of `key`. */
  readonly accept: <A, B>(key: string, result: Read<A>, fallback: B) => A | B
  /** Says that something is wrong with the value of `key`, or with the section where it has none. */
  readonly fail: (key: string, message: string) => void
  readonly warn: (key: string, message: string) => void
  /** Warns in supervisord's words, which it logs. */
  readonly notice: (key: string, message: string) => void
}

/** `suffix` ends every error: supervisord names section and file in some of its errors and not in others. */
export const sectionReader = (
  document: IniDocument,
  section: DocumentSection,
  findings: Findings,
  suffix = ""
): SectionReader => {
  const place = (key: string): Source | null => valueOf(document, section, key)?.at ?? null
  const raw = (key: string) => valueOf(document, section, key)?.text ?? null
  const fail = (key: string, message: string): void => {
    const at = place(key)
    if (at === null) findings.error(section.at, message + suffix)
    else findings.errorAt(at, message + suffix)
  }
  const accept = <A, B>(key: string, result: Read<A>, fallback: B): A | B => {
    if (Result.isSuccess(result)) return result.success
    fail(key, result.failure)
    return fallback
  }
  const warn = (key: string, message: string): void =>
    findings.warning(place(key) ?? section.at, message)
  const text = (key: string, names: Names): string | null => {
    const written = raw(key)
    if (written === null) return null
    return accept(key, expand(written, names, `${section.name}.${key}`), null)
  }
  return {
    section,
    raw,
    text,
    accept,
    fail,
    value: (key, names, read, fallback) => {
      const found = text(key, names)
      return found === null ? fallback : accept(key, read(found), fallback)
    },
    warn,
    notice: (key, message) => {
      findings.notice(message)
      warn(key, message)
    }
  }
}
