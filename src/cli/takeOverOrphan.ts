/**
 * A daemon whose keeper was killed makes way for a new `up`. It is asked to leave its programs; one that does not answer is
 * killed, which its programs survive just as well. Never by TERM: that would stop them.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { makeClient } from "../api/client.ts"
import type { Paths } from "../os/findPaths.ts"
import { isAlive, type ProcessIdentity } from "../os/isAlive.ts"
import { lockHolder, turnToTakeOver } from "../os/Lock.ts"
import { processStat } from "../os/procStat.ts"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { screen } from "./screen.ts"

/** For its answer; a daemon that is busy answers within it. */
const answerWithin = "5 seconds"
/** From its answer to its end: longer than everything that it waits for then. */
const endWithin = "15 seconds"
const killedWithin = "10 seconds"
const pause = Schedule.spaced("50 millis")

/** Returns when the lock is free, or was taken by somebody who did the same. */
export const takeOverOrphan = Effect.fnUntraced(function* (places: Paths) {
  const { stateDirectory } = places
  yield* Effect.mapError(turnToTakeOver(stateDirectory), (error) =>
    error._tag === "LockHeld"
      ? failed("Another reeve up is taking over the daemon here.", exitCodes.lockOrNoDaemon)
      : failed(`Cannot lock ${error.path}: ${error.errno}.`, exitCodes.failed)
  )
  // Somebody may have had the turn before.
  const orphan = orphanOf(stateDirectory)
  if (orphan === null) return
  const shown = yield* screen
  const text = `the daemon (pid ${orphan.pid}) has lost its keeper; it makes way, and its programs go on`
  yield* shown.note(`reeve: ${text}`)
  const leaves = yield* askToLeave(places, orphan, shown.terminal.user)
  if (leaves) yield* within(endWithin, untilEnded(orphan))
  if (isAlive(orphan) && orphanOf(stateDirectory)?.startTicks === orphan.startTicks) {
    yield* shown.note(`reeve: the daemon (pid ${orphan.pid}) does not answer; it is killed`)
    yield* Effect.sync(() => process.kill(orphan.pid, "SIGKILL"))
  }
  yield* within(killedWithin, untilFree(stateDirectory, orphan))
}, Effect.scoped)

/** The process with the daemon's pid that holds the lock; null: it has a keeper, or there is none. */
const orphanOf = (stateDirectory: string): ProcessIdentity | null => {
  const holders = lockHolder(stateDirectory)
  return holders === "free" || !holders.orphaned || holders.daemon === null
    ? null
    : processStat(holders.daemon)
}

/** False: it cannot be asked. */
const askToLeave = (
  { socket }: Paths,
  orphan: ProcessIdentity,
  who: string
): Effect.Effect<boolean, CliFailure> => {
  const client = makeClient(socket)
  const attempt = Effect.gen(function* () {
    if (!isAlive(orphan)) return true
    const { daemon } = yield* client.info
    if (daemon.pid !== orphan.pid) return false
    yield* client.shutdown({ who, leave: true })
    return true
  })
  return attempt.pipe(
    Effect.catchTag("Refused", ({ message }) =>
      Effect.fail(
        failed(
          `The daemon without keeper (pid ${orphan.pid}) makes no way: ${message}`,
          exitCodes.lockOrNoDaemon
        )
      )
    ),
    // It may be booting, and be there in a moment.
    Effect.retry({ schedule: pause, while: ({ _tag }) => _tag === "ConnectionFailure" }),
    Effect.catchIf(
      (error) => error._tag !== "CliFailure",
      () => Effect.succeed(false)
    ),
    Effect.timeoutOrElse({ duration: answerWithin, orElse: () => Effect.succeed(false) })
  )
}

const untilEnded = (orphan: ProcessIdentity) =>
  Effect.repeat(
    Effect.sync(() => isAlive(orphan)),
    { schedule: pause, while: (lives) => lives }
  )

/** What is killed has the lock until it is gone altogether. Whoever else waits for it may have it by now. */
const untilFree = (stateDirectory: string, { pid }: ProcessIdentity) =>
  Effect.repeat(
    Effect.sync(() => {
      const holders = lockHolder(stateDirectory)
      return holders !== "free" && holders.daemon === pid
    }),
    { schedule: pause, while: (held) => held }
  )

const within = (duration: "10 seconds" | "15 seconds", wait: Effect.Effect<unknown>) =>
  Effect.timeoutOrElse(Effect.asVoid(wait), { duration, orElse: () => Effect.void })

const failed = (text: string, code: number) => new CliFailure({ text, hint: null, code })
