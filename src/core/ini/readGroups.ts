/**
 * Which programs run in which groups (supervisord.md 1.12, 1.15): declared groups first, then each program that is in
 * none as a group of its own, sorted by priority and name.
 */
import * as Result from "effect/Result"
import type { Group } from "../../domain/Desired.ts"
import type { ListeningSocket } from "../../domain/ListeningSocket.ts"
import { byText } from "../byText.ts"
import { makeFindings } from "./Findings.ts"
import type { DocumentSection } from "./IniDocument.ts"
import { namesOf } from "./percentFormat.ts"
import { strip } from "./pythonText.ts"
import { readFastCgi } from "./readFastCgi.ts"
import { readListener } from "./readListener.ts"
import {
  type IniProgram,
  type ProgramKind,
  type ProgramSetting,
  plainProgram,
  readProgram
} from "./readProgram.ts"
import { sectionReader } from "./SectionReader.ts"
import { integer, processOrGroupName, stringList } from "./valueTypes.ts"

/** A group with its programs in the order in which they are listed. */
export interface IniGroup {
  readonly group: Group
  readonly section: DocumentSection
  readonly programs: ReadonlyArray<IniProgram>
}

export const readGroups = (setting: ProgramSetting): ReadonlyArray<IniGroup> => {
  const { document } = setting
  const sections = [...document.sections.values()]
  const grouped = new Set<string>()
  const declared = sections
    .filter(({ name }) => name.startsWith("group:"))
    .map((section) => readGroup(section, setting, grouped))
  const alone = sections
    .filter(({ name }) => name.startsWith("program:") && !grouped.has(name))
    .map((section) => readAlone(section, setting))
  const listeners = sections
    .filter(({ name }) => name.startsWith("eventlistener:"))
    .map((section) => readPool(section, setting))
  const fastCgi = sections
    .filter(({ name }) => name.startsWith("fcgi-program:") && !grouped.has(name))
    .map((section) => readFastCgiProgram(section, setting))
  const all = [...declared, ...alone, ...listeners, ...fastCgi]
  const sorted = all.sort(byPriorityAndName)
  return withoutTwins(sorted, setting)
}

const byPriorityAndName = ({ group: a }: IniGroup, { group: b }: IniGroup): number =>
  a.priority - b.priority || byText(a.name, b.name)

const readGroup = (
  section: DocumentSection,
  setting: ProgramSetting,
  grouped: Set<string>
): IniGroup => {
  const { document, findings } = setting
  const reader = sectionReader(document, section, findings)
  const names = hereNames(setting)
  const name = nameOf(section, setting)
  const listed = stringList(reader.text("programs", names) ?? "")
  const priority = reader.value("priority", names, integer, 999)
  const programs: Array<IniProgram> = []
  // supervisord names the section of the program listed before, from the second one on.
  let blamed = section.name
  for (const program of listed) {
    const plain = document.sections.get(`program:${program}`)
    const fastCgi = document.sections.get(`fcgi-program:${program}`)
    const found = plain ?? fastCgi
    if (found === undefined) {
      reader.fail("programs", `[${blamed}] names unknown program or fcgi-program ${program}`)
      continue
    }
    if (plain !== undefined && fastCgi !== undefined) {
      const both = "is ambiguous (exists as program and fcgi-program)"
      reader.fail("programs", `[${blamed}] name ${program} ${both}`)
      continue
    }
    blamed = found.name
    grouped.add(found.name)
    if (programs.some(({ section: known }) => known === found)) {
      reader.warn("programs", `[${section.name}] names ${program} twice; it runs once`)
      continue
    }
    const kind = fastCgi === undefined ? plainProgram : groupedFastCgi(fastCgi, setting)
    programs.push(readProgram(found, { name, priority }, setting, kind))
  }
  return { section, ...asGroup(name, priority, true, replaceSameNames(programs, setting)) }
}

const readAlone = (section: DocumentSection, setting: ProgramSetting): IniGroup => {
  const reader = sectionReader(setting.document, section, setting.findings)
  const name = nameOf(section, setting)
  const priority = reader.value("priority", hereNames(setting), integer, 999)
  const programs = [readProgram(section, { name, priority }, setting)]
  return { section, ...asGroup(name, priority, false, replaceSameNames(programs, setting)) }
}

/** A pool comes before all programs where it has no priority of its own; its processes have the usual one. */
const readPool = (section: DocumentSection, setting: ProgramSetting): IniGroup => {
  const reader = sectionReader(setting.document, section, setting.findings)
  const { priority, settings } = readListener(reader, hereNames(setting))
  const name = nameBehindColon(section)
  const kind = { ...plainProgram, listener: settings }
  const programs = [readProgram(section, { name, priority }, setting, kind)]
  return { section, ...asGroup(name, priority, false, replaceSameNames(programs, setting)) }
}

const readFastCgiProgram = (section: DocumentSection, setting: ProgramSetting): IniGroup => {
  const reader = sectionReader(setting.document, section, setting.findings)
  const name = nameOf(section, setting)
  const names = hereNames(setting)
  const priority = reader.value("priority", names, integer, 999)
  const kind = withSocket(readFastCgi(reader, name, names, setting.context))
  const programs = [readProgram(section, { name, priority }, setting, kind)]
  return { section, ...asGroup(name, priority, false, replaceSameNames(programs, setting)) }
}

/** Its standard input is the socket. */
const withSocket = (fastCgi: ListeningSocket | null): ProgramKind => ({
  ...plainProgram,
  fastCgi,
  stdin: "null"
})

/**
 * In a group supervisord passes over the socket, right or wrong, and runs a plain program. Here it has its socket, where
 * there is one to have.
 */
const groupedFastCgi = (section: DocumentSection, setting: ProgramSetting): ProgramKind => {
  const { context, document, findings } = setting
  const own = makeFindings()
  const reader = sectionReader(document, section, own)
  const fastCgi = readFastCgi(reader, nameBehindColon(section), hereNames(setting), context)
  const wrong = own.problems.find(({ severity }) => severity === "error")
  if (wrong === undefined) return withSocket(fastCgi)
  findings.warning(
    section.at,
    `[${section.name}] is in a group and runs as a plain program without a socket: ${wrong.message}`
  )
  return plainProgram
}

const asGroup = (
  name: string,
  priority: number,
  declared: boolean,
  programs: ReadonlyArray<IniProgram>
) => ({ group: { name, priority, declared, programs: programs.map((one) => one.name) }, programs })

const hereNames = ({ context, environ }: ProgramSetting) =>
  namesOf(new Map([["here", context.here]]), environ)

const nameBehindColon = ({ name }: DocumentSection): string =>
  strip(name.slice(name.indexOf(":") + 1))

/** The name behind the colon. A wrong one is an error without the words about section and file. */
const nameOf = (section: DocumentSection, { findings }: ProgramSetting): string => {
  const written = section.name.slice(section.name.indexOf(":") + 1)
  const name = processOrGroupName(written)
  if (Result.isSuccess(name)) return name.success
  findings.errorAt(section.at, name.failure)
  return written
}

/** Of two processes with one name in a group, the last one stays. */
const replaceSameNames = (
  programs: ReadonlyArray<IniProgram>,
  { findings }: ProgramSetting
): ReadonlyArray<IniProgram> => {
  const taken = new Set<string>()
  const kept: Array<IniProgram> = []
  for (const program of programs.toReversed()) {
    const instances = program.instances.toReversed().filter(({ name }) => {
      if (!taken.has(name)) {
        taken.add(name)
        return true
      }
      const text = `Two processes of one group are called ${name}; only the last one runs`
      findings.warning(program.section.at, text)
      return false
    })
    kept.unshift({ ...program, instances: instances.toReversed() })
  }
  return kept
}

/** Of two groups with one name, the first one stays. */
const withoutTwins = (
  groups: ReadonlyArray<IniGroup>,
  { findings }: ProgramSetting
): ReadonlyArray<IniGroup> => {
  const first = new Map<string, IniGroup>()
  for (const one of groups) {
    const known = first.get(one.group.name)
    if (known === undefined) first.set(one.group.name, one)
    else {
      findings.warning(
        one.section.at,
        `[${known.section.name}] is a group called ${one.group.name}, too; ` +
          `[${one.section.name}] is ignored`
      )
    }
  }
  return [...first.values()]
}
