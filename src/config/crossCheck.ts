/**
 * What is wrong between programs, whatever file each comes from: names used twice, log files and sockets shared, what they need
 * of each other. Pure. Within TypeScript alone duplicate names are told by decode; what supervisord accepts is a warning where
 * ini is concerned.
 */
import type { Group, Program } from "../domain/Desired.ts"
import type { InstanceSpec, Source } from "../domain/Instance.ts"
import { checkDependencies } from "./checkDependencies.ts"
import { checkOverlap } from "./checkOverlap.ts"
import { checkUpdate } from "./checkUpdate.ts"
import type { ValueFinding } from "./locate.ts"
import { sharedSockets } from "./sharedSockets.ts"

export interface CrossFinding extends ValueFinding {
  readonly origin: Program["origin"]
}

/** A place as the user sees it. */
export type PlaceOf = (source: Source) => string

/** `complete`: every file was read. */
export const crossCheck = (
  programs: ReadonlyArray<Program>,
  groups: ReadonlyArray<Group>,
  placeOf: PlaceOf,
  complete: boolean
): ReadonlyArray<CrossFinding> => {
  const twice = duplicatePrograms(programs, placeOf)
  return [
    ...twice.findings,
    ...duplicateGroups(programs, groups, twice.groups, placeOf),
    ...duplicateAddresses(programs, twice.groups, placeOf),
    ...sharedLogs(programs, placeOf),
    ...sharedSockets(programs, placeOf),
    ...checkOverlap(programs),
    ...checkUpdate(programs),
    ...checkDependencies(programs, placeOf, complete)
  ]
}

const duplicatePrograms = (programs: ReadonlyArray<Program>, placeOf: PlaceOf) => {
  const first = new Map<string, Program>()
  const groups = new Set<string>()
  const findings: Array<CrossFinding> = []
  for (const program of programs) {
    const key = `${program.group}/${program.name}`
    const other = first.get(key)
    if (other === undefined) {
      first.set(key, program)
      continue
    }
    groups.add(program.group)
    const text = `there is another program called "${program.name}", at ${placeOf(other.source)}`
    findings.push(error(program, ["name"], text, "give one of them another name"))
  }
  return { findings, groups }
}

/** A group is made in one place: by one file of ini, or by TypeScript. */
const duplicateGroups = (
  programs: ReadonlyArray<Program>,
  groups: ReadonlyArray<Group>,
  told: ReadonlySet<string>,
  placeOf: PlaceOf
): ReadonlyArray<CrossFinding> => {
  const count = new Map<string, number>()
  for (const { name } of groups) count.set(name, (count.get(name) ?? 0) + 1)
  return [...count].flatMap(([name, times]) => {
    if (times < 2 || told.has(name)) return []
    const members = programs.filter((program) => program.group === name)
    const [one] = members
    const other = members.find(
      (program) => one !== undefined && program.source.file !== one.source.file
    )
    if (one === undefined || other === undefined) return []
    const text = `the group "${name}" is made here and at ${placeOf(one.source)}`
    return [error(other, [], text, "give one of the two another name")]
  })
}

const duplicateAddresses = (
  programs: ReadonlyArray<Program>,
  told: ReadonlySet<string>,
  placeOf: PlaceOf
): ReadonlyArray<CrossFinding> => {
  const first = new Map<string, Program>()
  const findings: Array<CrossFinding> = []
  for (const program of programs) {
    for (const { address } of program.instances) {
      const other = first.get(address)
      if (other === undefined) first.set(address, program)
      else if (other !== program && !told.has(program.group)) {
        const text = `"${address}" names a process of this program and one of the program at ${placeOf(other.source)}`
        findings.push(error(program, ["name"], text, "give one of them another name"))
        break
      }
    }
  }
  return findings
}

type Channel = "stdout" | "stderr"

interface Writer {
  readonly program: Program
  readonly instance: InstanceSpec
  readonly channel: Channel
}

const sharedLogs = (
  programs: ReadonlyArray<Program>,
  placeOf: PlaceOf
): ReadonlyArray<CrossFinding> => {
  const first = new Map<string, Writer>()
  const findings: Array<CrossFinding> = []
  for (const program of programs) {
    const told = new Set<string>()
    for (const instance of program.instances) {
      for (const [channel, path] of logFiles(instance)) {
        const writer: Writer = { program, instance, channel }
        const other = first.get(path)
        if (other === undefined) first.set(path, writer)
        else if (!told.has(path)) {
          told.add(path)
          findings.push(sharedLog(path, writer, other, placeOf))
        }
      }
    }
  }
  return findings
}

/** Devices and descriptors can be shared: nothing rotates them. */
const logFiles = ({ definition }: InstanceSpec): ReadonlyArray<readonly [Channel, string]> => {
  const { stdout, stderr } = definition.logs
  const sinks = [
    ["stdout", stdout] as const,
    ...(stderr === "stdout" ? [] : [["stderr", stderr] as const])
  ]
  return sinks.flatMap(([channel, { file }]) =>
    typeof file === "string" || file.path.startsWith("/dev/") ? [] : [[channel, file.path] as const]
  )
}

const sharedLog = (path: string, writer: Writer, other: Writer, placeOf: PlaceOf): CrossFinding => {
  const { program, instance, channel } = writer
  const supervisordAccepts = program.origin === "ini" || other.program.origin === "ini"
  const same = other.instance === instance
  const who = same
    ? "stdout and stderr of this program"
    : other.program === program
      ? "several instances of this program"
      : `this program and "${other.instance.address}", at ${placeOf(other.program.source)},`
  return {
    origin: program.origin,
    severity: supervisordAccepts ? "warning" : "error",
    source: program.source,
    path: ["logs", channel, "file"],
    message: `${who} write to one log file, ${path}: each would rotate it under the other`,
    hint:
      program.origin === "ini"
        ? "give each a file of its own"
        : same
          ? 'write stderr: "stdout"'
          : other.program === program
            ? "put instance.index into its name"
            : "give each a file of its own"
  }
}

const error = (
  { origin, source }: Program,
  path: ValueFinding["path"],
  message: string,
  hint: string
): CrossFinding => ({ origin, severity: "error", source, path, message, hint })
