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

/** Since when it is over its limit; null: it is not. */
export const overSince = (
  before: number | null,
  { bytes }: MemoryUse,
  { memory }: Limits,
  now: number
): number | null => (memory === null || bytes <= memory ? null : (before ?? now))

/** What is to be said of it when its time is over; null: it is not. */
export const tooMuch = (
  since: number | null,
  use: MemoryUse,
  { memory, memoryGraceMs }: Limits,
  now: number
): string | null => {
  if (since === null || memory === null || now - since < memoryGraceMs) return null
  const span = memoryGraceMs === 0 ? "" : ` for ${formatDuration(memoryGraceMs)}`
  const spread = use.processes === 1 ? "" : ` in ${use.processes} processes`
  return `used more than limits.memory (${megabytes(memory)})${span}: ${megabytes(use.bytes)}${spread}`
}

/** Rounded up, so that what is over a limit never reads like the limit. */
const megabytes = (bytes: number): string => `${Math.ceil((bytes * 10) / 1024 ** 2) / 10}MB`
