/** The two moments that a process must not let pass in silence: it is ready in time, and says in time that it is alive. */
import * as Effect from "effect/Effect"
import type { InstanceEvent } from "../../core/instanceState.ts"
import { formatDuration } from "../../domain/Duration.ts"
import type { Instance } from "../Instance.ts"
import { say } from "../say.ts"
import type { Workshop } from "../Workshop.ts"
import { notAlive } from "./takeHealth.ts"

/** Monotonic; null: neither is waited for. */
export const healthEnd = (shop: Workshop, instance: Instance): number | null => {
  if (instance.probing === null || shop.state.closing) return null
  const ready = readyEnd(instance)
  const alive = aliveEnd(instance)
  return ready === null || alive === null ? (ready ?? alive) : Math.min(ready, alive)
}

/**
 * A process that was up before this was asked of it has not failed to start; where it is asked otherwise than before, it has the
 * whole time anew, as a change that is live ends no process.
 */
const readyEnd = ({ machine, probing, readyChangedAt, spec, started }: Instance): number | null => {
  const withinMs = spec.definition.ready?.withinMs ?? null
  return withinMs === null ||
    probing === null ||
    machine.proven ||
    started?.definition.ready == null
    ? null
    : Math.max(probing.from, readyChangedAt) + withinMs
}

/** Only of one that was told so at its start, and that does not say that it is about to end. */
const aliveEnd = ({ probing, spec, started, told }: Instance): number | null => {
  const { liveness } = spec.definition
  if (liveness?.kind !== "notify" || probing === null || probing.aliveAt === null) return null
  const isAsked = started?.definition.liveness?.kind === "notify"
  return isAsked && told?.phase !== "stopping" ? probing.aliveAt + liveness.watchdogMs : null
}

/** What its machine is to be told; nothing before the time has come. */
export const failing = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  const now = shop.monotonicNow()
  const none: ReadonlyArray<InstanceEvent> = []
  if (instance.probing === null || shop.state.closing) return none
  const ready = readyEnd(instance)
  if (ready !== null && ready <= now) return yield* tooLate(instance)
  const alive = aliveEnd(instance)
  const { liveness } = instance.spec.definition
  if (alive === null || alive > now || liveness?.kind !== "notify") return none
  return yield* notAlive(
    shop,
    instance,
    `no WATCHDOG=1 within ${formatDuration(liveness.watchdogMs)}`
  )
})

const tooLate = Effect.fnUntraced(function* (instance: Instance) {
  const { ready, spec } = instance
  const within = formatDuration(spec.definition.ready?.withinMs ?? 0)
  const last = ready?.last ?? null
  const text = `not ready within ${within}${last === null ? "" : `: ${last.text}`}`
  yield* say(instance, { level: "warn", text: `${spec.address} is ${text}` })
  const events: ReadonlyArray<InstanceEvent> = [{ kind: "failed", during: "start", text }]
  return events
})
