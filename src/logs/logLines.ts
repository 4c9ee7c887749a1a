/**
 * Output as lines of many sinks: what the files end with, then what comes (`reeve logs -f`, the mirror in the foreground).
 * Between the two nothing is missing and nothing comes twice. Files carry no times, so their ends are given sink by sink.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type LineAssembler, makeLineAssembler } from "../core/LineAssembler.ts"
import { type Chunk, LogPlane, type SinkId } from "./LogPlane.ts"
import { type Tail, tailSink } from "./tail.ts"

export interface LogSource {
  readonly id: SinkId
  readonly label: string
  readonly path: string | null
  readonly backups: number
}

export interface LogLine {
  readonly sink: SinkId
  readonly label: string
  /** Without the newline; bytes that are no UTF-8 are shown as U+FFFD. */
  readonly text: string
}

/** The last `count` lines of each source; with `follow` the stream then goes on until its scope closes. */
export const logLines = Effect.fnUntraced(function* (
  sources: ReadonlyArray<LogSource>,
  options: { readonly count: number; readonly follow: boolean }
): Effect.fn.Return<Stream.Stream<LogLine>, never, LogPlane | Scope.Scope> {
  const plane = yield* LogPlane
  // First the follower, then the files: what comes between is seen twice, and taken once.
  const live = options.follow ? yield* plane.follow(sources.map(({ id }) => id)) : Stream.empty
  yield* plane.settle
  const past: Array<LogLine> = []
  const readers = new Map<string, Reader>()
  for (const { id, label, path, backups } of sources) {
    const tail = yield* tailSink(path, backups, options.count)
    for (const line of tail.lines) past.push({ sink: id, label, text: decode(line) })
    const reader = makeReader(tail)
    if (options.follow) readers.set(nameOf(id), reader)
    else if (tail.rest.length > 0 && options.count > 0)
      past.push({ sink: id, label, text: decode(tail.rest) })
  }
  return Stream.concat(Stream.fromIterable(past), assemble(live, readers))
})

/** All that comes from now on, of every sink there is or will be. */
export const mirrorLines: Effect.Effect<
  Stream.Stream<LogLine>,
  never,
  LogPlane | Scope.Scope
> = Effect.gen(function* () {
  const plane = yield* LogPlane
  return assemble(yield* plane.follow("all"), new Map())
})

interface Reader {
  readonly lines: LineAssembler
  /** Files that were read already, until the first byte beyond them. */
  seen: ReadonlyMap<number, number> | null
}

const makeReader = (tail: Tail | null): Reader => {
  const lines = makeLineAssembler()
  if (tail !== null) lines.push(tail.rest)
  return { lines, seen: tail?.seen ?? null }
}

const assemble = (
  chunks: Stream.Stream<Chunk>,
  readers: Map<string, Reader>
): Stream.Stream<LogLine> =>
  Stream.flatMap(chunks, (chunk) => {
    const name = nameOf(chunk.sink)
    const reader = readers.get(name) ?? makeReader(null)
    readers.set(name, reader)
    const { sink, label } = chunk
    const lost = chunk.lost ?? 0
    const gap =
      lost > 0
        ? [{ sink, label, text: `reeve: ${lost} bytes are not shown, this reader is too slow` }]
        : []
    const bytes = unseen(reader, chunk)
    return Stream.concat(
      Stream.fromIterable(gap),
      Stream.map(linesOf(reader.lines, bytes), (line) => ({ sink, label, text: decode(line) }))
    )
  })

/**
 * Lines at once. A megabyte of nothing but newlines is a million lines, each of which takes hundreds of bytes until it is
 * written: a reader that waits must not hold them all.
 */
const LINES_AT_ONCE = 512

const linesOf = (assembler: LineAssembler, bytes: Uint8Array): Stream.Stream<Uint8Array> =>
  Stream.flatMap(Stream.fromIterable(pieces(bytes), { chunkSize: 1 }), (piece) =>
    Stream.fromIterable(assembler.push(piece))
  )

/** Cut behind newlines, one piece when it is asked for. */
function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    let end = start
    for (let lines = 0; lines < LINES_AT_ONCE && end < bytes.length; lines++) {
      const newline = bytes.indexOf(NEWLINE, end)
      end = newline < 0 ? bytes.length : newline + 1
    }
    yield bytes.subarray(start, end)
    start = end
  }
}

/** The part of a chunk that was not read from the file before. */
const unseen = (reader: Reader, { bytes, place }: Chunk): Uint8Array => {
  const end = place ? reader.seen?.get(place.inode) : undefined
  if (!place || end === undefined) {
    reader.seen = null
    return bytes
  }
  if (place.end <= end) return new Uint8Array(0)
  reader.seen = null
  return bytes.subarray(Math.max(0, bytes.length - (place.end - end)))
}

const NEWLINE = 0x0a

const nameOf = (id: SinkId): string => `${id.channel} ${id.instance}`

const decode = (line: Uint8Array): string =>
  new TextDecoder().decode(line.at(-1) === 0x0d ? line.subarray(0, -1) : line)
