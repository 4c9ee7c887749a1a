/**
 * The last lines of a sink, from its file and as many backups as are needed. It reads backwards in blocks and never more
 * than a bound, and tells which bytes it has covered, so that a follower that was started before shows nothing twice.
 */
import * as Effect from "effect/Effect"
import { type OpenFile, withOpenFile } from "../os/readRange.ts"

export interface Tail {
  /** Whole lines, oldest first, without their newline. */
  readonly lines: ReadonlyArray<Uint8Array>
  /** The beginning of a line that is still being written; may be empty. */
  readonly rest: Uint8Array
  /** By inode: how far the sink's files reached when they were looked at. */
  readonly seen: ReadonlyMap<number, number>
}

/** For one sink: a terminal's worth of very long lines. */
export const MAX_TAIL_BYTES = 16 * 1024 * 1024
const BLOCK_BYTES = 64 * 1024
const NEWLINE = 0x0a
/** More backups than that are not looked into. */
const MAX_BACKUPS = 1000

/** A path that is missing, or no file, gives no lines. `path` null: a sink without a file. */
export const tailSink = Effect.fnUntraced(function* (
  path: string | null,
  backups: number,
  count: number
): Effect.fn.Return<Tail> {
  const seen = new Map<number, number>()
  const blocks: Array<Uint8Array> = []
  let newlines = 0
  let bytes = 0
  const enough = () => newlines > count || bytes >= MAX_TAIL_BYTES
  const readBack = (file: OpenFile): Effect.Effect<void> =>
    Effect.gen(function* () {
      for (let end = file.size; end > 0 && !enough(); ) {
        const from = Math.max(0, end - BLOCK_BYTES)
        const block = yield* file.read(from, end - from)
        blocks.unshift(block)
        newlines += countNewlines(block)
        bytes += block.length
        end = from
      }
    })
  if (path !== null)
    for (let n = 0; n <= Math.min(backups, MAX_BACKUPS); n++) {
      const found = yield* withOpenFile(n === 0 ? path : `${path}.${n}`, (file) => {
        seen.set(file.inode, file.size)
        return Effect.as(readBack(file), true)
      })
      // A gap in the backups means that older ones belong to another time.
      if (found === null && n > 0) break
    }
  const { lines, rest } = split(Buffer.concat(blocks))
  return { lines: count === 0 ? [] : lines.slice(-count), rest, seen }
})

const split = (
  text: Uint8Array
): { readonly lines: ReadonlyArray<Uint8Array>; readonly rest: Uint8Array } => {
  const lines: Array<Uint8Array> = []
  let start = 0
  for (;;) {
    const newline = text.indexOf(NEWLINE, start)
    if (newline < 0) return { lines, rest: text.subarray(start) }
    lines.push(text.subarray(start, newline))
    start = newline + 1
  }
}

const countNewlines = (block: Uint8Array): number => {
  let count = 0
  for (let at = block.indexOf(NEWLINE); at >= 0; at = block.indexOf(NEWLINE, at + 1)) count++
  return count
}
