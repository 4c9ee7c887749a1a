/** The sections that one program becomes: one as a rule, one for each instance where they have no pattern in common. */
import type { WrittenSection } from "../../core/ini/writeIni.ts"
import type { Program } from "../../domain/Desired.ts"
import { type ProgramSection, programSection } from "./programSection.ts"

export interface ProgramPart {
  readonly name: string
  readonly section: ProgramSection
}

/** `taken`: the sections so far, by the names of their programs. */
export const programParts = (
  program: Program,
  taken: ReadonlyMap<string, WrittenSection>,
  warn: (program: Program, message: string) => void
): ReadonlyArray<ProgramPart> => {
  const whole = wholeProgram(program, taken)
  const parts = whole === null ? singleParts(program, taken) : [whole]
  const lost = new Set(parts.flatMap(({ section }) => section.lost))
  for (const what of lost) warn(program, `${program.name}: ini cannot express ${what}`)
  if (program.instances.some(({ protect }) => protect)) {
    warn(program, `${program.name}: ini cannot express protect`)
  }
  const names = parts.map(({ name }) => name)
  if (names.length !== 1 || names[0] !== program.name) {
    warn(program, `${program.name} is written as ${names.join(", ")}; processes keep their names`)
  }
  return parts
}

const wholeProgram = (
  program: Program,
  taken: ReadonlyMap<string, WrittenSection>
): ProgramPart | null => {
  const { group, instances, name } = program
  if (instances.length === 0) {
    const values = [
      ["command", "/bin/true"],
      ["numprocs", "0"]
    ] as const
    return { name: free(name, group, taken), section: { values, lost: [] } }
  }
  const section = programSection(name, instances)
  if (section === null) return null
  const known = taken.get(name)
  if (known === undefined || JSON.stringify(known.values) === JSON.stringify(section.values)) {
    return name.includes(",") ? renamed(program, taken) : { name, section }
  }
  return renamed(program, taken)
}

const renamed = (
  { group, instances, name }: Program,
  taken: ReadonlyMap<string, WrittenSection>
): ProgramPart | null => {
  const other = free(name, group, taken)
  const section = programSection(other, instances)
  return section === null ? null : { name: other, section }
}

const singleParts = (
  { instances, name }: Program,
  taken: ReadonlyMap<string, WrittenSection>
): ReadonlyArray<ProgramPart> =>
  instances.flatMap((instance) => {
    const own = free(name, String(instance.index), taken)
    const section = programSection(own, [instance])
    return section === null ? [] : [{ name: own, section }]
  })

/** A name that no section has, without the comma that separates names in a group. */
const free = (
  wanted: string,
  suffix: string,
  taken: ReadonlyMap<string, WrittenSection>
): string => {
  const base = wanted.replaceAll(",", "_")
  if (base === wanted && !taken.has(base) && !/^-?\d+$/.test(suffix)) return base
  const named = `${base}_${suffix.replaceAll(",", "_")}`
  for (let count = 2; ; count += 1) {
    const name = count === 2 ? named : `${named}_${count}`
    if (!taken.has(name)) return name
  }
}
