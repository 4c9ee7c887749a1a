/**
 * One log plane thread as the main side sees it: commands with their answers, and the watch over a call that does not
 * return. It knows nothing of what the commands mean.
 */
import { entryPath } from "../os/Entries.ts"
import { startWorkerThread, type WorkerThread } from "../os/WorkerThread.ts"
import {
  type Command,
  EVICTED,
  type Report,
  SHARED,
  type SyslogPlace,
  type WorkerData
} from "./Message.ts"

export type Answer = Report & { readonly kind: "done" | "failed" | "apart" }
export type Asked = Exclude<Command, { readonly kind: "evicted" | "taken" }>
/** A command whose id is still to be given. */
export type Request = Asked extends infer C ? (C extends Asked ? Omit<C, "id"> : never) : never

export interface Pending {
  readonly command: Asked
  /** `by`: who answers; another than was asked, where that one was evicted meanwhile. */
  readonly answer: (answer: Answer, by: PlaneWorker) => void
}

/** Looks (a quarter of a second apart) at one unfinished call before it counts as slow; as many without one are a quiet time. */
const SLOW_LOOKS = 4

export class PlaneWorker {
  /** Not null: it has targets of this kind only, see Report "apart". */
  key: string | null
  readonly pending = new Map<number, Pending>()
  gone = false
  private readonly thread: WorkerThread<Command>
  private readonly shared = new Int32Array(
    new SharedArrayBuffer(SHARED.length * Int32Array.BYTES_PER_ELEMENT)
  )
  private seenCalls = 0
  private looks = 0
  private quietLooks = 0

  constructor(options: {
    readonly key: string | null
    readonly syslog: SyslogPlace
    readonly onReport: (report: Report) => void
    /** Somebody has to ask for its slow sink again. */
    readonly onBusy: () => void
    readonly onExit: (worker: PlaneWorker, error: Error | null) => void
  }) {
    this.key = options.key
    // Only one that serves others' targets as well is looked at: the first call of that one says so.
    if (options.key !== null) Atomics.store(this.shared, SHARED.watched, 1)
    this.thread = startWorkerThread<Command, Report, WorkerData>({
      entry: entryPath("logplane"),
      data: { shared: this.shared, apart: options.key !== null, syslog: options.syslog },
      onMessage: (report) => {
        if (report.kind === "busy") options.onBusy()
        else this.receive(report, options.onReport)
      },
      onExit: (error) => {
        this.gone = true
        this.thread.dispose()
        options.onExit(this, error)
      }
    })
  }

  ask(command: Asked, answer: Pending["answer"]): void {
    if (this.gone) {
      answer({ kind: "failed", id: command.id, path: "", errno: "EIO" }, this)
      return
    }
    this.pending.set(command.id, { command, answer })
    this.thread.post(command)
  }

  /** A command without an answer. */
  tell(command: Command & { readonly kind: "taken" }): void {
    if (!this.gone) this.thread.post(command)
  }

  /** The sink whose target has kept the thread for a second; null: none. Asked every quarter of a second. */
  slowSink(): number | null {
    const busy = Atomics.load(this.shared, SHARED.busy)
    const calls = Atomics.load(this.shared, SHARED.calls)
    this.looks = busy > 0 && calls === this.seenCalls ? this.looks + 1 : 0
    this.quietLooks = busy === 0 && calls === this.seenCalls ? this.quietLooks + 1 : 0
    this.seenCalls = calls
    return this.looks >= SLOW_LOOKS ? busy : null
  }

  /** After a quiet second: false when no more looks are needed until it says that it is busy. */
  needsLooks(): boolean {
    if (this.quietLooks < SLOW_LOOKS) return true
    Atomics.store(this.shared, SHARED.watched, 0)
    const busy = Atomics.load(this.shared, SHARED.busy)
    const calls = Atomics.load(this.shared, SHARED.calls)
    if (busy === 0 && calls === this.seenCalls) return false
    // One that began meanwhile may have said so, which does no harm.
    Atomics.store(this.shared, SHARED.watched, 1)
    return true
  }

  /** Leaves it that sink alone. False when the call returned after all. */
  evict(sink: number, key: string): boolean {
    if (Atomics.compareExchange(this.shared, SHARED.busy, sink, EVICTED) !== sink) return false
    this.key = key
    this.thread.post({ kind: "evicted" })
    return true
  }

  private receive(report: Report, onReport: (report: Report) => void): void {
    if (report.kind === "chunk" || (isOutput(report) && !report.protocol))
      Atomics.sub(this.shared, SHARED.posted, report.bytes.length)
    if (report.kind === "done" || report.kind === "failed" || report.kind === "apart") {
      const pending = this.pending.get(report.id)
      this.pending.delete(report.id)
      pending?.answer(report, this)
    } else onReport(report)
  }
}

const isOutput = (
  report: Report
): report is Report & { readonly kind: "output" | "communication" } =>
  report.kind === "output" || report.kind === "communication"
