/** All that the client can do, by name. */
import { add } from "./add.ts"
import { avail } from "./avail.ts"
import type { Action } from "./Ctl.ts"
import { clear } from "./clear.ts"
import { fg } from "./fg.ts"
import { help } from "./help.ts"
import { maintail } from "./maintail.ts"
import { open } from "./open.ts"
import { pid } from "./pid.ts"
import { quit } from "./quit.ts"
import { reload } from "./reload.ts"
import { remove } from "./remove.ts"
import { reread } from "./reread.ts"
import { restart } from "./restart.ts"
import { shutdown } from "./shutdown.ts"
import { signal } from "./signal.ts"
import { start } from "./start.ts"
import { status } from "./status.ts"
import { stop } from "./stop.ts"
import { tail } from "./tail.ts"
import { update } from "./update.ts"
import { version } from "./version.ts"

export const actions: ReadonlyMap<string, Action> = new Map([
  ["EOF", quit],
  ["add", add],
  ["avail", avail],
  ["clear", clear],
  ["exit", quit],
  ["fg", fg],
  ["help", help],
  ["maintail", maintail],
  ["open", open],
  ["pid", pid],
  ["quit", quit],
  ["reload", reload],
  ["remove", remove],
  ["reread", reread],
  ["restart", restart],
  ["shutdown", shutdown],
  ["signal", signal],
  ["start", start],
  ["status", status],
  ["stop", stop],
  ["tail", tail],
  ["update", update],
  ["version", version]
])
