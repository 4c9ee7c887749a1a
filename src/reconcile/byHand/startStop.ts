/** Start, stop and restart of one instance by hand. */
import * as Effect from "effect/Effect"
import type { ActualInstance } from "../../domain/Actual.ts"
import { noTerms, sameTerms, type Terms } from "../../domain/Terms.ts"
import type { NoSuchInstance, StartFailure } from "../../supervise/Supervisor.ts"
import type { Row } from "../Operator.ts"
import { endThen, type Hands, override, row, untilText, type Wanted, wanted } from "./Hands.ts"
import { restartBeside, restartsBeside } from "./restartBeside.ts"

/** Ends a stop by hand. What the files do not start by themselves is held up until released. */
export const startOne = (
  hands: Hands,
  instance: ActualInstance,
  who: string,
  request: { readonly wait: boolean; readonly terms: Terms }
): Effect.Effect<Row> =>
  Effect.gen(function* () {
    const { terms, wait } = request
    const { process, spec, state } = instance
    const { auto } = spec.definition.start
    yield* override(hands, instance, auto ? null : wanted("started", terms), who)
    if (!auto) yield* endThen(hands, terms)
    const told = auto ? uselessText(terms) : yield* untilText(terms)
    if (state === "RUNNING" || state === "STARTING") {
      const pid = process === null ? "" : ` (pid ${process.pid})`
      return row(
        instance,
        "already",
        `already ${state === "RUNNING" ? "running" : "starting"}${pid}${told}`
      )
    }
    const started = hands.supervisor.start(spec.key, { kind: "operator", who }, wait)
    return yield* answer(instance, Effect.as(started, row(instance, "done", `started${told}`)))
  })

/** Also of what is down already: it stays down until it is started or released. It is held since before its turn. */
export const stopOne = (
  hands: Hands,
  instance: ActualInstance,
  who: string,
  terms: Terms
): Effect.Effect<Row> =>
  Effect.gen(function* () {
    const told = yield* untilText(terms)
    const stopped = hands.supervisor.stop(instance.spec.key, { kind: "operator", who })
    const done = isDown(instance)
      ? row(instance, "already", `already stopped${told === "" ? "; held until released" : told}`)
      : row(instance, "done", `stopped${told}`)
    // Not before: what is still running when its time is over would be left alone, and then stopped.
    return yield* Effect.ensuring(answer(instance, Effect.as(stopped, done)), endThen(hands, terms))
  })

/** With the specification it has: new content of the files comes by a plan, not by a restart. */
export const restartOne = (
  hands: Hands,
  instance: ActualInstance,
  who: string,
  wait: boolean
): Effect.Effect<Row> =>
  Effect.gen(function* () {
    yield* endHold(hands, instance, who)
    if (restartsBeside(instance)) {
      return yield* answer(instance, restartBeside(hands, instance, { wait, who }))
    }
    const restarted = hands.supervisor.restart(instance.spec, { kind: "operator", who }, wait)
    const text = isDown(instance) ? "started" : "restarted"
    return yield* answer(instance, Effect.as(restarted, row(instance, "done", text)))
  })

/** Of a stop by hand: it is to run. */
export const endHold = (hands: Hands, instance: ActualInstance, who: string): Effect.Effect<void> =>
  override(hands, instance, asBefore(instance), who)

/** A restart says nothing about how long: what was started by hand before stays so on its terms. */
const asBefore = ({ override, spec }: ActualInstance): Wanted | null =>
  spec.definition.start.auto
    ? null
    : wanted("started", override?.kind === "started" ? override : noTerms)

/** What is up because the files say so is not held up by anybody. */
const uselessText = (terms: Terms): string =>
  sameTerms(terms, noTerms) ? "" : "; as the files say, so that no reason or end is kept"

/** It has no process, and none is on its way. */
export const isDown = ({ state }: ActualInstance): boolean =>
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
