/**
 * What the daemon does besides supervising: it reads the files, decides, listens to people and to programs. Loaded when what an
 * earlier daemon ran is supervised again.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { evaluatorLive } from "../config/evaluate.ts"
import { LoaderLive } from "../config/LoaderLive.ts"
import { SourceWatcherLive } from "../config/SourceWatcherLive.ts"
import { WatcherLive } from "../config/WatcherLive.ts"
import { listenersLive } from "../events/ListenersLive.ts"
import { OperatorLive } from "../reconcile/OperatorLive.ts"
import { reconcilerLive } from "../reconcile/ReconcilerLive.ts"
import type { Report } from "../reconcile/Report.ts"
import type { DaemonOptions } from "./DaemonOptions.ts"
import { lifecycle, type Surroundings } from "./lifecycle.ts"
import { logReport } from "./logReport.ts"
import { reportText } from "./reportText.ts"

/** Needs the services of supervisionLive. */
export const live = (around: Surroundings) =>
  Effect.provide(lifecycle(around), decisionsLive(around.options, reporter(around)))

const decisionsLive = (options: DaemonOptions, report: (report: Report) => Effect.Effect<void>) =>
  Layer.mergeAll(OperatorLive, listenersLive({ server: "reeve" })).pipe(
    Layer.provideMerge(
      reconcilerLive({
        entries: options.entries,
        mode: options.manual ? "manual" : "auto",
        who: options.who,
        report
      })
    ),
    Layer.provideMerge(Layer.mergeAll(LoaderLive, SourceWatcherLive, WatcherLive)),
    Layer.provideMerge(evaluatorLive())
  )

const reporter =
  ({ options, tell }: Surroundings) =>
  (told: Report): Effect.Effect<void> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const text = reportText(told, { ...options, directory: process.cwd(), now })
      if (text !== null) tell.line(text)
      return logReport(told)
    })
