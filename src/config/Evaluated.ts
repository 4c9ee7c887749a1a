/** What crosses back from the evaluation child: data, and where each piece came from. */
import type { Source } from "../domain/Instance.ts"

export interface EvaluatedObject {
  readonly type: "program" | "task" | "listener" | "fastCgi" | "group" | "supervisor"
  /**
   * What was given to define…, as plain JSON; Durations and markers are already text, and a defined program in a group's
   * `programs` is its name.
   */
  readonly input: unknown
  /** Default name: the export's name, the record's key, or the file's name for a default export; null: a member of an array. */
  readonly nameHint: string | null
  /** The define… call. */
  readonly source: Source
  /** The entry that exports it. */
  readonly entry: string
}

/** A finding of the child about a value that is no data: `path` leads from the define… argument to it. */
export interface EvaluatedFault {
  readonly source: Source
  readonly path: ReadonlyArray<string | number>
  readonly message: string
}

export interface Evaluated {
  readonly objects: ReadonlyArray<EvaluatedObject>
  readonly faults: ReadonlyArray<EvaluatedFault>
  /** Absolute paths of every module that was loaded, entries included. */
  readonly inputs: ReadonlyArray<string>
  /** Entries that export nothing of reeve's and are imported by none. */
  readonly barren: ReadonlyArray<string>
}
