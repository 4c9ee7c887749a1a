/** How a program is told to read its files anew, as data. ReloadSchema.ts is the schema of the same shape. */
import type { SignalName } from "../Signal.ts"
import type { InstanceMarker } from "./Marker.ts"

/** Files by their patterns. */
export interface FilesInput {
  readonly kind: "files"
  readonly patterns: ReadonlyArray<string | InstanceMarker>
}

/** A signal at which a program reads its files anew. */
export interface ReloadInput {
  /**
   * The signal at which it reads its files anew; the process itself gets it. Default: "HUP".
   * Change class: live.
   */
  readonly signal?: SignalName | `SIG${SignalName}` | `${number}`
  /**
   * What it reads anew: a change of one of these files sends the signal, where a restart would
   * do as well. Default: []. Change class: live.
   */
  readonly on?: ReadonlyArray<FilesInput>
}

/** `files("/etc/nginx/**", "!/etc/nginx/*.bak")`: patterns as those of `watch`. */
export const files = (...patterns: FilesInput["patterns"]): FilesInput =>
  Object.freeze({ kind: "files", patterns: Object.freeze([...patterns]) })
