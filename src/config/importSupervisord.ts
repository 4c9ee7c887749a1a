/**
 * What `reeve supervisord` runs: the configuration file with its includes, and the command line over it. Touches nothing; it is
 * read again in the same way at `reread` and before a reload. Where something is wrong, `IniFailure.text` is what supervisord
 * would say.
 */
import * as Effect from "effect/Effect"
import { serverUrl } from "../core/ini/readServers.ts"
import type { SupervisordFlags } from "../core/supervisordFlags.ts"
import type { Group, Program } from "../domain/Desired.ts"
import type { Problem } from "../domain/Problem.ts"
import type { BootMessage, SupervisordConfig } from "../domain/SupervisordConfig.ts"
import type { Files } from "../os/Files.ts"
import type { Host } from "../os/Host.ts"
import { Users } from "../os/Users.ts"
import type { IniFailure } from "./ini/IniFailure.ts"
import { readConfiguration } from "./ini/readConfiguration.ts"

export interface ImportSupervisordOptions {
  /** As it was named: supervisord's texts show it so. */
  readonly file: string
  /** Absolute: where a relative name of the file, and relative paths in it, begin. */
  readonly directory: string
  readonly flags: SupervisordFlags
}

export interface ImportedSupervisord {
  readonly programs: ReadonlyArray<Program>
  /** By priority and name. */
  readonly groups: ReadonlyArray<Group>
  /**
   * Its messages are those that are known from the files: `Set uid to user …` and `Increased … limit to …` come behind them
   * from whoever does that.
   */
  readonly config: SupervisordConfig
  /** supervisord's warnings and reeve's own; for `check` and the like. */
  readonly warnings: ReadonlyArray<Problem>
  /** Absolute paths of the main file and of what it includes. */
  readonly inputs: ReadonlyArray<string>
  /** The patterns of `[include]`, absolute: a file that comes to match one is an input, too. */
  readonly patterns: ReadonlyArray<string>
}

export const importSupervisord: (
  options: ImportSupervisordOptions
) => Effect.Effect<ImportedSupervisord, IniFailure, Files | Users | Host> = Effect.fn(
  "importSupervisord"
)(function* ({ directory, file, flags }: ImportSupervisordOptions) {
  const { effectiveUid } = yield* Users
  const read = yield* readConfiguration({ file, directory, flags, requireSupervisord: true })
  const { groups, inputs, patterns, programs, warnings } = read
  if (read.supervisord === null) return yield* Effect.die("the section was required")
  const { rpcInterface, servers, settings } = read.supervisord
  const runsAsRoot = effectiveUid === 0 && settings.user === null
  const messages: ReadonlyArray<BootMessage> = [
    ...(runsAsRoot ? [{ level: "critical" as const, text: runningAsRoot }] : []),
    ...read.missing.map((text) => ({ level: "warn" as const, text })),
    ...read.notices.map((text) => ({ level: "warn" as const, text })),
    ...read.included.map((text) => ({ level: "info" as const, text }))
  ]
  const config: SupervisordConfig = {
    file: read.file,
    settings,
    servers,
    rpcInterface,
    messages,
    serverUrl: serverUrl(servers)
  }
  return { programs, groups, config, warnings, inputs, patterns }
})

const runningAsRoot =
  "Supervisor is running as root.  Privileges were not dropped because no user is specified in the config " +
  "file.  If you intend to run as root, you can set user=root in the config file to avoid this message."
