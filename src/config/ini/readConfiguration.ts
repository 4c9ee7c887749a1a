/**
 * A supervisord configuration, includes and all, read and interpreted: the part that reeve's own entries and `reeve supervisord`
 * have in common. Never touches what runs, and never writes: the meaning is worked out by the pure interpretation in core/ini,
 * which this gives the facts of the machine.
 */
import * as Effect from "effect/Effect"
import { absolutePath, directoryOf } from "../../core/ini/IniContext.ts"
import { type Interpreted, interpret } from "../../core/ini/interpret.ts"
import { withoutDots } from "../../core/ini/pathTypes.ts"
import type { IniGroup } from "../../core/ini/readGroups.ts"
import type { SupervisordFlags } from "../../core/supervisordFlags.ts"
import type { Program } from "../../domain/Desired.ts"
import type { Problem } from "../../domain/Problem.ts"
import { Host } from "../../os/Host.ts"
import { sealInstance } from "../sealInstance.ts"
import { IniFailure } from "./IniFailure.ts"
import { readDocument } from "./readDocument.ts"
import { withFacts } from "./withFacts.ts"

export interface ConfigurationSource {
  /** As it was named. */
  readonly file: string
  /** Absolute: where relative paths begin. */
  readonly directory: string
  /** Null: one of reeve's own entries. */
  readonly flags: SupervisordFlags | null
  readonly requireSupervisord: boolean
}

export const readConfiguration = Effect.fnUntraced(function* (source: ConfigurationSource) {
  const { directory, flags, requireSupervisord } = source
  const { environment, hostname, directory: shownFrom } = yield* Host
  const file = withoutDots(absolutePath(source.file, { directory }))
  const read = yield* readDocument(file, source.file)
  const { included, inputs, missing, patterns } = read
  const context = { file, here: directoryOf(file), hostname, directory, environment, flags }
  const meaning: Interpreted = read.problems.some(isError)
    ? { groups: [], supervisord: null, notices: [], problems: [] }
    : yield* withFacts(environment, (facts, home) =>
        interpret(read.document, { ...context, requireSupervisord, facts, home })
      )
  const problems = [...read.problems, ...meaning.problems].map((one) => shown(one, shownFrom))
  if (problems.some(isError)) return yield* new IniFailure({ problems, inputs, patterns })
  const { notices, supervisord } = meaning
  return {
    file,
    programs: meaning.groups.flatMap(programsOf),
    groups: meaning.groups.map(({ group }) => group),
    supervisord,
    /** The warnings that supervisord logs, in its order, and what it says of includes. */
    notices,
    missing,
    included,
    warnings: problems,
    inputs,
    patterns
  }
})

const isError = ({ severity }: Problem): boolean => severity === "error"

const programsOf = ({ group, programs }: IniGroup): ReadonlyArray<Program> =>
  programs.map(({ name, section, instances }) => ({
    name,
    group: group.name,
    origin: "ini",
    source: section.at,
    instances: instances.map(sealInstance)
  }))

/** Paths below the directory that reeve was started in are shown from there. */
const shown = (problem: Problem, directory: string): Problem =>
  problem.file?.startsWith(`${directory}/`)
    ? { ...problem, file: problem.file.slice(directory.length + 1) }
    : problem
