/** Waiting for what comes of a start. */
import * as Effect from "effect/Effect"
import { awaitedText } from "../core/dependency/waitingText.ts"
import { watch } from "./ask.ts"
import type { Instance } from "./Instance.ts"
import { type NoSuchInstance, StartFailure } from "./Supervisor.ts"

/** Until RUNNING, or the first failure. */
export const untilUp = (instance: Instance): Effect.Effect<void, NoSuchInstance | StartFailure> =>
  watch<void, StartFailure>(instance, (now) => {
    switch (now.state) {
      case "RUNNING":
        return Effect.void
      case "STARTING":
        return null
      case "STOPPING":
        return now.machine.again ? null : abnormal(now)
      case "BACKOFF":
      case "FATAL":
        return Effect.fail(failureOf(now))
      case "STOPPED":
      case "EXITED":
      case "UNKNOWN":
        return abnormal(now)
    }
  })

/** Until the stop before a restart is over and the start was tried. */
export const untilBegun = (
  instance: Instance
): Effect.Effect<void, NoSuchInstance | StartFailure> =>
  watch<void, StartFailure>(instance, (now) => {
    switch (now.state) {
      case "STARTING":
      case "RUNNING":
      case "EXITED":
        return Effect.void
      case "STOPPING":
        return now.machine.again ? null : abnormal(now)
      case "BACKOFF":
      case "FATAL":
        return Effect.fail(failureOf(now))
      case "STOPPED":
        // It was tried: it goes on by itself.
        return now.reason?.kind === "waiting" ? Effect.void : abnormal(now)
      case "UNKNOWN":
        return abnormal(now)
    }
  })

const abnormal = (instance: Instance): Effect.Effect<never, StartFailure> => {
  const { address, key } = instance.spec
  const { reason } = instance
  const text =
    reason?.kind === "waiting"
      ? `${address} waits for ${awaitedText(reason.on)}, and starts then`
      : `${address} is ${instance.state} instead of RUNNING`
  return Effect.fail(new StartFailure({ key, kind: "abnormal", text }))
}

export const failureOf = (instance: Instance): StartFailure =>
  new StartFailure({
    key: instance.spec.key,
    kind: instance.startFailure,
    text: instance.spawnError
  })
