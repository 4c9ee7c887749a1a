/**
 * The daemon as clients and signals see it: its mood, its log, and how it is asked to end or to begin anew. A restart is refused
 * before anything stops where the new configuration would be (unlike G9).
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { GroupRegister } from "../../config/GroupRegister.ts"
import { LogPlane } from "../../logs/LogPlane.ts"
import { ConfigRefused, type SupervisordControl } from "../../supervisord/SupervisordControl.ts"
import { leaveHandover } from "./handover.ts"
import type { MainLog } from "./mainLog.ts"
import { mayRestart } from "./mayRestart.ts"
import { mayServe } from "./mayServe.ts"
import type { ReadFiles } from "./readFiles.ts"

export type Ending = "shutdown" | "restart"

export interface Control {
  readonly service: SupervisordControl["Service"]
  /** Resolves when an orderly end is wanted. How it ends may still change from a restart to a shutdown. */
  readonly endAsked: Effect.Effect<void>
  readonly ending: () => Ending
  /** Of the program logs and the main log (USR2). */
  readonly reopenLogs: Effect.Effect<void>
}

export interface ControlOptions {
  readonly keeperPid: number
  readonly runtimeDirectory: string
  readonly log: MainLog
  readonly read: ReadFiles
}

export const makeControl = Effect.fnUntraced(function* (options: ControlOptions) {
  const { log } = options
  const register = yield* GroupRegister
  const plane = yield* LogPlane
  /** Those that listen now: what is read later listens after a restart only. */
  const { servers } = register.last().config
  const asked = yield* Deferred.make<void>()
  let mood: "RUNNING" | "RESTARTING" | "SHUTDOWN" = "RUNNING"
  const settings = () => register.last().config.settings
  const end = (next: "RESTARTING" | "SHUTDOWN") =>
    Effect.suspend(() => {
      // A shutdown outranks a restart that is under way, not the other way round.
      if (mood !== "SHUTDOWN") mood = next
      return Effect.asVoid(Deferred.succeed(asked, undefined))
    })
  const control: Control = {
    service: {
      settings,
      pid: options.keeperPid,
      mood: () => mood,
      shutdown: end("SHUTDOWN"),
      restart: Effect.gen(function* () {
        const read = yield* options.read.pipe(
          Effect.mapError(({ text }) => new ConfigRefused({ text }))
        )
        const obstacle = mayRestart(read.config.settings, process.geteuid?.())
        if (obstacle !== null) return yield* new ConfigRefused({ text: obstacle })
        const taken = yield* mayServe(servers, read.config.servers)
        if (taken !== null) return yield* new ConfigRefused({ text: taken })
        yield* leaveHandover(options.runtimeDirectory, read).pipe(
          Effect.mapError((errno) => new ConfigRefused({ text: `cannot keep it: ${errno}` }))
        )
        yield* end("RESTARTING")
      }),
      logfile: () => (settings().logfile === "syslog" ? null : settings().logfile),
      clearLog: Effect.suspend(() => {
        log.line("info", "reopening log file")
        const errno = log.clear()
        return errno === null ? Effect.void : Effect.fail({ text: errno })
      })
    },
    endAsked: Deferred.await(asked),
    ending: () => (mood === "RESTARTING" ? "restart" : "shutdown"),
    reopenLogs: Effect.andThen(
      plane.reopen,
      Effect.sync(() => log.reopen())
    )
  }
  return control
})
