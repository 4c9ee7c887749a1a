/**
 * Which worker has which sink. Plain local files share one; a target that may block has a worker with its like, and one that
 * turns out slow keeps the worker that it blocks, while all others move to a new one. A thread that dies is replaced, and
 * its sinks are opened again: FIFOs hold what was not moved.
 */
import type { Command, Report, SinkSettings, SyslogPlace } from "./Message.ts"
import { type Answer, type Asked, type Pending, PlaneWorker } from "./PlaneWorker.ts"
import type { SinkRecord } from "./SinkRecord.ts"

/** Threads for targets that may block; kinds beyond share the last. */
const MAX_APART = 16

export class WorkerPool {
  readonly sinks = new Map<number, SinkRecord>()
  private common: PlaneWorker | null = null
  private readonly apart = new Map<string, PlaneWorker>()
  private followed: { readonly all: boolean; readonly sinks: ReadonlyArray<number> } = {
    all: false,
    sinks: []
  }
  private readonly syslog: SyslogPlace
  private readonly onReport: (report: Report) => void
  private readonly onUnwatched: () => void
  private nextId = 1
  private nextSink = 1
  private closing = false

  constructor(options: {
    readonly syslog: SyslogPlace
    readonly onReport: (report: Report) => void
    /** `watch` is to be called again; also while it is. */
    readonly onUnwatched: () => void
  }) {
    this.syslog = options.syslog
    this.onReport = options.onReport
    this.onUnwatched = options.onUnwatched
  }

  newSink(): number {
    return this.nextSink++
  }

  id(): number {
    return this.nextId++
  }

  workers(): ReadonlyArray<PlaneWorker> {
    return [...(this.common === null ? [] : [this.common]), ...this.apart.values()]
  }

  /** As far as is known: one that a target keeps is put apart, and answers nothing. */
  answers(worker: PlaneWorker): boolean {
    return worker === this.common || worker.pending.size === 0
  }

  /** Opens the sink's target in the worker it belongs to; `present`: its record, when it is a change. */
  configure(
    sink: number,
    settings: SinkSettings,
    present: SinkRecord | null,
    done: (result: Answer, worker: PlaneWorker) => void
  ): void {
    const worker = present?.worker ?? this.commonWorker()
    const command = (): Asked => ({ kind: "configure", id: this.id(), sink, settings })
    worker.ask(command(), (first, by) => {
      if (first.kind !== "apart") return done(first, present?.worker ?? by)
      const other = this.apartWorker(first.key)
      other.ask(command(), (second) => {
        if (second.kind === "done" && present !== null) this.hand(present, other)
        done(second, other)
        this.collect()
      })
    })
  }

  /** To every worker; `done` when all have answered. */
  askAll(command: (id: number) => Asked, done: () => void): void {
    const workers = this.workers().filter(({ gone }) => !gone)
    let left = workers.length
    if (left === 0) done()
    for (const worker of workers)
      worker.ask(command(this.id()), () => {
        if (--left === 0) done()
      })
  }

  follow(all: boolean, sinks: ReadonlyArray<number>, done: () => void): void {
    this.followed = { all, sinks }
    this.askAll((id) => ({ kind: "follow", id, all, sinks }), done)
  }

  /** Every quarter of a second: slow calls, and sinks that no worker has yet. False when there is nothing to look at. */
  watch(): boolean {
    const slow = this.common?.slowSink() ?? null
    if (this.common !== null && slow !== null) this.evict(this.common, slow)
    let isHomeless = false
    for (const record of this.sinks.values()) {
      if (!record.homeless) continue
      isHomeless = true
      this.restore(record)
    }
    return isHomeless || (this.common?.needsLooks() ?? false)
  }

  /**
   * A stream of the sink could not be opened. One whose pipe is not there has ended; what may be had another time (its thread had
   * no descriptor) is tried again.
   */
  notAttached(record: SinkRecord, stream: string, answer: Answer): void {
    if (answer.kind === "failed" && answer.errno === "ENOENT") {
      this.onReport({ kind: "ended", stream })
    } else if (isForNow(answer) && !this.closing) {
      const text = `cannot read ${answer.path}: ${answer.errno}; it is tried again`
      this.onReport({ kind: "trouble", sink: record.number, text })
      this.makeHomeless(record)
    }
  }

  /** A sink is gone: a worker that is left without any ends. */
  collect(): void {
    const used = new Set([...this.sinks.values()].map((record) => record.worker))
    for (const [key, worker] of this.apart) {
      if (used.has(worker) || worker.pending.size > 0) continue
      this.apart.delete(key)
      worker.ask({ kind: "stop", id: this.id() }, () => {})
    }
  }

  stop(done: () => void): void {
    this.closing = true
    this.askAll((id) => ({ kind: "stop", id }), done)
  }

  warm(): void {
    this.commonWorker()
  }

  private commonWorker(): PlaneWorker {
    this.common ??= this.start(null)
    return this.common
  }

  private apartWorker(key: string): PlaneWorker {
    const known = this.apart.get(key)
    if (known !== undefined) return known
    const last = [...this.apart.values()].at(-1)
    if (this.apart.size >= MAX_APART && last !== undefined) return last
    const worker = this.start(key)
    this.apart.set(key, worker)
    return worker
  }

  private start(key: string | null): PlaneWorker {
    const worker = new PlaneWorker({
      key,
      syslog: this.syslog,
      onReport: this.onReport,
      onBusy: this.onUnwatched,
      onExit: (gone, error) => this.bury(gone, error)
    })
    worker.ask({ kind: "follow", id: this.id(), ...this.followed }, () => {})
    return worker
  }

  private evict(worker: PlaneWorker, slow: number): void {
    const key = `slow ${slow}`
    if (!worker.evict(slow, key)) return
    this.apart.set(key, worker)
    this.common = null
    const waiting = [...worker.pending.values()].filter(({ command }) =>
      concernsOther(command, slow)
    )
    for (const { command } of waiting) worker.pending.delete(command.id)
    for (const record of this.sinks.values())
      if (record.worker === worker && record.number !== slow) this.restore(record)
    this.resend(waiting)
  }

  /** What an evicted worker had not answered goes to the one that has its sinks now. */
  private resend(waiting: ReadonlyArray<Pending>): void {
    for (const { command, answer } of waiting) this.commonWorker().ask(command, answer)
  }

  private bury(worker: PlaneWorker, error: Error | null): void {
    if (this.common === worker) this.common = null
    for (const [key, other] of this.apart) if (other === worker) this.apart.delete(key)
    for (const record of this.sinks.values()) {
      if (record.worker !== worker || this.closing) continue
      this.makeHomeless(record)
      const text = `a thread of the log plane failed and is started again: ${error?.message ?? "it ended"}`
      this.onReport({ kind: "trouble", sink: record.number, text })
    }
    for (const { command, answer } of worker.pending.values())
      answer({ kind: "failed", id: command.id, path: "", errno: "EIO" }, worker)
    worker.pending.clear()
  }

  private makeHomeless(record: SinkRecord): void {
    record.homeless = true
    this.onUnwatched()
  }

  /** Opens target and streams of a sink again, in the worker that it belongs to now. */
  private restore(record: SinkRecord): void {
    const wasHomeless = record.homeless
    record.homeless = false
    const home = this.commonWorker()
    record.worker = home
    const { number, settings } = record
    const recovered = () => {
      if (wasHomeless && !record.homeless) this.onReport({ kind: "recovered", sink: number })
    }
    home.ask({ kind: "configure", id: this.id(), sink: number, settings }, (answer) => {
      if (answer.kind === "failed") this.makeHomeless(record)
      else if (answer.kind === "apart") this.hand(record, this.apartWorker(answer.key), true)
      if (record.streams.size === 0) recovered()
    })
    this.attachAll(record, recovered)
  }

  /** Gives a sink to a worker that has its target open already, or opens it there. */
  private hand(record: SinkRecord, to: PlaneWorker, open = false): void {
    const from = record.worker
    record.worker = to
    const { number, settings } = record
    if (open) to.ask({ kind: "configure", id: this.id(), sink: number, settings }, () => {})
    // Two readers of one pipe would each take from it what the other one has brought to its target.
    if (from === to) this.attachAll(record)
    else from.ask({ kind: "detach", id: this.id(), sink: number }, () => this.attachAll(record))
  }

  /** `attached` when all that there are have been tried; never where there are none. */
  private attachAll(record: SinkRecord, attached: () => void = () => {}): void {
    const sink = record.number
    const quiet = () => {}
    let left = record.streams.size
    for (const [stream, { fifo, otherwise, released, watch }] of record.streams) {
      const id = this.id()
      const attach = { kind: "attach", id, stream, fifo, otherwise, sink, watch } as const
      record.worker.ask(attach, (answer) => {
        if (isForNow(answer) && record.streams.has(stream)) this.makeHomeless(record)
        if (--left === 0) attached()
      })
      if (released) record.worker.ask({ kind: "release", id: this.id(), stream, sink }, quiet)
    }
    if (record.dropped) record.worker.ask({ kind: "drop", id: this.id(), sink }, quiet)
  }
}

/** It may be had another time; a pipe that is not there never can, and of a thread that failed `bury` takes care. */
const isForNow = (answer: Answer): answer is Answer & { readonly kind: "failed" } =>
  answer.kind === "failed" && answer.errno !== "ENOENT" && answer.errno !== "EIO"

const concernsOther = (command: Command, slow: number): boolean =>
  "sink" in command && command.sink !== slow
