/** The daemon of `reeve up` as supervisord's clients see it. */
import * as Effect from "effect/Effect"
import type { SupervisordConfig } from "../../domain/SupervisordConfig.ts"
import { NoRestart, type SupervisordControl } from "../../supervisord/SupervisordControl.ts"
import type { Control } from "../control.ts"
import type { OwnLog } from "../ownLog.ts"

export const clientControl = (parts: {
  readonly config: SupervisordConfig
  readonly control: Control
  readonly log: OwnLog
  readonly pid: number
}): SupervisordControl["Service"] => {
  const { config, control, log, pid } = parts
  return {
    settings: () => config.settings,
    pid,
    mood: () => (control.stopping() ? "SHUTDOWN" : "RUNNING"),
    shutdown: control.service.shutdown("supervisorctl"),
    restart: Effect.fail(new NoRestart({ text: noRestart })),
    logfile: log.file,
    clearLog: Effect.suspend(() => {
      const errno = log.clear()
      return errno === null
        ? Effect.logInfo("began a new log (supervisorctl)")
        : Effect.fail({ text: errno })
    })
  }
}

const noRestart =
  "reeve up takes over changed files without beginning anew: use update, or restart all"
