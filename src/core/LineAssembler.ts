/**
 * Cuts a byte stream into lines, across chunk borders. Memory is bounded: a line longer than the limit comes in pieces, each
 * of which is then treated as a line. It never decodes: bytes that are no UTF-8 pass as they are.
 */

/** Pieces of longer lines. Long enough for a stack trace in JSON, short enough for 1,000 followers. */
export const MAX_LINE_BYTES = 64 * 1024

const NEWLINE = 0x0a

export interface LineAssembler {
  /** The lines that this chunk completes, without their newline. */
  readonly push: (chunk: Uint8Array) => ReadonlyArray<Uint8Array>
  /** The last line when it had no newline; else nothing. */
  readonly end: () => ReadonlyArray<Uint8Array>
}

export const makeLineAssembler = (maxLineBytes = MAX_LINE_BYTES): LineAssembler => {
  let parts: Array<Uint8Array> = []
  let held = 0
  // After a piece of exactly the limit its newline may follow: that is no second, empty line.
  let cut = false
  const take = (): Uint8Array => {
    const line = join(parts, held)
    parts = []
    held = 0
    return line
  }
  const hold = (part: Uint8Array, lines: Array<Uint8Array>): void => {
    let rest = part
    while (held + rest.length >= maxLineBytes) {
      const room = maxLineBytes - held
      parts.push(rest.subarray(0, room))
      held += room
      lines.push(take())
      cut = true
      rest = rest.subarray(room)
    }
    if (rest.length === 0) return
    // A copy, as the caller may use its buffer again; `slice` of a Node buffer would be none.
    parts.push(new Uint8Array(rest))
    held += rest.length
  }
  const push = (chunk: Uint8Array): ReadonlyArray<Uint8Array> => {
    const lines: Array<Uint8Array> = []
    let start = 0
    for (;;) {
      const newline = chunk.indexOf(NEWLINE, start)
      if (newline < 0) break
      hold(chunk.subarray(start, newline), lines)
      if (held > 0 || !cut) lines.push(take())
      cut = false
      start = newline + 1
    }
    hold(chunk.subarray(start), lines)
    return lines
  }
  return { push, end: () => (held > 0 ? [take()] : []) }
}

const join = (parts: ReadonlyArray<Uint8Array>, length: number): Uint8Array => {
  const line = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    line.set(part, at)
    at += part.length
  }
  return line
}
