/**
 * The Reaper on this machine. SIGCHLD only wakes it; what ended is asked of the kernel, so signals may be lost or merged.
 * The kernel shows one ended child at a time, the oldest: one that belongs to Node hides those behind it until Node has
 * reaped it, so the Reaper then looks again in the loop's next turn. It gives the loop a turn after every few exits, so that
 * a storm of crashes starves neither timers nor sockets.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import { signalName } from "../domain/Signal.ts"
import type { ExitStatus } from "../domain/State.ts"
import { isOfNode, isStarted, noteReaped } from "./children.ts"
import * as libc from "./libc.ts"
import { type Exited, Reaper } from "./Reaper.ts"

/** Exits handled before timers and sockets get their turn. */
const EXITS_PER_TURN = 16

export const ReaperLive = Layer.sync(Reaper, () => ({
  adopt: () => Effect.succeed("gone" as const),
  run: (onExit: (exited: Exited) => Effect.Effect<void>): Effect.Effect<never> =>
    Effect.scoped(
      Effect.gen(function* () {
        const wakes = yield* childSignals
        for (;;) {
          yield* reapAll(onExit)
          yield* Queue.take(wakes)
        }
      })
    )
}))

/** Makes orphans of descendants children of this process instead of PID 1's (prctl(2)). */
export const becomeSubreaper = (): void => {
  const result = libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
  if (result < 0) throw new Error(`cannot become a subreaper: ${libc.errnoName(result)}`)
}

const childSignals = Effect.gen(function* () {
  // One wake in store is enough: after it, everything that ended is looked at.
  const wakes = yield* Queue.dropping<void>(1)
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      const wake = () => {
        Queue.offerUnsafe(wakes, undefined)
      }
      process.on("SIGCHLD", wake)
      return wake
    }),
    (wake) => Effect.sync(() => process.off("SIGCHLD", wake))
  )
  return wakes
})

const reapAll = Effect.fnUntraced(function* (onExit: (exited: Exited) => Effect.Effect<void>) {
  for (let handled = 1; ; handled += 1) {
    const ended = peek()
    if (ended === null) return
    if (ended.known || !isOfNode(ended.pid)) {
      yield* Effect.uninterruptibleMask((restore) =>
        Effect.andThen(
          restore(onExit(ended)),
          Effect.sync(() => reap(ended.pid))
        )
      )
      if (handled % EXITS_PER_TURN === 0) yield* nextTurn
    } else {
      yield* nextTurn
    }
  }
})

const nextTurn = Effect.callback<void>((resume) => {
  const immediate = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(immediate))
})

const peek = (): Exited | null => {
  const info = Buffer.alloc(128)
  const result = libc.waitid(libc.P_ALL, 0, info, libc.WEXITED | libc.WNOHANG | libc.WNOWAIT)
  const pid = info.readInt32LE(16)
  if (result < 0 || pid === 0) return null
  return {
    pid,
    status: exitStatus(info.readInt32LE(8), info.readInt32LE(24)),
    known: isStarted(pid)
  }
}

const reap = (pid: number): void => {
  libc.waitid(libc.P_PID, pid, Buffer.alloc(128), libc.WEXITED | libc.WNOHANG)
  noteReaped(pid)
}

const CLD_EXITED = 1
const CLD_DUMPED = 3

/** From si_code and si_status of a siginfo_t (waitid(2)). */
export const exitStatus = (code: number, status: number): ExitStatus =>
  code === CLD_EXITED
    ? { kind: "code", code: status }
    : { kind: "signal", signal: longName(status), number: status, core: code === CLD_DUMPED }

/** "SIGKILL"; "signal 77" where the number has no name of its own (supervisord.md 2.9). */
const longName = (number: number): string => {
  const name = signalName(number)
  return /^[A-Z][A-Z0-9]*$/.test(name) ? `SIG${name}` : `signal ${number}`
}
