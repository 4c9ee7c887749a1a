/**
 * Writes to standard output and error. A terminal that was paused, or a pipe that nobody reads, stops a thread of its own and
 * nothing else, which is started with the first text; what does not fit into the buffer is dropped and counted, never waited for.
 * A file takes everything at once and needs no thread, which would cost some megabytes.
 */
import { fstatSync, writeSync } from "node:fs"
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
  let worker: Worker | null = null
  let waiting = 0
  let dropped = 0
  const idle = new Set<() => void>()
  const written = (length: number) => {
    waiting -= length
    if (waiting > 0) return
    for (const wake of idle) wake()
    idle.clear()
  }
  // What is written in one turn leaves together: passing it on costs more than the bytes.
  let leaving: { readonly fd: 1 | 2; readonly parts: Array<Uint8Array> } | null = null
  const leave = () => {
    if (leaving === null) return
    worker ??= startThread(written)
    worker.postMessage({ fd: leaving.fd, bytes: Buffer.concat(leaving.parts) })
    leaving = null
  }
  const post = (fd: 1 | 2, bytes: Uint8Array) => {
    waiting += bytes.length
    if (leaving !== null && leaving.fd !== fd) leave()
    if (leaving === null) {
      leaving = { fd, parts: [] }
      queueMicrotask(leave)
    }
    leaving.parts.push(bytes)
  }
  const atOnce = { 1: takesAtOnce(1), 2: takesAtOnce(2) }
  const write = (fd: 1 | 2) => (text: string | Uint8Array) => {
    const bytes = typeof text === "string" ? Buffer.from(text) : text
    if (atOnce[fd]) return writeAtOnce(fd, bytes)
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
      void worker?.terminate()
    }
  }
}

const startThread = (written: (length: number) => void): Worker => {
  const worker = new Worker(thread, { eval: true })
  worker.unref()
  // A thread that died prints nothing any more; the daemon goes on.
  worker.on("error", () => undefined)
  worker.on("message", written)
  return worker
}

const takesAtOnce = (fd: 1 | 2): boolean => {
  try {
    const facts = fstatSync(fd)
    return facts.isFile() || facts.rdev === nullDevice
  } catch {
    return false
  }
}

/** Number of /dev/null. */
const nullDevice = 0x103

const writeAtOnce = (fd: 1 | 2, bytes: Uint8Array): void => {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
  } catch {
    // A full disk: as with a thread, nobody is told.
  }
}
