/**
 * Removes terminal sequences from program output as supervisord's strip_ansi does (supervisord.md 3.4): from `ESC [` up to
 * and including the next of its terminators; any other ending swallows text until one of those appears. Unlike
 * there, the state goes on from chunk to chunk, so that a sequence cut by a chunk's end does not leak.
 */

const ESC = 0x1b
const BRACKET = 0x5b
const TERMINATORS: ReadonlySet<number> = new Set(
  Array.from("HfABCDRsuJKhlpm", (character) => character.charCodeAt(0))
)

export interface AnsiStripper {
  /** The text of this chunk, less sequences; an ESC at its very end waits for the next chunk. */
  readonly push: (chunk: Uint8Array) => Uint8Array
  /** What still waited when the stream ended: a lone ESC, or nothing. */
  readonly end: () => Uint8Array
}

export const makeAnsiStripper = (): AnsiStripper => {
  let state: "text" | "escape" | "sequence" = "text"
  const push = (chunk: Uint8Array): Uint8Array => {
    if (state === "text" && !chunk.includes(ESC)) return chunk
    // One byte more than came in: an ESC that waited may turn out to be text.
    const out = new Uint8Array(chunk.length + 1)
    let length = 0
    for (const byte of chunk) {
      if (state === "sequence") {
        if (TERMINATORS.has(byte)) state = "text"
        continue
      }
      if (state === "escape") {
        if (byte === BRACKET) {
          state = "sequence"
          continue
        }
        out[length++] = ESC
        state = "text"
      }
      if (byte === ESC) state = "escape"
      else out[length++] = byte
    }
    return out.subarray(0, length)
  }
  const end = (): Uint8Array => {
    const waiting = state === "escape"
    state = "text"
    return waiting ? Uint8Array.of(ESC) : new Uint8Array(0)
  }
  return { push, end }
}
