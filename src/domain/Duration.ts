/**
 * Durations as people write them: a number and a unit, or several of them from large to small. A bare number has no unit
 * and is therefore no duration. Milliseconds inside reeve.
 */
import type { Duration as EffectDuration } from "effect/Duration"

type Unit =
  | "ms"
  | "millis"
  | "millisecond"
  | "milliseconds"
  | "s"
  | "sec"
  | "second"
  | "seconds"
  | "m"
  | "min"
  | "minute"
  | "minutes"
  | "h"
  | "hour"
  | "hours"
  | "d"
  | "day"
  | "days"

/** `"10 seconds"`, `"10s"`, `"500ms"`, `"1h30m"`. */
export type DurationText =
  | `${number}${Unit}`
  | `${number} ${Unit}`
  | `${number}m${number}s`
  | `${number}h${number}m`
  | `${number}h${number}s`
  | `${number}h${number}m${number}s`
  | `${number}d${number}h`
  | `${number}d${number}h${number}m`

/** Text with a unit, or an Effect `Duration`. */
export type DurationInput = DurationText | EffectDuration

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const millisOf: ReadonlyMap<string, number> = new Map<Unit, number>([
  ["ms", 1],
  ["millis", 1],
  ["millisecond", 1],
  ["milliseconds", 1],
  ["s", second],
  ["sec", second],
  ["second", second],
  ["seconds", second],
  ["m", minute],
  ["min", minute],
  ["minute", minute],
  ["minutes", minute],
  ["h", hour],
  ["hour", hour],
  ["hours", hour],
  ["d", day],
  ["day", day],
  ["days", day]
])

const piece = /(\d+(?:\.\d+)?)\s*([a-z]+)\s*/gy

/** Milliseconds; null when the text is no duration. Each unit at most once, from large to small. */
export const parseDuration = (text: string): number | null => {
  const trimmed = text.trim()
  let total = 0
  let last = Number.POSITIVE_INFINITY
  let at = 0
  while (at < trimmed.length) {
    piece.lastIndex = at
    const found = piece.exec(trimmed)
    if (found === null) return null
    const unit = millisOf.get(found[2] ?? "")
    if (unit === undefined || unit >= last) return null
    total += Number(found[1]) * unit
    last = unit
    at = piece.lastIndex
  }
  return trimmed === "" || !Number.isFinite(total) ? null : roundOff(total)
}

/** Takes back what binary fractions add (`"1.1s"` is 1100, not 1100.0000000000002). */
const roundOff = (millis: number): number => Math.round(millis * 1e6) / 1e6

const printed: ReadonlyArray<readonly [string, number]> = [
  ["d", day],
  ["h", hour],
  ["m", minute],
  ["s", second]
]

/** The shortest text that reads back as the same number: `500ms`, `5s`, `1m30s`, `0s`. */
export const formatDuration = (millis: number): string => {
  if (millis === 0) return "0s"
  let rest = millis
  let text = ""
  for (const [name, size] of printed) {
    const count = Math.floor(rest / size)
    if (count > 0) text += `${count}${name}`
    rest -= count * size
  }
  return rest > 0 ? `${text}${roundOff(rest)}ms` : text
}
