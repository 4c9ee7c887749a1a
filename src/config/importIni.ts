/**
 * One of reeve's own entries in supervisord's dialect, includes and all, as programs and groups. What such a file says of the
 * daemon itself and of servers only counts with `reeve supervisord`; a warning tells so.
 */
import * as Effect from "effect/Effect"
import type { Group, Program } from "../domain/Desired.ts"
import type { Problem } from "../domain/Problem.ts"
import type { Files } from "../os/Files.ts"
import { Host } from "../os/Host.ts"
import type { Users } from "../os/Users.ts"
import type { IniFailure } from "./ini/IniFailure.ts"
import { readConfiguration } from "./ini/readConfiguration.ts"

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

export const importIni: (
  options: ImportIniOptions
) => Effect.Effect<ImportedIni, IniFailure, Files | Users | Host> = Effect.fn("importIni")(
  function* ({ file, requireSupervisord = false }: ImportIniOptions) {
    const { directory } = yield* Host
    const read = yield* readConfiguration({ file, directory, flags: null, requireSupervisord })
    const { groups, inputs, patterns, programs, warnings } = read
    return { programs, groups, warnings, inputs, patterns }
  }
)
