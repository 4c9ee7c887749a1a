/** All services of the daemon in supervisord mode, in one layer that is provided once. Building it starts no program. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Evaluator } from "../../config/evaluate.ts"
import { groupRegisterLive } from "../../config/GroupRegisterLive.ts"
import { NoSourceWatcher } from "../../config/SourceWatcherLive.ts"
import { supervisordLoaderLive } from "../../config/supervisordLoaderLive.ts"
import { Watcher } from "../../config/Watcher.ts"
import { WatcherLive } from "../../config/WatcherLive.ts"
import { EventsLive } from "../../events/EventsLive.ts"
import { listenersLive } from "../../events/ListenersLive.ts"
import { logPlaneLive } from "../../logs/LogPlaneLive.ts"
import { OperatorLive } from "../../reconcile/OperatorLive.ts"
import { reconcilerLive } from "../../reconcile/ReconcilerLive.ts"
import { storeLive } from "../../store/StoreLive.ts"
import { LauncherLive } from "../../supervise/LauncherLive.ts"
import { ProberLive } from "../../supervise/ProberLive.ts"
import { ProgramSocketsLive } from "../../supervise/ProgramSocketsLive.ts"
import { supervisorLive } from "../../supervise/SupervisorLive.ts"
import { machineLive } from "../machineLive.ts"
import { storeFiles } from "../storeFiles.ts"
import type { Handover } from "./handover.ts"
import type { ReadFiles } from "./readFiles.ts"
import { reportToLog } from "./reportToLog.ts"
import type { SupervisordOptions } from "./SupervisordOptions.ts"

export const mainLive = (
  options: SupervisordOptions,
  { read: first, seed }: Handover,
  read: ReadFiles
) => {
  const { settings } = first.config
  return Layer.mergeAll(OperatorLive, listenersLive({ server: settings.identifier })).pipe(
    Layer.provideMerge(
      reconcilerLive({
        entries: options.watch ? first.inputs : [],
        mode: "auto",
        who: "supervisord",
        report: reportToLog
      })
    ),
    Layer.provideMerge(supervisordLoaderLive({ watch: options.watch })),
    Layer.provideMerge(
      supervisorLive({
        logDirectory: settings.childlogdir,
        serverUrl: first.config.serverUrl,
        announceGroups: false,
        autoLogs: { identifier: settings.identifier, seed }
      })
    ),
    Layer.provideMerge(
      Layer.mergeAll(
        Layer.provideMerge(ProberLive, LauncherLive),
        EventsLive,
        logPlaneLive({ syslogTag: "supervisord" }),
        ProgramSocketsLive,
        groupRegisterLive({ first, read }),
        NoSourceWatcher,
        options.watch ? WatcherLive.pipe(Layer.provide(NoEvaluator)) : Unwatched
      )
    ),
    Layer.provideMerge(storeLive(storeFiles(options))),
    Layer.provideMerge(machineLive(options.runtimeDirectory))
  )
}

/** There is nothing to evaluate in ini files. */
const NoEvaluator = Layer.succeed(Evaluator, {
  evaluate: () => Effect.die(new Error("nothing is evaluated in supervisord mode")),
  warm: Effect.void
})

/** Without `--watch` a save means nothing: files apply on `update`. */
const Unwatched = Layer.succeed(Watcher, {
  changes: () => Effect.succeed(Stream.never),
  watchAlso: () => Effect.void
})
