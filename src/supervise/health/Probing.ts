/**
 * What is being probed of a process that lives: one slot a probe. A result that belongs to no slot any more counts for nothing.
 */
import type * as Fiber from "effect/Fiber"
import type { Liveness, ProbeResult, Ready } from "../../domain/Probe.ts"

export interface ProbeSlot {
  readonly which: "ready" | "liveness"
  readonly spawnId: string
  readonly probe: Ready | Liveness
  /** Looks again and again; null: the process tells by itself. */
  fiber: Fiber.Fiber<void> | null
}

export interface Probing {
  readonly spawnId: string
  /** Monotonic: the start of the process, or of this daemon where that came later. */
  readonly from: number
  ready: ProbeSlot | null
  liveness: ProbeSlot | null
  /** Monotonic: when it said last that it is alive, or was first to; null: it is not yet. */
  aliveAt: number | null
}

/** What an actor hears of the health of its process. */
export type HealthMessage =
  | { readonly kind: "seen"; readonly slot: ProbeSlot; readonly result: ProbeResult }
  | { readonly kind: "line"; readonly streamId: string; readonly tooLong: boolean }
  | { readonly kind: "notices"; readonly spawnId: string }
