/** The daemon as the API and signals see it: what it is, and how it is asked to stop. */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { DaemonControl } from "../api/DaemonControl.ts"
import type { DaemonInfo } from "../api/messages.ts"
import { LogPlane } from "../logs/LogPlane.ts"
import { Keeper } from "../os/Keeper.ts"
import { processFacts } from "../os/procStat.ts"
import { version } from "../os/version.ts"
import { Reconciler } from "../reconcile/Reconciler.ts"
import { Supervisor } from "../supervise/Supervisor.ts"
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

export const makeControl = Effect.fnUntraced(function* (options: DaemonOptions, log: OwnLog) {
  const keeper = yield* Keeper
  const { adoption } = yield* Supervisor
  const reconciler = yield* Reconciler
  const plane = yield* LogPlane
  const startedAt = yield* Clock.currentTimeMillis
  const stop = yield* Deferred.make<string>()
  const ended = yield* Deferred.make<void>()
  const { ended: gone, monotonicMs, processes } = adoption
  const adopted = { processes, ended: gone, monotonicMs }
  const before = yield* beforeOf
  let phase: DaemonInfo["phase"] = "starting"
  let asked = false
  const info = Effect.gen(function* () {
    const { generation } = yield* reconciler.status
    const answer: DaemonInfo = {
      version,
      node: process.version,
      daemon: identity(process.pid),
      keeper: keeper.present() && keeper.met.pid !== null ? identity(keeper.met.pid) : null,
      run: keeper.met.run,
      before,
      adopted: adoption.resumed ? adopted : null,
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

/** The keeper tells its moment by the monotonic clock, which the wall clock may have left behind since. */
const beforeOf = Effect.gen(function* () {
  const { before } = (yield* Keeper).met
  if (before.kind !== "died") return null
  const now = Number(yield* Clock.monotonicTimeNanos) / 1e6
  const at = Math.round((yield* Clock.currentTimeMillis) - (now - before.atMs))
  return { text: before.text, at }
})

const identity = (pid: number) => ({ pid, startTicks: processFacts(pid)?.startTicks ?? 0 })
