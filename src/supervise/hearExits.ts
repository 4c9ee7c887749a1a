/**
 * What the Reaper calls for each exit: journal, then hand on. The life ends in the table of pids before this returns, that is
 * before the kernel can give the number to another process. It must be short, and must not fail.
 */
import * as Effect from "effect/Effect"
import { unknownPidMessage } from "../core/lifecycleMessages.ts"
import type { ExitStatus } from "../domain/State.ts"
import type { Exited } from "../os/Reaper.ts"
import { endFact } from "./facts.ts"
import { hasCgroup } from "./hasCgroup.ts"
import type { Life } from "./Lives.ts"
import type { Workshop } from "./Workshop.ts"

export const hearExits = (shop: Workshop) => (exited: Exited) =>
  Effect.gen(function* () {
    const { known, pid, spawnId: told = null } = exited
    const life = known ? yield* shop.lives.claim(pid, told) : null
    if (life === null) {
      yield* stranger(shop, exited)
      return
    }
    const { instance, spawnId } = life
    const status = yield* withCause(shop, life, exited.status)
    yield* writeExit(shop, spawnId, status)
    shop.lives.end(life)
    yield* instance.mailbox.offer({ kind: "exited", spawnId, status })
  }).pipe(
    Effect.catchCause((cause) =>
      Effect.logError(`the exit of pid ${exited.pid} was not handled`, cause)
    )
  )

const SIGKILL = 9

/** Who is killed without reeve having a hand in it may have been killed by the kernel. */
const withCause = Effect.fnUntraced(function* (
  { cgroups, proc }: Workshop,
  { instance, pid, spawnId }: Life,
  status: ExitStatus
) {
  if (!isKill(status) || instance.machine.stop !== null) return status
  const { spec, started } = instance
  const limited = [spec, ...(started === null ? [] : [started])].some((one) =>
    hasCgroup(one.definition)
  )
  const byLimit = limited && (yield* cgroups.killedForMemory(spawnId))
  const forMemory = byLimit || (yield* proc.killedForMemory(pid))
  return forMemory ? { ...status, forMemory } : status
})

/** By SIGKILL. */
export const isKill = (status: ExitStatus): status is ExitStatus & { readonly kind: "signal" } =>
  status.kind === "signal" && status.number === SIGKILL

/** Where the exit cannot be journaled the keeper's copy of the facts tells the next daemon at least that there was one. */
export const writeExit = Effect.fnUntraced(function* (
  shop: Pick<Workshop, "guard" | "keeper" | "store" | "wallNow">,
  spawnId: string,
  status: ExitStatus
) {
  const written = yield* shop.guard(
    Effect.as(shop.store.processes.exited(spawnId, status, shop.wallNow()), true)
  )
  yield* written === null
    ? shop.keeper.mirror(spawnId, endFact(status))
    : shop.keeper.forgetSoon(spawnId)
})

/** A process that nobody here started: what a program left behind, or what fell to reeve as subreaper. */
const stranger = (shop: Workshop, { pid, status }: Exited): Effect.Effect<void> =>
  Effect.suspend(() => {
    const instance = shop.leftBehind.get(pid)
    if (instance !== undefined) {
      shop.leftBehind.delete(pid)
      instance.leftovers = instance.leftovers.filter((leftover) => leftover.pid !== pid)
    }
    return Effect.logInfo(unknownPidMessage(pid, status).text)
  })
