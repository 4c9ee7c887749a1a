/**
 * When a probe looks next. Until a process is ready it is looked at soon and then less and less often, so that its readiness is
 * seen early; later each wait has its share of chance, and the first one is another for each instance, so that a thousand probes
 * do not fire together.
 */
import type { Look } from "../domain/Probe.ts"
import { drawnFrom } from "./drawnFrom.ts"

const soonMs = 100
const spreadMs = 250

/** Before the first look. `known`: it was ready already when this daemon began. */
export const firstLookMs = ({ everyMs }: Look, key: string, known: boolean): number =>
  Math.round(drawnFrom(key) * (known ? everyMs : Math.min(everyMs, spreadMs)))

/** `looks`: how often it was looked at before it was ready; null: it is, or was once. `chance`: from 0 to 1. */
export const nextLookMs = (
  { everyMs, jitter }: Look,
  looks: number | null,
  chance: number
): number => {
  const wait = looks === null ? everyMs : Math.min(everyMs, soonMs * 2 ** Math.min(looks, 30))
  return Math.round(wait * (1 + jitter * (2 * chance - 1)))
}
