/** The outcome of checking evaluated objects against the schemas, before positions are looked up. */
import type { Group, Program, SupervisorSettings } from "../domain/Desired.ts"

/** `object` is the position in Evaluated.objects; `path` leads from the define… argument to the value at fault. */
export interface Issue {
  readonly object: number
  readonly path: ReadonlyArray<string | number>
  readonly severity: "error" | "warning"
  readonly message: string
  readonly hint: string | null
}

export interface Decoded {
  readonly programs: ReadonlyArray<Program>
  readonly groups: ReadonlyArray<Group>
  readonly supervisor: SupervisorSettings | null
  /** Files named by envFile, absolute: inputs to watch. */
  readonly inputs: ReadonlyArray<string>
  readonly issues: ReadonlyArray<Issue>
}
