import { giveBackMemory, leaveTimersOut } from "./giveBackMemory.ts"
import { whenQuiet } from "./whenQuiet.ts"

/** For a process that does little more than start. */
export const restAfterStart = (): void => {
  leaveTimersOut()
  whenQuiet(giveBackMemory)
}
