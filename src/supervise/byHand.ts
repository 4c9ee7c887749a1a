/** What is done to an instance without its machine: a signal by hand, an override. */
import * as Effect from "effect/Effect"
import { sendingMessage } from "../core/lifecycleMessages.ts"
import { reloadNeed } from "../core/reloadNeed.ts"
import type { Override } from "../domain/Actual.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import { signalName, signalNumber } from "../domain/Signal.ts"
import { isOver } from "../domain/Terms.ts"
import { type Instance, tellWaiters, toActual } from "./Instance.ts"
import { putDown } from "./record.ts"
import { NotRunning, SignalRefused } from "./Supervisor.ts"
import { say } from "./say.ts"
import type { Table } from "./Table.ts"
import type { Workshop } from "./Workshop.ts"

export const sendByHand = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  signal: number,
  scope: "process" | "group"
) {
  const { process, spec } = instance
  const { address, key } = spec
  if (process === null || shop.lives.of(process.pid)?.spawnId !== process.spawnId) {
    return yield* new NotRunning({ key })
  }
  const { pid } = process
  const name = signalName(signal)
  const at = shop.wallNow()
  yield* say(instance, sendingMessage(spec.name, pid, `SIG${name}`))
  yield* shop.proc
    .signal(pid, signal, scope)
    .pipe(
      Effect.mapError(({ errno }) =>
        errno === "ESRCH"
          ? new NotRunning({ key })
          : new SignalRefused({ key, text: `cannot signal pid ${pid}: ${errno}` })
      )
    )
  yield* shop.events.emit({ kind: "signalled", instance: key, address, pid, signal: name, scope })
  if (signalNumber(spec.definition.reload?.signal ?? "") === signal) {
    yield* noteReload(shop, instance, at)
  }
})

/** After the signal: a daemon that dies in between sends it once more, which does less harm than never. */
const noteReload = (shop: Workshop, instance: Instance, at: number): Effect.Effect<void> =>
  Effect.suspend(() => {
    instance.reloadedAt = at
    instance.unreadFile = null
    tellWaiters(instance)
    return putDown(shop, instance, true)
  })

/** For a plan, and only where it is due still: another process may be there, which only starts, and has the file. */
export const sendReload = (shop: Workshop, instance: Instance) =>
  Effect.suspend(() => {
    const need = reloadNeed(instance.spec, toActual(instance))
    if (need === null || need.until !== null) return Effect.void
    return sendByHand(shop, instance, signalNumber(need.signal) ?? 1, "process")
  })

export const hold = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  override: Override | null
) {
  const { overrides } = shop.store
  instance.override = override
  yield* shop.guard(
    override === null ? overrides.remove(instance.spec.key) : overrides.put(override)
  )
  tellWaiters(instance)
})

/** Runs in its actor: one that was set a moment ago is not over. */
export const expire = (shop: Workshop, instance: Instance, now: number): Effect.Effect<boolean> => {
  const { override } = instance
  if (override !== null && !isOver(override, now)) return Effect.succeed(false)
  // Where none holds, one is still on record: its removal failed before.
  return Effect.as(hold(shop, instance, null), override !== null)
}

/** Of an instance that is only on record: at a boot none is there yet. */
export const expireAbsent = (
  shop: Workshop,
  table: Table,
  key: InstanceKey,
  now: number
): Effect.Effect<boolean> =>
  Effect.suspend(() => {
    const override = table.overrides.get(key)
    if (override !== undefined && !isOver(override, now)) return Effect.succeed(false)
    table.overrides.delete(key)
    return Effect.as(shop.guard(shop.store.overrides.remove(key)), override !== undefined)
  })
