/** What signals mean to the daemon: TERM, INT, QUIT stop it in order, HUP looks again, USR2 reopens logs, USR1 means nothing. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { signals } from "../os/Signals.ts"
import { Reconciler } from "../reconcile/Reconciler.ts"
import type { Control } from "./control.ts"

export const hearSignals = Effect.fnUntraced(function* (
  control: Control,
  tell: (text: string) => void
) {
  const reconciler = yield* Reconciler
  let stopping = false
  yield* Stream.runForEach(
    signals(["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"]),
    (signal) => {
      switch (signal) {
        case "SIGTERM":
        case "SIGINT":
        case "SIGQUIT":
          if (stopping) {
            return Effect.sync(() =>
              tell("reeve: already stopping; each program may take its own stop timeout")
            )
          }
          stopping = true
          return control.service.shutdown(signal)
        case "SIGHUP":
          return Effect.andThen(Effect.logInfo("SIGHUP: looking at the files"), reconciler.poke)
        case "SIGUSR2":
          return Effect.andThen(
            Effect.logInfo("SIGUSR2: reopening logs"),
            control.service.reopenLogs
          )
        case "SIGUSR1":
        case "SIGWINCH":
          return Effect.void
      }
    }
  )
})
