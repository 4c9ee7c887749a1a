/**
 * A thread that blocks in poll(2) and is woken through a pipe: both sides of the connection. Messages go through the
 * thread's port, those of one turn of the loop together, as each passing costs more than a message and wakes a thread that takes
 * the processor from others; one byte in the pipe says that there are some. The thread must never need its event loop.
 */
import { writeSync } from "node:fs"
import { parentPort, receiveMessageOnPort, Worker, workerData } from "node:worker_threads"
import { close, O, pipe2, readInto } from "./libc.ts"

/** What `startWorkerThread` hands to the thread beside the caller's own data. */
interface Boot<Data> {
  readonly wakeFd: number
  readonly data: Data
}

export interface WorkerThread<In> {
  readonly post: (message: In) => void
  /** Closes the wake pipe; to be called after the thread ended. */
  readonly dispose: () => void
}

/** Of the messages of a thread: whoever waits for the first does not wait for much. */
const MOST_TOGETHER = 64

/** The byte that makes a thread return at once: the process ends, and would wait for it for ever. */
const EXIT = 1

export const startWorkerThread = <In, Out, Data>(options: {
  readonly entry: string
  readonly data: Data
  readonly onMessage: (message: Out) => void
  /** The thread is gone; `error` when it failed. */
  readonly onExit: (error: Error | null) => void
}): WorkerThread<In> => {
  const ends = pipe2(O.CLOEXEC | O.NONBLOCK)
  if (typeof ends === "number") throw new Error(`reeve cannot open a pipe (errno ${-ends})`)
  const [wakeFd, wakeWriteFd] = ends
  const boot: Boot<Data> = { wakeFd, data: options.data }
  // Descriptors opened by a thread outlive it: after a failure the next one takes over from the FIFOs' names. It keeps little,
  // and while it blocks it collects nothing: what is young may not be much.
  const worker = new Worker(options.entry, {
    workerData: boot,
    trackUnmanagedFds: false,
    resourceLimits: { maxYoungGenerationSizeMb: 2 }
  })
  let open = true
  let failure: Error | null = null
  const wake = (byte: number): void => {
    if (!open) return
    try {
      writeSync(wakeWriteFd, Uint8Array.of(byte))
    } catch {
      // The pipe is full of wake-ups already.
    }
  }
  const onProcessExit = () => wake(EXIT)
  atProcessExit(onProcessExit)
  worker.on("message", (messages: ReadonlyArray<Out>) => {
    for (const message of messages) {
      try {
        options.onMessage(message)
      } catch (error) {
        // As by itself: the others are heard all the same.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  })
  worker.on("error", (error) => {
    failure = error instanceof Error ? error : new Error(String(error))
  })
  worker.on("exit", () => {
    exitHooks.delete(onProcessExit)
    options.onExit(failure)
  })
  worker.unref()
  let waiting: Array<In> = []
  const flush = () => {
    worker.postMessage(waiting)
    waiting = []
    wake(0)
  }
  return {
    post: (message) => {
      if (waiting.push(message) === 1) setImmediate(flush)
    },
    dispose: () => {
      if (!open) return
      open = false
      close(wakeFd)
      close(wakeWriteFd)
    }
  }
}

/** One listener for all threads: Node warns of more than ten. */
const exitHooks = new Set<() => void>()
const runExitHooks = (): void => {
  for (const hook of exitHooks) hook()
}
const atProcessExit = (hook: () => void): void => {
  if (!process.listeners("exit").includes(runExitHooks)) process.on("exit", runExitHooks)
  exitHooks.add(hook)
}

export interface ThreadPort<In, Out, Data> {
  readonly data: Data
  /** Readable when messages wait. */
  readonly wakeFd: number
  /** Empties the pipe; false when the thread is to return at once. */
  readonly awake: () => boolean
  readonly receive: () => In | null
  /** Leaves with the next `flush`; by itself where there are many, or something is transferred. */
  readonly post: (message: Out, transfer?: ReadonlyArray<ArrayBuffer>) => void
  /** To be called before whatever may wait. */
  readonly flush: () => void
  readonly close: () => void
}

/** The thread's own side. */
export const threadPort = <In, Out, Data>(): ThreadPort<In, Out, Data> => {
  const port = parentPort
  if (port === null) throw new Error("this file runs as a worker thread")
  const boot: Boot<Data> = workerData
  const bytes = new Uint8Array(512)
  let received: ReadonlyArray<In> = []
  let taken = 0
  const next = (): In | null => {
    if (taken >= received.length) {
      received = receiveMessageOnPort(port)?.message ?? []
      taken = 0
    }
    return received[taken++] ?? null
  }
  let leaving: Array<Out> = []
  const flush = (transfer: ReadonlyArray<ArrayBuffer> = []): void => {
    if (leaving.length > 0) port.postMessage(leaving, [...transfer])
    leaving = []
  }
  return {
    data: boot.data,
    wakeFd: boot.wakeFd,
    awake: () => {
      const count = readInto(boot.wakeFd, bytes, bytes.length)
      return count <= 0 || !bytes.subarray(0, count).includes(EXIT)
    },
    receive: next,
    post: (message, transfer = []) => {
      leaving.push(message)
      if (transfer.length > 0 || leaving.length >= MOST_TOGETHER) flush(transfer)
    },
    flush: () => flush(),
    close: () => {
      flush()
      port.close()
    }
  }
}
