/**
 * What signals mean in supervisord mode (supervisord.md 7.6). USR1 means nothing: that it kills supervisord is not copied. They
 * come from the keeper, whose pid the pidfile has, or directly.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { signals } from "../../os/Signals.ts"
import type { Control } from "./control.ts"

export const hearSignals = (control: Control): Effect.Effect<void> =>
  Stream.runForEach(
    signals(["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"]),
    (signal) => {
      switch (signal) {
        case "SIGTERM":
        case "SIGINT":
        case "SIGQUIT":
          return Effect.andThen(
            Effect.logWarning(`received ${signal} indicating exit request`),
            control.service.shutdown
          )
        case "SIGHUP":
          return restart(control)
        case "SIGUSR2":
          return Effect.logInfo("received SIGUSR2 indicating log reopen request").pipe(
            Effect.andThen(Effect.logInfo("supervisord logreopen")),
            Effect.andThen(control.reopenLogs)
          )
        case "SIGUSR1":
        case "SIGWINCH":
          return Effect.void
      }
    }
  )

const restart = ({ service }: Control): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (service.mood() === "SHUTDOWN") {
      return Effect.logWarning("ignored SIGHUP indicating restart request (shutdown in progress)")
    }
    return Effect.logWarning("received SIGHUP indicating restart request").pipe(
      Effect.andThen(service.restart),
      Effect.catchTag(["ConfigRefused", "NoRestart"], ({ text }) =>
        Effect.logError(`restart refused, everything goes on as it is: ${text}`)
      )
    )
  })
