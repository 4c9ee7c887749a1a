/** The daemon as the API and signals see it: what it is, and how it is asked to stop. */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { DaemonControl } from "../api/DaemonControl.ts"
import type { DaemonInfo } from "../api/messages.ts"
import { LogPlane } from "../logs/LogPlane.ts"
import { processFacts } from "../os/procStat.ts"
import { version } from "../os/version.ts"
import { Reconciler } from "../reconcile/Reconciler.ts"
import type { DaemonOptions } from "./DaemonOptions.ts"
import type { OwnLog } from "./ownLog.ts"

export interface Control {
  readonly service: DaemonControl["Service"]
  /** Resolves with who asked, when an orderly stop is wanted. */
  readonly stopAsked: Effect.Effect<string>
  readonly enter: (phase: DaemonInfo["phase"]) => void
  /** An orderly stop is wanted, or under way. */
  readonly stopping: () => boolean
  /** Everything is stopped: streams end. */
  readonly ended: Effect.Effect<void>
}

export const makeControl = Effect.fnUntraced(function* (
  options: DaemonOptions,
  keeperPid: number | null,
  log: OwnLog
) {
  const reconciler = yield* Reconciler
  const plane = yield* LogPlane
  const startedAt = yield* Clock.currentTimeMillis
  const stop = yield* Deferred.make<string>()
  const ended = yield* Deferred.make<void>()
  let phase: DaemonInfo["phase"] = "starting"
  let asked = false
  const info = Effect.gen(function* () {
    const { generation } = yield* reconciler.status
    const answer: DaemonInfo = {
      version,
      node: process.version,
      daemon: identity(process.pid),
      keeper: keeperPid === null ? null : identity(keeperPid),
      startedAt,
      stateDirectory: options.stateDirectory,
      runtimeDirectory: options.runtimeDirectory,
      socket: options.socket,
      logFile: log.file(),
      entries: options.entries,
      manual: options.manual,
      generation,
      phase
    }
    return answer
  })
  const control: Control = {
    service: {
      info,
      shutdown: (who) =>
        Effect.suspend(() => {
          asked = true
          return Effect.asVoid(Deferred.succeed(stop, who))
        }),
      reopenLogs: Effect.andThen(
        plane.reopen,
        Effect.sync(() => log.reopen())
      ),
      ended: Deferred.await(ended)
    },
    stopAsked: Deferred.await(stop),
    stopping: () => asked || phase === "stopping",
    enter: (next) => {
      phase = next
    },
    ended: Effect.asVoid(Deferred.succeed(ended, undefined))
  }
  return control
})

const identity = (pid: number) => ({ pid, startTicks: processFacts(pid)?.startTicks ?? 0 })
