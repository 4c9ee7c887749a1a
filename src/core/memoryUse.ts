/**
 * Whether a process has used more memory for longer than it may. What it uses is looked at now and then: it counts as over its
 * limit from the first look that found it there until one that did not.
 */

import type { Limits } from "../domain/Definition.ts"
import { formatDuration } from "../domain/Duration.ts"

export interface MemoryUse {
  readonly bytes: number
  readonly processes: number
}

/** A limit that reeve looks after itself. */
export interface MemoryBound {
  readonly field: "memory" | "memoryMax"
  readonly bytes: number
  readonly graceMs: number
}

/** `held`: the kernel holds memoryMax, which is not below memory. Null: there is none, or nothing is left to look after. */
export const memoryBound = (
  { memory, memoryGraceMs: graceMs, memoryMax }: Limits,
  held: boolean
): MemoryBound | null => {
  if (memory !== null) return { field: "memory", bytes: memory, graceMs }
  return memoryMax === null || held ? null : { field: "memoryMax", bytes: memoryMax, graceMs }
}

/** Since when it is over its limit; null: it is not. */
export const overSince = (
  before: number | null,
  { bytes }: MemoryUse,
  bound: MemoryBound | null,
  now: number
): number | null => (bound === null || bytes <= bound.bytes ? null : (before ?? now))

/** What is to be said of it when its time is over; null: it is not. */
export const tooMuch = (
  since: number | null,
  use: MemoryUse,
  bound: MemoryBound | null,
  now: number
): string | null => {
  if (since === null || bound === null || now - since < bound.graceMs) return null
  const span = bound.graceMs === 0 ? "" : ` for ${formatDuration(bound.graceMs)}`
  const spread = use.processes === 1 ? "" : ` in ${use.processes} processes`
  return `used more than limits.${bound.field} (${megabytes(bound.bytes)})${span}: ${megabytes(use.bytes)}${spread}`
}

/** Rounded up, so that what is over a limit never reads like the limit. */
const megabytes = (bytes: number): string => `${Math.ceil((bytes * 10) / 1024 ** 2) / 10}MB`
