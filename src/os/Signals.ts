/** Signals that come to this process, as a stream. Having asked for one, its default action no longer happens. */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"

export type ReceivedSignal =
  | "SIGHUP"
  | "SIGTERM"
  | "SIGINT"
  | "SIGQUIT"
  | "SIGUSR1"
  | "SIGUSR2"
  | "SIGWINCH"

/** In the order of arrival, while the stream is read; a signal that comes again before it was looked at is told again. */
export const signals = (wanted: ReadonlyArray<ReceivedSignal>): Stream.Stream<ReceivedSignal> =>
  Stream.callback<ReceivedSignal>((queue) =>
    Effect.acquireRelease(
      Effect.sync(() => {
        const listener = (signal: NodeJS.Signals) => {
          const known = wanted.find((name) => name === signal)
          if (known !== undefined) Queue.offerUnsafe(queue, known)
        }
        for (const name of wanted) process.on(name, listener)
        return listener
      }),
      (listener) =>
        Effect.sync(() => {
          for (const name of wanted) process.off(name, listener)
        })
    )
  )

/** From now on these do nothing by default: neither before `signals` hears them nor after its end. */
export const surviveSignals = (wanted: ReadonlyArray<ReceivedSignal>): void => {
  for (const name of wanted) process.on(name, () => undefined)
}
