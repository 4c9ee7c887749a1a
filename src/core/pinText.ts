/** A pin in the words of people, without its age: `pinned to generation 12 by alice ("bad deploy")`. */
import type { Pin } from "../domain/Pin.ts"
import { printable } from "./printable.ts"
import { whyText } from "./termText.ts"

export const pinText = (pin: Pin): string => pinned(pin, "")

/** With its moment: `… by alice since 2026-11-22 06:48:05 ("bad deploy")`. */
export const pinnedSince = (pin: Pin, dateTime: (ms: number) => string): string =>
  pinned(pin, ` since ${dateTime(pin.at)}`)

const pinned = (pin: Pin, since: string): string =>
  `pinned to generation ${pin.generation} by ${printable(pin.who)}${since}${whyText(pin)}`
