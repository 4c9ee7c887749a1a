/** `quit`, `exit` and the end of input leave the shell, with a blank line. */
import type { Action } from "./Ctl.ts"

export const quit: Action = async (ctl) => {
  ctl.output("")
  ctl.ended = true
}
