/** The services and settings that the reconciler's steps share. */
import type * as Effect from "effect/Effect"
import type { Loader } from "../config/Loader.ts"
import type { SourceWatcher } from "../config/SourceWatcher.ts"
import type { Watcher } from "../config/Watcher.ts"
import type { Events } from "../events/Events.ts"
import type { Store } from "../store/Store.ts"
import type { Supervisor } from "../supervise/Supervisor.ts"
import type { Report } from "./Report.ts"

export interface ReconcilerOptions {
  /** Files and directories as the operator named them, absolute. */
  readonly entries: ReadonlyArray<string>
  /** "manual": saves wait for `reeve apply`, whatever the files say; "auto": unless `defineSupervisor` says "manual". */
  readonly mode: "auto" | "manual"
  /** Recorded with the generations that saves lead to. */
  readonly who: string
  readonly report?: (report: Report) => Effect.Effect<void>
}

export interface Workplace {
  readonly options: ReconcilerOptions
  readonly loader: Loader["Service"]
  readonly watcher: Watcher["Service"]
  readonly sources: SourceWatcher["Service"]
  readonly supervisor: Supervisor["Service"]
  readonly store: Store["Service"]
  readonly events: Events["Service"]
  readonly report: (report: Report) => Effect.Effect<void>
}
