/**
 * Writes programs and groups as a supervisord configuration that reads back as the same programs and groups. What ini
 * has no word for is told as a warning for each program, and left out. Pure.
 */
import { type WrittenSection, writeIni } from "../core/ini/writeIni.ts"
import type { Group, Program } from "../domain/Desired.ts"
import type { Problem } from "../domain/Problem.ts"
import { programParts } from "./ini/programParts.ts"

export interface ExportedIni {
  readonly text: string
  readonly warnings: ReadonlyArray<Problem>
}

export const exportIni = (desired: {
  readonly programs: ReadonlyArray<Program>
  readonly groups: ReadonlyArray<Group>
}): ExportedIni => {
  const warnings: Array<Problem> = []
  const warn = ({ source }: Program, message: string): void => {
    const { file, line, column } = source
    warnings.push({ severity: "warning", file, line, column, message, hint: null })
  }
  const stripAnsi = stripsAnsi(desired.programs, warn)
  const supervisord: WrittenSection = {
    name: "supervisord",
    values: stripAnsi ? [["strip_ansi", "true"]] : []
  }
  const sections = new Map<string, WrittenSection>()
  const groups: Array<WrittenSection> = []
  for (const group of desired.groups) {
    const listed: Array<string> = []
    const members = group.programs.flatMap((name) =>
      desired.programs.filter((program) => program.group === group.name && program.name === name)
    )
    for (const program of members) {
      for (const part of programParts(program, sections, warn)) {
        const name = `${sectionKind(program)}:${part.name}`
        sections.set(part.name, { name, values: part.section.values })
        listed.push(part.name)
      }
    }
    const alone = !group.declared && listed.length === 1 && listed[0] === group.name
    if (alone) continue
    const pool = members.find((program) => sectionKind(program) === "eventlistener")
    if (pool !== undefined) {
      warn(
        pool,
        `${pool.name} becomes ${listed.length} pools: in ini, listeners cannot be in a group`
      )
      continue
    }
    const values: Array<readonly [string, string]> = []
    if (listed.length > 0) values.push(["programs", listed.join(",").replaceAll("%", "%%")])
    if (group.priority !== 999) values.push(["priority", String(group.priority)])
    groups.push({ name: `group:${group.name}`, values })
  }
  return { text: written([supervisord, ...sections.values(), ...groups]), warnings }
}

const sectionKind = ({ instances: [first] }: Program): string => {
  if (first === undefined) return "program"
  if (first.definition.listener !== null) return "eventlistener"
  return first.definition.fastCgi === null ? "program" : "fcgi-program"
}

/** The `ini` package leaves out sections without keys; they mean something here. */
const written = (sections: ReadonlyArray<WrittenSection>): string =>
  sections
    .map((section) => (section.values.length > 0 ? writeIni([section]) : `[${section.name}]\n`))
    .join("\n")

/** In ini it is one setting for all programs. */
const stripsAnsi = (
  programs: ReadonlyArray<Program>,
  warn: (program: Program, message: string) => void
): boolean => {
  const strips = programs.map(({ instances }) =>
    instances.flatMap(({ definition: { logs } }) =>
      logs.stderr === "stdout"
        ? [logs.stdout.stripAnsi]
        : [logs.stdout.stripAnsi, logs.stderr.stripAnsi]
    )
  )
  const all = strips.flat()
  const chosen = all.length > 0 && all.every((strip) => strip)
  for (const [index, program] of programs.entries()) {
    if (strips[index]?.every((strip) => strip === chosen) !== false) continue
    warn(program, `${program.name}: ini cannot express logs.stripAnsi for some programs only`)
  }
  return chosen
}
