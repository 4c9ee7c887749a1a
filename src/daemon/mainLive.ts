/** All services of the daemon, in one layer that is provided once. Building it starts no program. */
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { evaluatorLive } from "../config/evaluate.ts"
import { LoaderLive } from "../config/LoaderLive.ts"
import { WatcherLive } from "../config/WatcherLive.ts"
import { EventsLive } from "../events/EventsLive.ts"
import { listenersLive } from "../events/ListenersLive.ts"
import { LogPlaneLive } from "../logs/LogPlaneLive.ts"
import { OperatorLive } from "../reconcile/OperatorLive.ts"
import { reconcilerLive } from "../reconcile/ReconcilerLive.ts"
import type { Report } from "../reconcile/Report.ts"
import { storeLive } from "../store/StoreLive.ts"
import { FastCgiSocketsLive } from "../supervise/FastCgiSocketsLive.ts"
import { LauncherLive } from "../supervise/LauncherLive.ts"
import { supervisorLive } from "../supervise/SupervisorLive.ts"
import type { DaemonOptions } from "./DaemonOptions.ts"
import { machineLive } from "./machineLive.ts"
import { storeFiles } from "./storeFiles.ts"

export const mainLive = (options: DaemonOptions, report: (report: Report) => Effect.Effect<void>) =>
  Layer.mergeAll(OperatorLive, listenersLive({ server: "reeve" })).pipe(
    Layer.provideMerge(
      reconcilerLive({
        entries: options.entries,
        mode: options.manual ? "manual" : "auto",
        who: options.who,
        report
      })
    ),
    Layer.provideMerge(Layer.mergeAll(LoaderLive, WatcherLive)),
    Layer.provideMerge(evaluatorLive()),
    Layer.provideMerge(
      supervisorLive({ logDirectory: options.logDirectory, serverUrl: `unix://${options.socket}` })
    ),
    Layer.provideMerge(Layer.mergeAll(LauncherLive, EventsLive, LogPlaneLive, FastCgiSocketsLive)),
    Layer.provideMerge(storeLive(storeFiles(options))),
    Layer.provideMerge(machineLive(options.runtimeDirectory))
  )
