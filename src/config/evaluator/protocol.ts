/**
 * What reeve and its evaluation process say to each other: one request, then frames until `done`. Everything is JSON on
 * a descriptor of its own, so that evaluated files may print, or close their output, without harm.
 */
import type { Overlay } from "../../os/overlay.ts"
import type { EvaluatedFault, EvaluatedObject } from "../Evaluated.ts"

/** The descriptor in the evaluation process. */
export const wireFd = 3

export interface EvaluationRequest {
  /** Absolute paths of modules, in the order in which they are evaluated. */
  readonly entries: ReadonlyArray<string>
  /** Who may own what is evaluated (design 6.1); null: no rule, reeve is not root. */
  readonly owners: ReadonlyArray<number> | null
  /** Where files are read instead; absent and null: where they are. */
  readonly overlay?: Overlay | null
}

/** Where a position is still to be found in the text of the file: the process that evaluates does not parse. */
export type Seek =
  | { readonly kind: "import"; readonly specifier: string }
  | { readonly kind: "syntax" }
  | { readonly kind: "throw" }
  | { readonly kind: "await" }
  | { readonly kind: "loop" }
  | { readonly kind: "call"; readonly names: ReadonlyArray<string> }

export interface RawProblem {
  readonly severity: "error" | "warning"
  readonly file: string
  readonly line: number | null
  readonly column: number | null
  readonly message: string
  readonly hint: string | null
  readonly seek: Seek | null
}

export interface RawEvaluation {
  readonly objects: ReadonlyArray<EvaluatedObject>
  readonly faults: ReadonlyArray<EvaluatedFault>
  readonly problems: ReadonlyArray<RawProblem>
  /** Absolute paths of every module read, and of those that were looked for and are missing. */
  readonly inputs: ReadonlyArray<string>
  /** What each file was when it was read (time of change, size, inode): equal stamps, equal content. */
  readonly stamps: ReadonlyArray<readonly [string, string]>
  /** Importer and imported. */
  readonly imports: ReadonlyArray<readonly [string, string]>
  /** Entries that evaluated well and export nothing of reeve's; some may be imported by others. */
  readonly barren: ReadonlyArray<string>
}

/** What was found so far is said at once: the process may not live to give its answer. */
export type Frame =
  | { readonly kind: "entry"; readonly file: string }
  | { readonly kind: "input"; readonly file: string }
  | { readonly kind: "problem"; readonly problem: RawProblem }
  | { readonly kind: "done"; readonly result: RawEvaluation }
