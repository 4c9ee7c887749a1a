/**
 * `[supervisord]`: the variables that it gives to every program, and whether escape sequences are taken out of their
 * output. The other keys are about the daemon itself; they are checked and answered with "not supported yet".
 */
import * as Result from "effect/Result"
import { parseEnvironment } from "./environmentList.ts"
import type { Findings } from "./Findings.ts"
import type { IniContext } from "./IniContext.ts"
import type { IniDocument } from "./IniDocument.ts"
import { supervisordKeys } from "./knownKeys.ts"
import { expand, type Names, namesOf } from "./percentFormat.ts"
import { sectionReader } from "./SectionReader.ts"
import { boolean, byteSize, integer, logLevel, octal, type Read } from "./valueTypes.ts"

export interface SupervisordSection {
  readonly environment: ReadonlyMap<string, string>
  readonly stripAnsi: boolean
}

const types = new Map<string, (text: string) => Read<unknown>>([
  ["minfds", integer],
  ["minprocs", integer],
  ["umask", octal],
  ["logfile_maxbytes", byteSize],
  ["logfile_backups", integer],
  ["loglevel", logLevel],
  ["nodaemon", boolean],
  ["silent", boolean],
  ["nocleanup", boolean]
])

/** `environ` holds `ENV_…` names. */
export const readSupervisord = (
  document: IniDocument,
  context: IniContext,
  environ: ReadonlyMap<string, string>,
  findings: Findings
): SupervisordSection => {
  const section = document.sections.get("supervisord")
  if (section === undefined) return { environment: new Map(), stripAnsi: false }
  const reader = sectionReader(document, section, findings)
  const here = new Map([["here", context.here]])
  const names = namesOf(here, environ)
  for (const key of supervisordKeys) {
    if (key === "environment" || key === "strip_ansi") continue
    const read = types.get(key) ?? Result.succeed
    if (reader.raw(key) === null) continue
    reader.value(key, names, read, null)
    reader.warn(key, `[supervisord] ${key} is not supported yet`)
  }
  const stripAnsi = reader.value("strip_ansi", names, boolean, false)
  const machine = new Map([["host_node_name", context.hostname]])
  const all = namesOf(machine, here, environ)
  const written = reader.text("environment", all) ?? ""
  const environment = reader.accept("environment", expandedTwice(written, all), emptyMap)
  return { environment, stripAnsi }
}

const emptyMap: ReadonlyMap<string, string> = new Map()

/** supervisord 4.2 expands this value a second time, so that `%%` has to be written `%%%%`. */
const expandedTwice = (text: string, names: Names): Read<ReadonlyMap<string, string>> =>
  Result.flatMap(expand(text, names, "environment"), parseEnvironment)
