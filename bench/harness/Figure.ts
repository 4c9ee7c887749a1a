/** One row, or a few that come from the same run, of the table of figures. */
import type { Site } from "./Site.ts"
import type { Target } from "./Target.ts"

export interface Metric {
  /** Unique among all figures, as `--only` and the JSON have it: "respawn.p50". */
  readonly id: string
  /** As it stands in the table: "respawn after SIGKILL, p50". */
  readonly title: string
  readonly unit: "ms" | "s" | "per s" | "MB/s" | "s/GB" | "MB" | "kB" | "count"
  readonly better: "less" | "more"
  /** What reeve is to reach, each with its own sentence; empty: it is only reported. */
  readonly goals: ReadonlyArray<Goal>
}

export interface Goal {
  /** "at most 0.12 × supervisord". */
  readonly text: string
  /** By the medians of one run; null: what it compares with was not measured. */
  readonly isMet: (medians: Medians) => boolean | null
}

/** Median by target, of this metric or of another that is named; null: not measured, or it has no such thing. */
export type Medians = (target: string, metric?: string) => number | null

export interface Figure {
  readonly id: string
  /** The row of the table that it belongs to; a row is missed where one of its goals is. */
  readonly row: string
  readonly metrics: ReadonlyArray<Metric>
  /** Names of targets that can be measured so. */
  readonly targets: ReadonlyArray<string>
  /**
   * Once, for one target, in a fresh directory: a value for each metric; left out where the target has no such thing. Throws
   * where what was to be measured did not happen (a program missing, a line lost).
   */
  readonly measure: (
    target: Target,
    site: Site,
    scale: Scale
  ) => Promise<Readonly<Record<string, number>>>
}

/** "short": a few programs and little data, to see that all of it works; its times say nothing. */
export type Scale = "full" | "short"
