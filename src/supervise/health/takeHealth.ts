/**
 * What an actor makes of the health of its process: standings, the announcement when readiness changes, and the events that its
 * machine is to be told. A readiness that comes and goes restarts nothing.
 */
import * as Effect from "effect/Effect"
import type { InstanceEvent } from "../../core/instanceState.ts"
import { afterResult, freshStanding, type Thresholds } from "../../core/probeStanding.ts"
import type { Notice } from "../../core/readNotice.ts"
import type { ProbeResult, Standing } from "../../domain/Probe.ts"
import { type Instance, tellWaiters } from "../Instance.ts"
import { putDown } from "../record.ts"
import { say } from "../say.ts"
import type { Workshop } from "../Workshop.ts"
import type { HealthMessage, ProbeSlot } from "./Probing.ts"

type Events = ReadonlyArray<InstanceEvent>
const none: Events = []

export const takeHealth = (
  shop: Workshop,
  instance: Instance,
  message: HealthMessage
): Effect.Effect<Events> => {
  switch (message.kind) {
    case "seen":
      return takeResult(shop, instance, message.slot, message.result)
    case "line":
      return takeLine(shop, instance, message)
    case "notices": {
      const notice = shop.heardNotices.get(message.spawnId)
      shop.heardNotices.delete(message.spawnId)
      return notice === undefined
        ? Effect.succeed(none)
        : takeNotice(shop, instance, message.spawnId, notice)
    }
  }
}

const takeResult = (
  shop: Workshop,
  instance: Instance,
  slot: ProbeSlot,
  result: ProbeResult
): Effect.Effect<Events> =>
  Effect.suspend(() => {
    const { which } = slot
    if (instance.probing?.[which] !== slot) return Effect.succeed(none)
    return which === "ready"
      ? takeReady(shop, instance, slot, result)
      : takeLiveness(shop, instance, slot, result)
  })

const takeReady = (
  shop: Workshop,
  instance: Instance,
  { probe }: ProbeSlot,
  result: ProbeResult
): Effect.Effect<Events> => {
  const before = instance.ready ?? freshStanding(false, result.at)
  const starting = isStarting(shop, instance, probe)
  const now = afterResult(before, result, thresholdsOf(probe), starting)
  instance.ready = now
  return now.ok === before.ok ? Effect.succeed(none) : tellReady(shop, instance, now)
}

const takeLiveness = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  { probe }: ProbeSlot,
  result: ProbeResult
) {
  const before = instance.liveness ?? freshStanding(true, result.at)
  const starting = isStarting(shop, instance, probe)
  const now = afterResult(before, result, { ...thresholdsOf(probe), successes: 1 }, starting)
  instance.liveness = now
  if (now.ok || !before.ok) return none
  return yield* notAlive(shop, instance, timesText(now, result.text))
})

const timesText = ({ failures }: Standing, text: string): string =>
  failures < 2 ? text : `${text} (${failures} times in a row)`

const thresholdsOf = (probe: ProbeSlot["probe"]): Thresholds => ({
  successes: "successes" in probe ? probe.successes : 1,
  failures: "failures" in probe ? probe.failures : 1
})

const isStarting = (shop: Workshop, { machine }: Instance, probe: ProbeSlot["probe"]): boolean =>
  "startPeriodMs" in probe && shop.monotonicNow() - machine.spawnedAt < probe.startPeriodMs

/** At the end of everything each has its turn. */
export const notAlive = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  text: string
) {
  if (shop.state.closing) return none
  yield* say(instance, { level: "warn", text: `${instance.spec.address} is not alive: ${text}` })
  const events: Events = [{ kind: "failed", during: "run", text }]
  return events
})

const tellReady = Effect.fnUntraced(function* (shop: Workshop, instance: Instance, now: Standing) {
  const { address, key } = instance.spec
  const text = now.last?.text ?? ""
  const ready = now.ok
  yield* say(instance, {
    level: "info",
    text: `${address} is ${ready ? "" : "not "}ready: ${text}`
  })
  yield* putDown(shop, instance, true)
  yield* shop.events.emit({ kind: "ready", instance: key, address, ready, text })
  tellWaiters(instance)
  const events: Events = ready ? [{ kind: "ready" }] : none
  return events
})

/** The process itself said so, which needs no threshold. */
const saidReady = (
  shop: Workshop,
  instance: Instance,
  ok: boolean,
  text: string
): Effect.Effect<Events> =>
  Effect.suspend(() => {
    const at = shop.wallNow()
    const before = instance.ready ?? freshStanding(false, at)
    const counts = {
      successes: ok ? before.successes + 1 : 0,
      failures: ok ? 0 : before.failures + 1
    }
    const since = before.ok === ok ? before.since : at
    const now = { ok, since, ...counts, last: { ok, text, at, tookMs: 0 } }
    instance.ready = now
    return before.ok === ok ? Effect.succeed(none) : tellReady(shop, instance, now)
  })

const takeLine = (
  shop: Workshop,
  instance: Instance,
  { streamId, tooLong }: HealthMessage & { readonly kind: "line" }
): Effect.Effect<Events> =>
  Effect.suspend(() => {
    const slot = instance.probing?.ready ?? null
    if (slot?.probe.kind !== "logLine" || !streamId.startsWith(`${slot.spawnId}.`)) {
      return Effect.succeed(none)
    }
    if (!tooLong) return saidReady(shop, instance, true, "wrote the line")
    const text = "looking for its line takes too long and was given up; simplify ready.line"
    const last = { ok: false, text, at: shop.wallNow(), tookMs: 0 }
    instance.ready = { ...(instance.ready ?? freshStanding(false, last.at)), last }
    return Effect.as(
      say(instance, { level: "warn", text: `${instance.spec.address}: ${text}` }),
      none
    )
  })

const takeNotice = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  spawnId: string,
  { alive, phase, status, trigger }: Notice
) {
  const { probing } = instance
  if (instance.process?.spawnId !== spawnId) return none
  const told = instance.told ?? { status: null, phase: null }
  instance.told = {
    status: status === null ? told.status : status === "" ? null : status,
    phase: phase === null ? told.phase : phase === "ready" ? null : phase
  }
  if (probing === null) return none
  if (alive) probing.aliveAt = shop.monotonicNow()
  const events: Array<InstanceEvent> = []
  if (probing.ready?.probe.kind === "notify" && (phase === "ready" || phase === "stopping")) {
    const ok = phase === "ready"
    events.push(...(yield* saidReady(shop, instance, ok, ok ? "says so" : "is stopping")))
  }
  if (trigger && probing.liveness?.probe.kind === "notify") {
    events.push(...(yield* notAlive(shop, instance, "says so itself (WATCHDOG=trigger)")))
  }
  return events
})
