/**
 * Writes to standard output and error from a thread of its own: a terminal that was paused, or a pipe that nobody reads, then
 * stops that thread and nothing else. What does not fit into the buffer is dropped and counted, never waited for.
 */
import { Worker } from "node:worker_threads"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

export class ConsoleWriter extends Context.Service<
  ConsoleWriter,
  {
    readonly out: (text: string | Uint8Array) => void
    readonly err: (text: string | Uint8Array) => void
    /** Until all is written, or `patienceMs` are over. */
    readonly flush: (patienceMs: number) => Effect.Effect<void>
  }
>()("reeve/os/ConsoleWriter") {}

/** Unwritten bytes: some screens full, and some seconds of a noisy program. */
const bufferBytes = 4 * 1024 * 1024

/** Plain JavaScript: it runs from this text, whatever reeve was built to. EAGAIN: the descriptor may be non-blocking. */
const thread = `
const { parentPort } = require("node:worker_threads")
const { writeSync } = require("node:fs")
const pause = new Int32Array(new SharedArrayBuffer(4))
const gone = new Set()
parentPort.on("message", ({ fd, bytes }) => {
  let at = 0
  while (at < bytes.length && !gone.has(fd)) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      if (error.code === "EAGAIN") Atomics.wait(pause, 0, 0, 10)
      else if (error.code !== "EINTR") gone.add(fd)
    }
  }
  parentPort.postMessage(bytes.length)
})
`

export const ConsoleWriterLive: Layer.Layer<ConsoleWriter> = Layer.effect(
  ConsoleWriter,
  Effect.acquireRelease(
    Effect.sync(() => start()),
    ({ stop }) => Effect.sync(stop)
  )
)

const start = () => {
  const worker = new Worker(thread, { eval: true })
  worker.unref()
  // A thread that died prints nothing any more; the daemon goes on.
  worker.on("error", () => undefined)
  let waiting = 0
  let dropped = 0
  const idle = new Set<() => void>()
  worker.on("message", (written: number) => {
    waiting -= written
    if (waiting > 0) return
    for (const wake of idle) wake()
    idle.clear()
  })
  const post = (fd: 1 | 2, bytes: Uint8Array) => {
    waiting += bytes.length
    worker.postMessage({ fd, bytes })
  }
  const write = (fd: 1 | 2) => (text: string | Uint8Array) => {
    const bytes = typeof text === "string" ? Buffer.from(text) : text
    if (waiting + bytes.length > bufferBytes) {
      dropped += bytes.length
      return
    }
    if (dropped > 0) {
      post(fd, Buffer.from(`[${dropped} bytes not shown: the reader did not keep up]\n`))
      dropped = 0
    }
    post(fd, bytes)
  }
  return {
    out: write(1),
    err: write(2),
    flush: (patienceMs: number) =>
      Effect.callback<void>((resume) => {
        if (waiting === 0) return resume(Effect.void)
        const done = () => resume(Effect.void)
        idle.add(done)
        return Effect.sync(() => idle.delete(done))
      }).pipe(Effect.timeoutOrElse({ duration: patienceMs, orElse: () => Effect.void })),
    stop: () => {
      void worker.terminate()
    }
  }
}
