/**
 * The services by which the daemon supervises, and by which it takes over what an earlier one ran, when they are built. They are
 * loaded first and alone: until then nobody watches the programs.
 */
import * as Layer from "effect/Layer"
import { EventsLive } from "../events/EventsLive.ts"
import { LogPlaneLive } from "../logs/LogPlaneLive.ts"
import { storeLive } from "../store/StoreLive.ts"
import { LauncherLive } from "../supervise/LauncherLive.ts"
import { ProberLive } from "../supervise/ProberLive.ts"
import { ProgramSocketsLive } from "../supervise/ProgramSocketsLive.ts"
import { supervisorLive } from "../supervise/SupervisorLive.ts"
import type { DaemonOptions } from "./DaemonOptions.ts"
import { machineLive } from "./machineLive.ts"
import { storeFiles } from "./storeFiles.ts"

export const supervisionLive = (options: DaemonOptions) =>
  supervisorLive({
    logDirectory: options.logDirectory,
    serverUrl: `unix://${options.socket}`
  }).pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        Layer.provideMerge(ProberLive, LauncherLive),
        EventsLive,
        LogPlaneLive,
        ProgramSocketsLive
      )
    ),
    Layer.provideMerge(storeLive(storeFiles(options))),
    Layer.provideMerge(machineLive(options.runtimeDirectory))
  )
