/**
 * From an instance's specification to a complete request for the Spawner: words, environment, secrets, user, directory,
 * limits, all checked before anything is started. It starts nothing itself. Descriptors for output, for `stdin: "pipe"`
 * and for sockets are filled in by the caller, who makes them.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { CommandWords } from "../domain/Hooks.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { ProcessSources } from "../domain/ProcessSources.ts"
import type { SinkSpec } from "../logs/LogPlane.ts"
import type { SpawnRequest } from "../os/Spawner.ts"

export interface Launch {
  readonly request: SpawnRequest
  /** Hash of what the process inherits from reeve. */
  readonly inheritedHash: string
  /** With whose rights its log files are opened. */
  readonly openAs: SinkSpec["openAs"]
  /** The files that it is made from, as they are now; absent: not known. */
  readonly sources?: ProcessSources
}

/** `text` is one of supervisord.md 2.6, or reeve's own sentence. */
export class LaunchRefused extends Data.TaggedError("LaunchRefused")<{
  readonly kind: "noFile" | "notExecutable" | "spawn"
  readonly text: string
}> {}

export class Launcher extends Context.Service<
  Launcher,
  {
    /** `serverUrl`: for SUPERVISOR_SERVER_URL; null: there is no such variable. */
    readonly launch: (
      spec: InstanceSpec,
      spawnId: string,
      serverUrl: string | null
    ) => Effect.Effect<Launch, LaunchRefused>
    /** A command that runs beside the program: as its user, in its directory, with its environment, without a spawn id. */
    readonly beside: (
      spec: InstanceSpec,
      command: CommandWords,
      serverUrl: string | null
    ) => Effect.Effect<SpawnRequest, LaunchRefused>
  }
>()("reeve/supervise/Launcher") {}
