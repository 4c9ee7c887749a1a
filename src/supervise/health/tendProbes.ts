/**
 * Keeps what is probed in step with what is true: probes run as long as their process is starting or up and as long as they are
 * declared. It looks at facts, not at events, and costs nothing where nothing is probed.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { canonicalJson } from "../../core/canonicalJson.ts"
import { isReady } from "../../core/isReady.ts"
import { freshStanding } from "../../core/probeStanding.ts"
import { watchedLine } from "../../core/watchedLine.ts"
import { isLook, type Liveness, type Ready } from "../../domain/Probe.ts"
import type { Instance } from "../Instance.ts"
import { streamOf } from "../pipes.ts"
import { channelsOf } from "../sinks.ts"
import type { Workshop } from "../Workshop.ts"
import { keepLooking } from "./keepLooking.ts"
import type { ProbeSlot, Probing } from "./Probing.ts"

export const tendProbes = (shop: Workshop, instance: Instance): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { liveness, ready } = instance.spec.definition
    if (instance.probing === null && ready === null && liveness === null) {
      forgetStandings(instance)
      return Effect.void
    }
    return tend(shop, instance)
  })

const tend = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  const { machine, process, spec } = instance
  const isUp = machine.state === "STARTING" || machine.state === "RUNNING"
  const { probing } = instance
  if (probing !== null && (!isUp || process?.spawnId !== probing.spawnId)) {
    yield* end(probing.ready)
    yield* end(probing.liveness)
    instance.probing = null
  }
  if (process === null) forgetStandings(instance)
  if (!isUp || process === null || machine.life !== "live") return
  if (instance.probedLife !== process.spawnId) forgetStandings(instance)
  instance.probedLife = process.spawnId
  instance.probing ??= begun(shop, instance, process.spawnId)
  const now = instance.probing
  now.ready = yield* inStep(shop, instance, "ready", spec.definition.ready)
  now.liveness = yield* inStep(shop, instance, "liveness", spec.definition.liveness)
  if (now.ready === null && now.liveness === null) instance.probing = null
  else awaitAlive(shop, instance, now)
})

const forgetStandings = (instance: Instance): void => {
  instance.probedLife = null
  instance.ready = null
  instance.liveness = null
  instance.told = null
}

const begun = (shop: Workshop, { machine }: Instance, spawnId: string): Probing => ({
  spawnId,
  from: Math.max(machine.spawnedAt, shop.begunAt),
  ready: null,
  liveness: null,
  aliveAt: null
})

const end = (slot: ProbeSlot | null): Effect.Effect<void> =>
  slot?.fiber == null ? Effect.void : Effect.asVoid(Fiber.interrupt(slot.fiber))

/** The slot of a probe as it is declared now. What was ready stays ready when another probe is declared for it. */
const inStep = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  which: "ready" | "liveness",
  probe: Ready | Liveness | null
) {
  const present = instance.probing?.[which] ?? null
  if (present?.probe === probe || canonicalJson(present?.probe ?? null) === canonicalJson(probe)) {
    return present
  }
  yield* end(present)
  const known = instance[which]
  if (present !== null && which === "ready") yield* lookForLine(shop, instance)
  if (probe === null || instance.process === null) {
    instance[which] = null
    return null
  }
  const { spawnId } = instance.process
  if (present !== null || known === null) {
    const wasUp = which === "ready" && wasUpWithout(instance)
    const ok = known?.ok ?? (which === "liveness" || wasUp)
    instance[which] = freshStanding(ok, known?.since ?? (wasUp ? instance.since : shop.wallNow()))
  }
  const slot: ProbeSlot = { which, spawnId, probe, fiber: null }
  if (isLook(probe)) {
    const loop = keepLooking(shop, instance, slot, probe)
    slot.fiber = yield* Effect.forkIn(loop, shop.scope)
  }
  return slot
})

/** It was up before anybody asked whether it is ready. */
const wasUpWithout = ({ machine, started }: Instance): boolean =>
  machine.state === "RUNNING" && started?.definition.ready === null

/** A process that was started without being watched for a line, or for another one. */
const lookForLine = (shop: Workshop, instance: Instance): Effect.Effect<void> => {
  const { process, ready, spec } = instance
  return process === null
    ? Effect.void
    : Effect.forEach(
        channelsOf(spec),
        (channel) => {
          const line = ready?.ok === true ? null : watchedLine(spec.definition, channel)
          return shop.logs.lookFor(streamOf(process.spawnId, channel), line)
        },
        { discard: true }
      )
}

/** The watchdog counts from the moment on at which a process is up, and ready where that is asked. */
const awaitAlive = (shop: Workshop, instance: Instance, probing: Probing): void => {
  if (probing.aliveAt === null && (isReady(instance) || instance.machine.proven)) {
    probing.aliveAt = shop.monotonicNow()
  }
}
