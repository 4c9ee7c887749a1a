/**
 * The Reaper on this machine. What ended is told from three sides into one `onExit`, one exit at a time: this process's own
 * children, what the keeper has (children of an earlier daemon, and their orphans), and pidfds of adopted processes that are
 * neither's (`outsiders.ts`).
 *
 * Of own children SIGCHLD only wakes it; what ended is asked of the kernel, so signals may be lost or merged.
 * The kernel shows one ended child at a time, the oldest: one that belongs to Node hides those behind it until Node has
 * reaped it, so the Reaper then looks again in the loop's next turn. It gives the loop a turn after every few exits, so that
 * a storm of crashes starves neither timers nor sockets.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import type { ExitStatus } from "../domain/State.ts"
import {
  type Adopted,
  adoptedOf,
  allAdopted,
  noteAdopted,
  noteAdoptedEnded,
  wasDelivered
} from "./adopted.ts"
import { isOfNode, isOwnChild, noteReaped, noteSpawnId, noteStarted } from "./children.ts"
import { exitStatus } from "./exitStatus.ts"
import { Keeper, type OrphanExit } from "./Keeper.ts"
import * as libc from "./libc.ts"
import { EXITS_PER_TURN, nextTurn } from "./nextTurn.ts"
import { makeOutsiders, type Outsiders } from "./outsiders.ts"
import { isGone, processStat, startTicksOf } from "./procStat.ts"
import { type Exited, Reaper } from "./Reaper.ts"

/** Hands one exit to `onExit` (null: it was handed on before), and does `taken` when that has returned; never two at once. */
export type HandOn = (exited: () => Exited | null, taken: () => void) => Effect.Effect<void>

export const ReaperLive = Layer.effect(
  Reaper,
  Effect.gen(function* () {
    const keeper = yield* Keeper
    const outsiders = makeOutsiders()
    return {
      adopt: (process) => Effect.sync(() => adopt(process, keeper, outsiders)),
      run: (onExit) => {
        const handOn = handOver(onExit)
        const sources = [
          reapOwn(handOn),
          keeper.hear((exit) => handOrphan(exit, handOn, () => undefined)),
          Effect.andThen(keeper.lost, () => {
            for (const adopted of allAdopted()) outsiders.join(adopted)
            return Effect.never
          }),
          outsiders.run(handOn)
        ]
        return Effect.andThen(
          Effect.all(sources, { concurrency: "unbounded", discard: true }),
          Effect.never
        )
      }
    }
  })
)

const handOver = (onExit: (exited: Exited) => Effect.Effect<void>): HandOn => {
  const oneAtATime = Semaphore.makeUnsafe(1)
  return (exited, taken) =>
    Effect.suspend(() => {
      const now = exited()
      return Effect.uninterruptibleMask((restore) =>
        Effect.andThen(now === null ? Effect.void : restore(onExit(now)), Effect.sync(taken))
      )
    }).pipe(Semaphore.withPermits(oneAtATime, 1))
}

/**
 * The pidfd is opened first: when the process that then has the number began at the right time, which was before, it is the
 * one that the pidfd is of.
 */
const adopt = (
  wanted: Pick<Adopted, "pid" | "startTicks" | "spawnId">,
  keeper: Keeper["Service"],
  outsiders: Outsiders
): "watched" | "gone" => {
  const { pid, spawnId, startTicks } = wanted
  if (adoptedOf(pid)?.startTicks === startTicks) return "watched"
  const { facts, opened } = openAndLook(pid)
  if (facts === null ? isGone(pid) : facts.startTicks !== startTicks) {
    if (opened >= 0) libc.close(opened)
    return "gone"
  }
  if (facts?.parent === process.pid) {
    if (opened >= 0) libc.close(opened)
    noteStarted(pid, spawnId)
    return "watched"
  }
  const { met } = keeper
  const isKept = met.protocol >= 2 && keeper.present() && facts?.parent === met.pid
  const adopted: Adopted = {
    pid,
    spawnId,
    startTicks,
    parent: facts?.parent ?? process.ppid,
    pidfd: opened < 0 ? null : opened,
    watchedBy: "keeper"
  }
  noteAdopted(adopted)
  noteSpawnId(pid, spawnId)
  if (!isKept) outsiders.join(adopted)
  return "watched"
}

/**
 * With the last free descriptor a pidfd could be opened and nothing be read: then without one. Where nothing at all can be read
 * `facts` is null though the process may be there; it is watched then, and known again when there are descriptors.
 */
const openAndLook = (pid: number) => {
  const opened = libc.pidfdOpen(pid)
  const facts = processStat(pid)
  if (facts !== null || opened < 0 || isGone(pid)) return { opened, facts }
  libc.close(opened)
  return { opened: -1, facts: processStat(pid) }
}

/**
 * An orphan's exit: of an adopted process, or of a stranger. Who has it reaps it when this has returned. What a pidfd told
 * before is not told again.
 */
const handOrphan = (
  { pid, startTicks, status }: OrphanExit,
  handOn: HandOn,
  reaped: () => void
): Effect.Effect<void> => {
  const adopted = () => {
    const one = adoptedOf(pid)
    return one?.startTicks === startTicks ? one : null
  }
  return handOn(
    () => {
      if (wasDelivered(pid, startTicks)) return null
      const one = adopted()
      return one === null
        ? { pid, status, known: false }
        : { pid, status, known: true, spawnId: one.spawnId }
    },
    () => {
      const one = adopted()
      if (one !== null) noteAdoptedEnded(one)
      reaped()
    }
  )
}

/** Makes orphans of descendants children of this process instead of PID 1's (prctl(2)). */
export const becomeSubreaper = (): void => {
  const result = libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
  if (result < 0) throw new Error(`cannot become a subreaper: ${libc.errnoName(result)}`)
}

/** What it gives ends at the next SIGCHLD, and goes on in the very turn: an ended program's successor waits for it. */
const childSignals = Effect.gen(function* () {
  // One in store is enough: after it, everything that ended is looked at.
  let isInStore = false
  let waiting: (() => void) | null = null
  const wake = () => {
    if (waiting === null) isInStore = true
    else waiting()
  }
  yield* Effect.acquireRelease(
    Effect.sync(() => process.on("SIGCHLD", wake)),
    () => Effect.sync(() => process.off("SIGCHLD", wake))
  )
  return Effect.callback<void>((resume) => {
    const goOn = () => {
      waiting = null
      isInStore = false
      resume(Effect.void)
    }
    if (isInStore) return goOn()
    waiting = goOn
    return Effect.sync(() => {
      waiting = null
    })
  })
})

const reapOwn = (handOn: HandOn): Effect.Effect<never> =>
  Effect.scoped(
    Effect.gen(function* () {
      const nextSignal = yield* childSignals
      for (;;) {
        yield* reapAll(handOn)
        yield* nextSignal
      }
    })
  )

const reapAll = Effect.fnUntraced(function* (handOn: HandOn) {
  for (let handled = 1; ; handled += 1) {
    const ended = peek()
    if (ended === null) return
    const { pid, status } = ended
    if (isOwnChild(pid)) {
      yield* handOn(
        () => ({ pid, status, known: true }),
        () => reap(pid)
      )
    } else if (!isOfNode(pid)) {
      yield* handOrphan({ ...ended, startTicks: startTicksOf(pid) ?? 0 }, handOn, () => reap(pid))
    } else {
      yield* nextTurn
      continue
    }
    if (handled % EXITS_PER_TURN === 0) yield* nextTurn
  }
})

const peek = (): { readonly pid: number; readonly status: ExitStatus } | null => {
  const info = Buffer.alloc(128)
  const result = libc.waitid(libc.P_ALL, 0, info, libc.WEXITED | libc.WNOHANG | libc.WNOWAIT)
  const pid = info.readInt32LE(16)
  if (result < 0 || pid === 0) return null
  return { pid, status: exitStatus(info.readInt32LE(8), info.readInt32LE(24)) }
}

const reap = (pid: number): void => {
  libc.waitid(libc.P_PID, pid, Buffer.alloc(128), libc.WEXITED | libc.WNOHANG)
  noteReaped(pid)
}
