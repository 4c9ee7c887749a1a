/**
 * Reads a supervisord configuration, includes and all, into programs and groups. Never touches what runs, and never
 * writes: the meaning is worked out by the pure interpretation in core/ini, which this gives the facts of the machine.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { directoryOf } from "../core/ini/IniContext.ts"
import type { IniDocument } from "../core/ini/IniDocument.ts"
import type { IniGroup } from "../core/ini/readGroups.ts"
import type { Group, Program } from "../domain/Desired.ts"
import type { Problem } from "../domain/Problem.ts"
import type { Files } from "../os/Files.ts"
import { Host } from "../os/Host.ts"
import type { Users } from "../os/Users.ts"
import { interpretWithFacts } from "./ini/interpretWithFacts.ts"
import { readDocument } from "./ini/readDocument.ts"
import { sealInstance } from "./sealInstance.ts"

export interface ImportIniOptions {
  /** Absolute path of the main file. */
  readonly file: string
  /** supervisord needs a `[supervisord]` section; among reeve's own entries it may be missing. Default: false. */
  readonly requireSupervisord?: boolean
}

export interface ImportedIni {
  readonly programs: ReadonlyArray<Program>
  /** By priority and name. */
  readonly groups: ReadonlyArray<Group>
  readonly warnings: ReadonlyArray<Problem>
  /** Absolute paths of the main file and of what it includes. */
  readonly inputs: ReadonlyArray<string>
  /** The patterns of `[include]`, absolute: a file that comes to match one is an input, too. */
  readonly patterns: ReadonlyArray<string>
}

/** `problems` are in supervisord's order: the first error is the one that it would print. */
export class IniFailure extends Data.TaggedError("IniFailure")<{
  readonly problems: ReadonlyArray<Problem>
  readonly inputs: ReadonlyArray<string>
  readonly patterns: ReadonlyArray<string>
}> {}

export const importIni: (
  options: ImportIniOptions
) => Effect.Effect<ImportedIni, IniFailure, Files | Users | Host> = Effect.fn("importIni")(
  function* ({ file, requireSupervisord = false }: ImportIniOptions) {
    const host = yield* Host
    const read = yield* readDocument(file)
    const { inputs, patterns } = read
    const document: IniDocument = read.document
    const meaning = read.problems.some(isError)
      ? { groups: [], problems: [] }
      : yield* interpretWithFacts(document, {
          file,
          here: directoryOf(file),
          hostname: host.hostname,
          directory: host.directory,
          environment: host.environment,
          requireSupervisord
        })
    const problems = [...read.problems, ...meaning.problems].map((problem) =>
      shown(problem, host.directory)
    )
    if (problems.some(isError)) return yield* new IniFailure({ problems, inputs, patterns })
    return {
      programs: meaning.groups.flatMap(programsOf),
      groups: meaning.groups.map(({ group }) => group),
      warnings: problems,
      inputs,
      patterns
    }
  }
)

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
