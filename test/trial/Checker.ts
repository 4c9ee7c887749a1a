/** The thread that checks the logs, from the side of the trial. */
import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { waitFor } from "../real/reeve.ts"
import type { StreamSeen } from "./LineCheck.ts"

export interface CheckedLog {
  readonly path: string
  readonly backups: number
  readonly name: string
  readonly letter: "O" | "E"
  readonly lineBytes: number
}

export interface CheckOrder {
  readonly logs: ReadonlyArray<CheckedLog>
  readonly counters: SharedArrayBuffer
}

export interface LogSeen extends StreamSeen {
  readonly name: string
  readonly letter: "O" | "E"
  readonly lineBytes: number
  readonly bytes: number
  readonly rotations: number
  readonly overtaken: number
}

export interface Checked {
  readonly seen: ReadonlyArray<LogSeen>
  readonly cpuSeconds: number
}

export class Checker {
  readonly #told = new BigInt64Array(new SharedArrayBuffer(24))
  readonly #worker: Worker
  readonly #checked: Promise<Checked>

  constructor(logs: ReadonlyArray<CheckedLog>) {
    const order: CheckOrder = { logs, counters: this.#told.buffer }
    this.#worker = new Worker(new URL("./checkWorker.ts", import.meta.url), { workerData: order })
    this.#checked = once(this.#worker, "message").then(([checked]) => checked)
    // Awaited at the end only.
    this.#checked.catch(() => undefined)
  }

  /** Bytes read so far. */
  get bytes(): number {
    return Number(Atomics.load(this.#told, 1))
  }

  /** Waits until what is in the files now was read: a burst more might push some of it out. */
  async catchUp(withinMs: number): Promise<void> {
    const before = Atomics.load(this.#told, 2)
    // The pass that is under way may have begun before.
    await waitFor(
      "the check to catch up",
      () => Atomics.load(this.#told, 2) > before + 1n,
      withinMs
    )
  }

  /** Reads what is left, and ends. To be called when nothing writes any more. */
  finish(): Promise<Checked> {
    Atomics.store(this.#told, 0, 1n)
    return this.#checked
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }
}
