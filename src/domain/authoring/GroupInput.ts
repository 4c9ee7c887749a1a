/** The type of what `defineGroup` takes. */
import type { Defined } from "./Defined.ts"
import type { FastCgiInput } from "./FastCgiInput.ts"
import type { ProgramInput } from "./ProgramInput.ts"
import type { TaskInput } from "./TaskInput.ts"

export interface GroupInput {
  /**
   * The name it is addressed by, without blanks, colons and slashes. Default: the name of the
   * export, the key in a record, or the name of the file for a default export. Change class:
   * replace.
   */
  readonly name?: string
  /**
   * Its programs: names, or what defineProgram returned (exported as well). A program is in one
   * group at most. supervisord: programs. Required. Change class: replace.
   */
  readonly programs: ReadonlyArray<
    | string
    | Defined<"reeve/program", ProgramInput>
    | Defined<"reeve/task", TaskInput>
    | Defined<"reeve/fastCgi", FastCgiInput>
  >
  /**
   * Lower starts first and stops last, before the priority of its programs counts. supervisord:
   * priority. Default: 999. Change class: live.
   */
  readonly priority?: number
}
