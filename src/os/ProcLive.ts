/** Proc on this machine. Reads /proc anew at each question. */
import { readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Limits } from "../domain/Definition.ts"
import { adoptedOf, orphansFallTo } from "./adopted.ts"
import { changeLimits } from "./changeLimits.ts"
import { isOfNode, isOwnChild, isStarted, pidsOfNode, spawnIdOf } from "./children.ts"
import { findLives } from "./findLives.ts"
import { makeKilledForMemory } from "./killedForMemory.ts"
import * as libc from "./libc.ts"
import { mayHaveLeft } from "./mayHaveLeft.ts"
import { families, proportionalBytes, residentBytes } from "./memoryUse.ts"
import { Proc, type ProcessFacts, type ProcessIdentity, SignalFailure } from "./Proc.ts"
import { signalAdopted } from "./pidfd.ts"
import { allProcesses, environmentOf, processFacts, processStats, withCommand } from "./procStat.ts"

export const ProcLive = Layer.sync(Proc, () => {
  const wasKilled = makeKilledForMemory()
  return {
    bootId: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    facts: (pid: number) => Effect.sync(() => processFacts(pid)),
    list: Effect.sync(allProcesses),
    others: (known: (pid: number) => boolean, wanted: ReadonlySet<number>) =>
      Effect.sync(() => {
        const helpers = pidsOfNode()
        return processStats((pid) => !wanted.has(pid) && (known(pid) || helpers.has(pid)))
      }),
    mayHaveLeft: (leaders: ReadonlyArray<number>, parents: ReadonlySet<number>) =>
      Effect.sync(() => mayHaveLeft(leaders, parents)),
    descendants: (leader: number) => Effect.sync(() => descendantsOf(leader)),
    lives: (fifoDirectory: string, known: ReadonlySet<number>) =>
      Effect.sync(() => findLives(fifoDirectory, known)),
    signal: (pid: number, signal: number, scope: "process" | "group") =>
      Effect.suspend(() => {
        // 0 and -1 would reach reeve's own group, or everything.
        if (!Number.isSafeInteger(pid) || pid < 2) {
          return Effect.fail(new SignalFailure({ pid, errno: "ESRCH" }))
        }
        const adopted = isOwnChild(pid) ? null : adoptedOf(pid)
        const result =
          adopted === null
            ? libc.kill(scope === "group" ? -pid : pid, signal)
            : signalAdopted(adopted, signal, scope)
        return result < 0
          ? Effect.fail(new SignalFailure({ pid, errno: libc.errnoName(result) }))
          : Effect.void
      }),
    changeLimits: (
      process: Pick<ProcessFacts, "pid" | "startTicks">,
      before: Limits,
      after: Limits
    ) =>
      Effect.sync(() =>
        changeLimits(process, { before, after }, () =>
          descendantsOf(process.pid).map(({ pid }) => pid)
        )
      ),
    killedForMemory: (pid: number) => Effect.sync(() => wasKilled(pid)),
    families,
    memory: (processes: ReadonlyArray<ProcessIdentity>, how: "resident" | "proportional") =>
      how === "resident"
        ? Effect.sync(() => residentBytes(processes))
        : proportionalBytes(processes)
  }
})

/**
 * Members of the leader's group or session, what they started, and orphans that came here as subreaper and carry the
 * leader's spawn id in their environment (a daemon that left the session is found only so). What an adopted leader leaves
 * falls to the parent that it had itself, and to whom this process falls when that one ends too.
 */
const descendantsOf = (leader: number): ReadonlyArray<ProcessFacts> => {
  const spawnId = spawnIdOf(leader)
  const adoptive = new Set([process.pid, ...orphansFallTo(leader)])
  const found = new Map<number, ProcessFacts>()
  const others: Array<ProcessFacts> = []
  // Each of the others that were started leads a session of its own, so that it is in no other's.
  for (const facts of processStats((pid) => pid !== leader && isStarted(pid))) {
    if (facts.state === "Z" || facts.state === "X" || facts.pid === process.pid) continue
    if (
      facts.group === leader ||
      facts.session === leader ||
      isOrphanOf(facts, spawnId, adoptive)
    ) {
      found.set(facts.pid, facts)
    } else {
      others.push(facts)
    }
  }
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const facts of others) if (found.has(facts.parent)) found.set(facts.pid, facts)
  }
  return [...found.values()].flatMap((facts) => withCommand(facts) ?? [])
}

const isOrphanOf = (
  facts: ProcessFacts,
  spawnId: string | null,
  adoptive: ReadonlySet<number>
): boolean =>
  spawnId !== null &&
  adoptive.has(facts.parent) &&
  !isStarted(facts.pid) &&
  !isOfNode(facts.pid) &&
  (environmentOf(facts.pid)?.includes(`REEVE_SPAWN_ID=${spawnId}`) ?? false)
