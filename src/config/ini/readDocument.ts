/** Reads the main file and what its `[include]` names into one document (supervisord.md 1.3). */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { directoryOf } from "../../core/ini/IniContext.ts"
import {
  addFile,
  emptyDocument,
  type IniDocument,
  replaceHere,
  valueOf
} from "../../core/ini/IniDocument.ts"
import { readIniFile } from "../../core/ini/IniFile.ts"
import { withoutDots } from "../../core/ini/pathTypes.ts"
import { expand, namesOf } from "../../core/ini/percentFormat.ts"
import { words } from "../../core/ini/pythonText.ts"
import type { Source } from "../../domain/Instance.ts"
import type { Problem } from "../../domain/Problem.ts"
import { Files } from "../../os/Files.ts"
import { Host } from "../../os/Host.ts"

export interface ReadDocument {
  readonly document: IniDocument
  readonly problems: ReadonlyArray<Problem>
  readonly inputs: ReadonlyArray<string>
  readonly patterns: ReadonlyArray<string>
  /** What supervisord logs of patterns that match nothing, and of the files that it includes. */
  readonly missing: ReadonlyArray<string>
  readonly included: ReadonlyArray<string>
}

/** `file` is absolute, `named` what supervisord's messages call it. */
export const readDocument = Effect.fnUntraced(function* (file: string, named: string) {
  const reading: Reading = {
    document: emptyDocument(),
    problems: [],
    inputs: [file],
    patterns: [],
    missing: [],
    included: []
  }
  const files = yield* Files
  const text = yield* Effect.result(textOf(file))
  if (Result.isFailure(text)) {
    const message =
      text.failure === "ENOENT"
        ? `could not find config file ${named}`
        : text.failure === notText
          ? `${named} is not text in UTF-8`
          : `could not read config file ${named}`
    add(reading, "error", { file, line: null, column: null }, message)
    return reading
  }
  addText(reading, text.success, file, named)
  const host = yield* Host
  for (const pattern of includePatterns(reading, file, host)) {
    reading.patterns.push(pattern)
    const found = yield* files.glob(pattern)
    if (found.length === 0) {
      const at = includePlace(reading.document) ?? { file, line: null, column: null }
      const message = `No file matches via include "${pattern}"`
      reading.missing.push(message)
      add(reading, "warning", at, message)
    }
    for (const path of found) yield* include(reading, path)
  }
  return reading
})

interface Reading extends ReadDocument {
  readonly problems: Array<Problem>
  readonly inputs: Array<string>
  readonly patterns: Array<string>
  readonly missing: Array<string>
  readonly included: Array<string>
}

const notText = "not text"

/** Fails with an errno, or with `notText`. */
const textOf = Effect.fnUntraced(function* (path: string) {
  const files = yield* Files
  const bytes = yield* Effect.mapError(files.read(path), ({ errno }) => errno)
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
  return yield* Effect.mapError(
    Effect.try({ try: () => decoder.decode(bytes), catch: () => notText }),
    () => notText
  )
})

const add = (
  { problems }: Reading,
  severity: Problem["severity"],
  at: Pick<Problem, "file" | "line" | "column">,
  message: string
): void => {
  const { file, line, column } = at
  problems.push({ severity, file, line, column, message, hint: null })
}

const addText = (reading: Reading, text: string, path: string, named = path): void => {
  const file = readIniFile(text, path, named)
  if (Result.isSuccess(file)) addFile(reading.document, file.success, named)
  else add(reading, "error", file.failure.at, file.failure.message)
}

const includePlace = (document: IniDocument): Source | null => {
  const section = document.sections.get("include")
  return section === undefined ? null : (valueOf(document, section, "files")?.at ?? section.at)
}

const includePatterns = (
  reading: Reading,
  file: string,
  host: Host["Service"]
): ReadonlyArray<string> => {
  const { document } = reading
  const section = document.sections.get("include")
  if (section === undefined) return []
  const here = directoryOf(file)
  replaceHere(document, here)
  const written = valueOf(document, section, "files")
  if (written === null) {
    const message = ".ini file has [include] section, but no files setting"
    add(reading, "error", section.at, message)
    return []
  }
  const start = new Map(
    [...host.environment].map(([name, value]) => [`ENV_${name}`, value] as const)
  )
  const own = new Map([
    ["here", here],
    ["host_node_name", host.hostname]
  ])
  const expanded = expand(written.text, namesOf(start, own), "include.files")
  if (Result.isFailure(expanded)) {
    add(reading, "error", written.at, expanded.failure)
    return []
  }
  return words(expanded.success).map((pattern) =>
    pattern.startsWith("/") ? pattern : `${here === "/" ? "" : here}/${pattern}`
  )
}

/** supervisord passes over a file that it cannot read, without a word. */
const include = Effect.fnUntraced(function* (reading: Reading, found: string) {
  const text = yield* Effect.result(textOf(found))
  const path = withoutDots(found)
  reading.included.push(`Included extra file "${found}" during parsing`)
  if (!reading.inputs.includes(path)) reading.inputs.push(path)
  const whole = { file: path, line: null, column: null }
  if (Result.isFailure(text)) {
    const unreadable = text.failure !== notText
    const message = unreadable
      ? `${path} is included and cannot be read: ${text.failure}`
      : `${path} is not text in UTF-8`
    add(reading, unreadable ? "warning" : "error", whole, message)
    return
  }
  addText(reading, text.success, path, found)
  replaceHere(reading.document, directoryOf(path))
})
