/**
 * What is measured: a supervisor, or a floor (a bare loop that only starts processes). Each is given the same programs in its own
 * configuration, in a directory of its own, and is asked the same things in its own way.
 */
import type { Site } from "./Site.ts"

/** Programs that are all alike but for their names (`p0`, `p1`, …). */
export interface Load {
  readonly count: number
  /** Argument vector; `{name}` in a word stands for the name of the program. The first is an absolute path. */
  readonly command: ReadonlyArray<string>
  /** "files": stdout of each goes to files of its own in `site.logs` (`outputFiles`); "none": it is thrown away, as is stderr. */
  readonly output: "files" | "none"
  /** Size at which an output file is rotated, bytes, with three old ones kept; null: never. */
  readonly rotateBytes: number | null
  /** How long a process must live until it counts as having come up; supervisord's `startsecs`, PM2's `min_uptime`. */
  readonly stableSeconds: 0 | 1
  /** Another process follows each that ends, at once and for ever. */
  readonly restarts: boolean
}

/** A target that runs. All of it ends with `end`, whatever happened before. */
export interface Running {
  /** The process that all of the target's own processes descend from. Asked for before it is there (PM2's daemon), it throws. */
  readonly root: number
  /** Gives one program another command and has it applied; resolves when the command of the target that does so has ended. */
  readonly change: ((name: string, command: ReadonlyArray<string>) => Promise<void>) | null
  /**
   * As `change`, by a plan that was evaluated and is only to be applied; resolves, once that has ended, with the moment just
   * before the apply was asked for, nanoseconds of CLOCK_MONOTONIC. Absent: it knows no plans.
   */
  readonly applyPlan?: (name: string, command: ReadonlyArray<string>) => Promise<bigint>
  /** What prints a plan of all programs as they are declared. Absent: it knows no plans. */
  readonly plan?: ReadonlyArray<string>
  /** What prints the state of all programs; null: it has no such command. */
  readonly status: ReadonlyArray<string> | null
  /** Where `supervisor.getAllProcessInfo` is answered: path of a unix socket; null: nowhere. */
  readonly xmlrpc: string | null
  /** Orderly, as an administrator stops it: resolves when the target and all programs are gone. */
  readonly stop: () => Promise<void>
  /** Kills what is left, of the target and of its programs. Never fails. */
  readonly end: () => Promise<void>
}

export interface Target {
  /** As in the tables: "supervisord", "reeve", "reeve up", "reeve typed", "runit", "s6", "PM2", "bare Node", "bare C". */
  readonly name: string
  /** Version where it is installed; else how to install it, one sentence. */
  readonly find: () => Promise<Found>
  /** What prints its version. Absent: there is no such command. */
  readonly versionCommand?: ReadonlyArray<string>
  /**
   * Resolves as soon as its launch command was spawned: it does not wait for the programs. `launchedAt` is the moment just before
   * that spawn, nanoseconds of CLOCK_MONOTONIC; what must be written before (configuration, service directories) is not counted.
   */
  readonly launch: (site: Site, load: Load) => Promise<Launched>
}

export interface Launched extends Running {
  readonly launchedAt: bigint
}

export type Found =
  | { readonly isThere: true; readonly version: string }
  | { readonly isThere: false; readonly install: string }
