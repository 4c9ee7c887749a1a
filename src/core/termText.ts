/** Why and how long what was done by hand holds, as people read it. */
import type { Terms } from "../domain/Terms.ts"
import { printable } from "./printable.ts"

/** Behind who did it: ` ("disk swap")`; nothing without a reason. */
export const whyText = ({ reason }: Pick<Terms, "reason">): string =>
  reason === null ? "" : ` ("${printable(reason)}")`

/** Moments as people read them. */
export interface Calendar {
  /** Wall clock, milliseconds: what is of this day is told without its date. Null: every date is told. */
  readonly now: number | null
  /** A moment as `2026-11-22 06:48:05`. */
  readonly dateTime: (ms: number) => string
}

/** `held until released`, `until 14:30`. */
export const endText = ({ until }: Pick<Terms, "until">, calendar: Calendar): string =>
  until === null ? "held until released" : `until ${momentText(until, calendar)}`

/** `14:30`; `14:30:05` where it is near; `2026-11-22 14:30` on another day. */
const momentText = (ms: number, { dateTime, now }: Calendar): string => {
  const [day = "", time = ""] = dateTime(ms).split(" ")
  const short = time.slice(0, "14:30".length)
  if (now === null || day !== dateTime(now).split(" ")[0]) return `${day} ${short}`
  return Math.abs(ms - now) < nearMs ? time : short
}

/** Below this, minutes alone say too little. */
const nearMs = 10 * 60 * 1000
