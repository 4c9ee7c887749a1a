/**
 * Capture mode (supervisord.md 3.5): what a program writes between two tokens is kept for an event and does not go to its log.
 * Tokens may be cut by the ends of chunks. Only a true beginning of a token is held back, and comes out at the end of the stream
 * (supervisord holds back and loses whole short lines: G8).
 */
import { ByteRing } from "./ByteRing.ts"
import { type AnsiStripper, makeAnsiStripper } from "./stripAnsi.ts"

export type CapturePiece =
  /** For the log. */
  | { readonly kind: "log"; readonly bytes: Uint8Array }
  /** Between the tokens: not for the log, but output all the same (PROCESS_LOG). */
  | { readonly kind: "captured"; readonly bytes: Uint8Array }
  /** At the second token: all that was kept. May be empty. */
  | { readonly kind: "communication"; readonly bytes: Uint8Array }

export interface CaptureMode {
  /** In the order of the output; pieces may share memory with the chunk. */
  readonly push: (chunk: Uint8Array) => ReadonlyArray<CapturePiece>
  /** The stream has ended: what was held back comes out, what has no second token is dropped. */
  readonly end: () => ReadonlyArray<CapturePiece>
  /** Forgets what was kept so far; the capture goes on. */
  readonly clear: () => void
}

export interface CaptureOptions {
  /** When a piece would make it more, the oldest bytes go, as many as the piece has; one piece alone may be larger. */
  readonly maxBytes: number
  /** Sequences are removed from each piece behind the search for tokens. */
  readonly stripAnsi: boolean
}

const BEGIN = new TextEncoder().encode("<!--XSUPERVISOR:BEGIN-->")
const END = new TextEncoder().encode("<!--XSUPERVISOR:END-->")
const NOTHING = new Uint8Array(0)

export const makeCaptureMode = (options: CaptureOptions): CaptureMode => {
  const outside = options.stripAnsi ? makeAnsiStripper() : null
  let inside: AnsiStripper | null = null
  let capturing = false
  let held: Uint8Array = NOTHING
  const kept = new ByteRing()

  const keep = (bytes: Uint8Array): void => {
    if (kept.length + bytes.length > options.maxBytes) kept.dropFirst(bytes.length)
    kept.append(bytes)
  }
  const write = (pieces: Array<CapturePiece>, raw: Uint8Array): void => {
    const stripper = capturing ? inside : outside
    const bytes = stripper === null || raw.length === 0 ? raw : stripper.push(raw)
    give(pieces, bytes)
  }
  const give = (pieces: Array<CapturePiece>, bytes: Uint8Array): void => {
    if (bytes.length === 0) return
    if (capturing) keep(bytes)
    pieces.push({ kind: capturing ? "captured" : "log", bytes })
  }
  const toggle = (pieces: Array<CapturePiece>): void => {
    if (capturing) {
      give(pieces, inside?.end() ?? NOTHING)
      pieces.push({ kind: "communication", bytes: kept.takeAll() })
    } else inside = options.stripAnsi ? makeAnsiStripper() : null
    capturing = !capturing
  }

  const push = (chunk: Uint8Array): ReadonlyArray<CapturePiece> => {
    const pieces: Array<CapturePiece> = []
    let rest = held.length === 0 ? chunk : joined(held, chunk)
    held = NOTHING
    for (;;) {
      const token = capturing ? END : BEGIN
      const at = indexOf(rest, token)
      if (at < 0) {
        const partial = prefixAtEnd(rest, token)
        // A copy: the chunk's memory is used again.
        held = new Uint8Array(rest.subarray(rest.length - partial))
        write(pieces, rest.subarray(0, rest.length - partial))
        return pieces
      }
      write(pieces, rest.subarray(0, at))
      toggle(pieces)
      rest = rest.subarray(at + token.length)
    }
  }
  const end = (): ReadonlyArray<CapturePiece> => {
    const pieces: Array<CapturePiece> = []
    write(pieces, held)
    held = NOTHING
    give(pieces, (capturing ? inside : outside)?.end() ?? NOTHING)
    if (capturing) capturing = false
    give(pieces, outside?.end() ?? NOTHING)
    kept.takeAll()
    return pieces
  }
  return { push, end, clear: () => void kept.takeAll() }
}

const joined = (first: Uint8Array, second: Uint8Array): Uint8Array => {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

const indexOf = (bytes: Uint8Array, token: Uint8Array): number => {
  for (let at = bytes.indexOf(LESS); at >= 0; at = bytes.indexOf(LESS, at + 1)) {
    if (at + token.length > bytes.length) return -1
    if (isAt(bytes, at, token, token.length)) return at
  }
  return -1
}

const LESS = 0x3c

const isAt = (bytes: Uint8Array, at: number, token: Uint8Array, length: number): boolean => {
  for (let index = 0; index < length; index++) if (bytes[at + index] !== token[index]) return false
  return true
}

/** Length of the longest end of the bytes that the token begins with. */
const prefixAtEnd = (bytes: Uint8Array, token: Uint8Array): number => {
  for (let length = Math.min(bytes.length, token.length - 1); length > 0; length--)
    if (isAt(bytes, bytes.length - length, token, length)) return length
  return 0
}
