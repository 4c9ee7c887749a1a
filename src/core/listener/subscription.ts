/** Which types a pool gets: those that it names, and all below them (supervisord.md 6.1). */
import { type EventType, eventTypes } from "../../domain/ListenerEvent.ts"

/** Types that only stand for others; nothing of them is ever sent. */
const parents: ReadonlySet<EventType> = new Set([
  "EVENT",
  "PROCESS_STATE",
  "PROCESS_COMMUNICATION",
  "PROCESS_LOG",
  "SUPERVISOR_STATE_CHANGE",
  "TICK",
  "PROCESS_GROUP"
])

/** `names`: in any case; one that is no type stands for nothing. */
export const subscription = (names: ReadonlyArray<string>): ReadonlySet<EventType> => {
  const wanted = new Set(names.map((name) => name.toUpperCase()))
  const all = wanted.has("EVENT")
  const below = eventTypes.filter(
    (type) =>
      !parents.has(type) &&
      (all ||
        wanted.has(type) ||
        [...parents].some((parent) => wanted.has(parent) && type.startsWith(`${parent}_`)))
  )
  return new Set(below)
}

export const hearsTicks = (types: ReadonlySet<EventType>): boolean =>
  types.has("TICK_5") || types.has("TICK_60") || types.has("TICK_3600")
