/**
 * A restart by hand of a program with `update.strategy` "overlap" does what an update of it does: the new process is ready before
 * the old one is asked to stop, so many at a time as the program allows.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Semaphore from "effect/Semaphore"
import { programKey } from "../../core/programKey.ts"
import { isInTheWay, overlaps } from "../../core/rollout/successor.ts"
import { failureText } from "../../core/rollout/troubleTexts.ts"
import { updatePolicy } from "../../core/rollout/updatePolicy.ts"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { NoSuchInstance, StartFailure } from "../../supervise/Supervisor.ts"
import type { Row } from "../Operator.ts"
import { type Hands, row } from "./Hands.ts"

/** Whether its restart is one with overlap. */
export const restartsBeside = (instance: ActualInstance): boolean =>
  overlaps(instance.spec, instance, { kind: "operator" }) && !isInTheWay(instance.spec, instance)

export const restartBeside = (
  { supervisor }: Hands,
  { spec }: ActualInstance,
  { wait, who }: { readonly wait: boolean; readonly who: string }
): Effect.Effect<Row, NoSuchInstance | StartFailure> =>
  Effect.gen(function* () {
    const { key } = spec
    const before = (yield* supervisor.get(key)).process?.spawnId ?? null
    // It looks at each change from before the beginning on: one that fails at once has come and gone.
    const seen = { begun: false }
    const over = yield* Effect.forkChild(
      supervisor.until(key, ({ successor }) => {
        seen.begun ||= successor?.failed === null
        return seen.begun && successor?.failed !== null
      }),
      { startImmediately: true }
    )
    yield* supervisor.succeed(spec, { kind: "operator", who })
    if (!wait || !seen.begun) yield* Fiber.interrupt(over)
    if (!wait) return row(yield* supervisor.get(key), "done", "gets a new process")
    const now = yield* seen.begun ? Fiber.join(over) : supervisor.until(key, isSettled)
    return rowOf(now, before)
  })

const rowOf = (now: ActualInstance, before: string | null): Row => {
  const { process, successor } = now
  const goesOn = `; pid ${process?.pid} goes on`
  const failed = successor?.failed ?? null
  if (failed !== null) return row(now, "failed", `its new process failed: ${failed}${goesOn}`)
  if (process === null) return row(now, "failed", failureText(now))
  return process.spawnId === before
    ? row(now, "failed", `its new process was not wanted any more${goesOn}`)
    : row(now, "done", "restarted")
}

const isSettled = ({ state }: ActualInstance): boolean =>
  state !== "STARTING" && state !== "STOPPING"

/** Runs work so many at a time of each program as its updates do; where one failed, the others of its program are left alone. */
export const turnsOfPrograms = () => {
  const turns = new Map<string, { failed: string | null; readonly inTurn: Semaphore.Semaphore }>()
  return (instance: ActualInstance, work: Effect.Effect<Row>): Effect.Effect<Row> =>
    Effect.suspend(() => {
      const most = updatePolicy(instance.spec).maxUnavailable
      if (most === Number.POSITIVE_INFINITY || !restartsBeside(instance)) return work
      const key = programKey(instance.spec)
      const turn = turns.get(key) ?? { failed: null, inTurn: Semaphore.makeUnsafe(most) }
      turns.set(key, turn)
      const next = Effect.suspend(() =>
        turn.failed === null
          ? Effect.tap(work, ({ address, outcome }) =>
              Effect.sync(() => {
                if (outcome === "failed") turn.failed ??= address
              })
            )
          : Effect.succeed(row(instance, "failed", `left as it is, as ${turn.failed} failed`))
      )
      return Semaphore.withPermits(turn.inTurn, 1)(next)
    })
}
