/**
 * Bytes for the stdin of programs with `stdin: "pipe"`. What the pipe does not take at once waits in a bounded queue that ends
 * with the process life, and is offered again after a pause; nobody who writes ever waits for a program that does not read.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { InstanceKey } from "../domain/Instance.ts"
import type { FifoFailure } from "../os/Fifo.ts"
import type { Instance } from "./Instance.ts"
import { NotRunning, StdinClosed } from "./Supervisor.ts"
import type { Table } from "./Table.ts"
import type { Workshop } from "./Workshop.ts"

/** Bytes that may wait for one process; one write to an empty queue is taken whole whatever its size. */
const capacity = 1024 * 1024
/** Bytes of one write(2): what a pipe holds by default. */
const pieceBytes = 64 * 1024
/** Between two looks at a full pipe: short at first, since a reader is usually just about to read. */
const firstPauseMs = 2
const longestPauseMs = 250

/** What waits for one process life: the FIFO's path tells lives apart. */
export interface StdinQueue {
  readonly path: string
  chunks: Array<Uint8Array>
  bytes: number
}

export const stdinWriterOf = (shop: Workshop, table: Table, scope: Scope.Scope) => {
  /** Writes until the pipe is full, or nothing waits: then the queue ends in the same turn, and it is true. */
  const flush = (instance: Instance, queue: StdinQueue): Effect.Effect<boolean, FifoFailure> =>
    Effect.gen(function* () {
      for (let chunk = queue.chunks[0]; chunk !== undefined; chunk = queue.chunks[0]) {
        const piece = chunk.subarray(0, pieceBytes)
        const taken = yield* shop.fifo.write(queue.path, piece)
        queue.bytes -= taken
        if (taken === chunk.length) queue.chunks.shift()
        else queue.chunks[0] = chunk.subarray(taken)
        if (taken < piece.length) return false
      }
      forget(instance, queue)
      return true
    }).pipe(Effect.tapCause(() => Effect.sync(() => forget(instance, queue))))

  const drain = Effect.fnUntraced(function* (instance: Instance, queue: StdinQueue) {
    let pauseMs = firstPauseMs
    while (instance.stdin === queue.path) {
      yield* Effect.sleep(pauseMs)
      const before = queue.bytes
      // Closed by the program meanwhile: what waits has no reader any more.
      const empty = yield* Effect.catch(flush(instance, queue), () => Effect.succeed(true))
      if (empty) break
      pauseMs = queue.bytes < before ? firstPauseMs : Math.min(2 * pauseMs, longestPauseMs)
    }
  })

  return {
    writeStdin: Effect.fn("Supervisor.writeStdin")(function* (key: InstanceKey, bytes: Uint8Array) {
      const instance = yield* table.find(key)
      const { process, state, stdin } = instance
      if (process === null || state === "STOPPING") return yield* new NotRunning({ key })
      if (shop.lives.of(process.pid)?.spawnId !== process.spawnId) {
        return yield* new NotRunning({ key })
      }
      if (stdin === null) {
        return yield* new StdinClosed({ key, text: "its stdin is not a pipe of reeve's" })
      }
      const waiting = instance.stdinQueue
      if (waiting !== null && waiting.path === stdin) {
        if (waiting.bytes + bytes.length > capacity) {
          const text = `it does not read its stdin: ${waiting.bytes} bytes wait already`
          return yield* new StdinClosed({ key, text })
        }
        waiting.chunks.push(bytes.slice())
        waiting.bytes += bytes.length
        return
      }
      const queue: StdinQueue = { path: stdin, chunks: [bytes], bytes: bytes.length }
      instance.stdinQueue = queue
      const empty = yield* flush(instance, queue).pipe(
        Effect.mapError(({ errno }) => new StdinClosed({ key, text: `it closed it: ${errno}` }))
      )
      if (empty) return
      // The caller may use its buffer again.
      queue.chunks = queue.chunks.map((chunk) => chunk.slice())
      yield* Effect.forkIn(drain(instance, queue), scope)
    })
  }
}

const forget = (instance: Instance, queue: StdinQueue): void => {
  if (instance.stdinQueue === queue) instance.stdinQueue = null
}
