/** `open`: talks to another server from now on, and shows its status. The status leaves no exit code (supervisord.md 5.3). */
import { ctlExit } from "../../core/ctl/exitStatus.ts"
import { isOpenable } from "../../core/ctl/serverUrl.ts"
import type { Action } from "./Ctl.ts"
import { status } from "./status.ts"

export const open: Action = async (ctl, url) => {
  if (!isOpenable(url)) {
    ctl.output("ERROR: url must be http:// or unix://")
    ctl.exit = ctlExit.generic
    return
  }
  ctl.serverUrl = url
  const { exit } = ctl
  await status(ctl, "")
  ctl.exit = exit
}
