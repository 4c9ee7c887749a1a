/**
 * An event as it is written to a listener (supervisord.md 6.2). `len` counts characters, as supervisord's does (G4): listeners
 * in Python read text, and one that was told more would wait for ever. A listener that is declared in TypeScript finds `bytes`
 * as well where they are more, for those who read bytes; one that was written for supervisord gets what supervisord sends.
 */
import type { ListenerEvent } from "../../domain/ListenerEvent.ts"

export interface Addressing {
  /** supervisord's identifier. */
  readonly server: string
  readonly pool: string
  readonly serial: number
  readonly poolSerial: number
  /** Whether the header has `bytes` where characters are not bytes. */
  readonly tellsBytes: boolean
}

const encoder = new TextEncoder()

export const envelope = (event: ListenerEvent, to: Addressing): Uint8Array => {
  const characters = characterCount(event.payload)
  const payload = encoder.encode(event.payload)
  const more = to.tellsBytes && payload.length !== characters
  const bytes = more ? ` bytes:${payload.length}` : ""
  const header = encoder.encode(
    `ver:3.0 server:${to.server} serial:${to.serial} pool:${to.pool} poolserial:${to.poolSerial}` +
      ` eventname:${event.type}${bytes} len:${characters}\n`
  )
  const both = new Uint8Array(header.length + payload.length)
  both.set(header)
  both.set(payload, header.length)
  return both
}

/** Code points, as Python counts. */
const characterCount = (text: string): number => {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    const next = text.charCodeAt(at + 1)
    if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) at++
    count++
  }
  return count
}
