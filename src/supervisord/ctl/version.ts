/** `version`: the server's (supervisord.md 5.3). */
import { textOf } from "../../core/ctl/readStruct.ts"
import type { Action } from "./Ctl.ts"
import { upcheck } from "./upcheck.ts"
import { refusesAny } from "./usage.ts"

export const version: Action = async (ctl, rest) => {
  if (refusesAny(ctl, "version", rest)) return
  if (!(await upcheck(ctl))) return
  ctl.output(textOf(await ctl.supervisor()("getSupervisorVersion")))
}
