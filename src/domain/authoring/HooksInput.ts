/** The type of what runs around the starts and stops of a program; its schema is in HooksSchema.ts. */
import type { DurationInput } from "../Duration.ts"
import type { CommandInput } from "./ProgramInput.ts"

/** A command that runs beside a program, alone or with the time it may take (30 seconds when left out). */
export type HookInput =
  | CommandInput
  | { readonly command: CommandInput; readonly timeout?: DurationInput }

/** Commands around the starts and stops of a program. */
export interface HooksInput {
  /**
   * Runs before each start, an automatic restart too; where it fails or takes too long, that is a
   * failed start. Default: none. Change class: live.
   */
  readonly beforeStart?: HookInput
  /** Runs when a process came up (RUNNING). Default: none. Change class: live. */
  readonly afterStart?: HookInput
  /**
   * Runs before the stop signal; that is sent when it has ended, or its time is over. Default:
   * none. Change class: live.
   */
  readonly beforeStop?: HookInput
  /**
   * Runs when a process has ended, also by itself; the next start waits for its end. Default:
   * none. Change class: live.
   */
  readonly afterStop?: HookInput
}
