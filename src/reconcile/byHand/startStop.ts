/** Start, stop and restart of one instance by hand. */
import * as Effect from "effect/Effect"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { NoSuchInstance, StartFailure } from "../../supervise/Supervisor.ts"
import type { Row } from "../Operator.ts"
import { type Hands, override, row } from "./Hands.ts"

/** Ends a stop by hand. What the files do not start by themselves is held up until released. */
export const startOne = (
  hands: Hands,
  instance: ActualInstance,
  who: string,
  wait: boolean
): Effect.Effect<Row> =>
  Effect.gen(function* () {
    yield* wantRunning(hands, instance, who)
    const { process, spec, state } = instance
    if (state === "RUNNING" || state === "STARTING") {
      const pid = process === null ? "" : ` (pid ${process.pid})`
      return row(
        instance,
        "already",
        `already ${state === "RUNNING" ? "running" : "starting"}${pid}`
      )
    }
    const started = hands.supervisor.start(spec.key, { kind: "operator", who }, wait)
    return yield* answer(instance, Effect.as(started, row(instance, "done", "started")))
  })

/** Also of what is down already: it stays down until it is started or released. */
export const stopOne = (hands: Hands, instance: ActualInstance, who: string): Effect.Effect<Row> =>
  Effect.gen(function* () {
    yield* override(hands, instance, "stopped", who)
    const stopped = hands.supervisor.stop(instance.spec.key, { kind: "operator", who })
    const done = isDown(instance)
      ? row(instance, "already", "already stopped; held until released")
      : row(instance, "done", "stopped")
    return yield* answer(instance, Effect.as(stopped, done))
  })

/** With the specification it has: new content of the files comes by a plan, not by a restart. */
export const restartOne = (
  hands: Hands,
  instance: ActualInstance,
  who: string,
  wait: boolean
): Effect.Effect<Row> =>
  Effect.gen(function* () {
    yield* wantRunning(hands, instance, who)
    const restarted = hands.supervisor.restart(instance.spec, { kind: "operator", who }, wait)
    const text = isDown(instance) ? "started" : "restarted"
    return yield* answer(instance, Effect.as(restarted, row(instance, "done", text)))
  })

const wantRunning = (hands: Hands, instance: ActualInstance, who: string): Effect.Effect<void> =>
  override(hands, instance, instance.spec.definition.start.auto ? null : "started", who)

const isDown = ({ state }: ActualInstance): boolean =>
  state === "STOPPED" || state === "EXITED" || state === "FATAL"

const answer = (
  instance: ActualInstance,
  work: Effect.Effect<Row, NoSuchInstance | StartFailure>
): Effect.Effect<Row> =>
  work.pipe(
    Effect.catchTag("StartFailure", ({ text }) => Effect.succeed(row(instance, "failed", text))),
    Effect.catchTag("NoSuchInstance", () =>
      Effect.succeed(row(instance, "failed", "it is no longer declared"))
    )
  )
