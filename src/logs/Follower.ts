/**
 * One reader of live output: a queue bounded in bytes. When it is full, chunks are dropped and the next one tells how many
 * bytes are missing; nobody upstream waits for a reader.
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Chunk } from "./LogPlane.ts"

/** A reader that is slower than this is not read by anyone. */
export const MAX_FOLLOWER_BYTES = 1024 * 1024

export interface Follower {
  /** It wants every sink, those to come included. */
  readonly all: boolean
  readonly wants: (sink: number) => boolean
  readonly offer: (chunk: Chunk) => void
  readonly stream: Stream.Stream<Chunk>
}

/** `sinks`: numbers; null: all, those to come included. */
export const makeFollower = (
  sinks: ReadonlySet<number> | null
): Effect.Effect<Follower, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(Queue.unbounded<Chunk>(), (queue) => Queue.shutdown(queue)),
    (queue) => {
      let waiting = 0
      let lost = 0
      return {
        all: sinks === null,
        wants: (sink) => sinks === null || sinks.has(sink),
        offer: (chunk) => {
          if (waiting + chunk.bytes.length > MAX_FOLLOWER_BYTES) {
            lost += chunk.bytes.length + (chunk.lost ?? 0)
            return
          }
          waiting += chunk.bytes.length
          Queue.offerUnsafe(queue, { ...chunk, lost: lost + (chunk.lost ?? 0) })
          lost = 0
        },
        stream: Stream.map(Stream.fromQueue(queue), (chunk) => {
          waiting -= chunk.bytes.length
          return chunk
        })
      }
    }
  )
