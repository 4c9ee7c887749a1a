/**
 * The main side's knowledge of sinks and streams, and what it does with reports from workers. Names (instance and
 * channel) may change; numbers stay. Nothing here waits.
 */
import { DeclaredSinks } from "./DeclaredSinks.ts"
import { EventHub } from "./EventHub.ts"
import type { Follower } from "./Follower.ts"
import type { SinkId } from "./LogPlane.ts"
import {
  MAX_UNACKNOWLEDGED_BYTES,
  type Report,
  type SinkSettings,
  type SyslogPlace
} from "./Message.ts"
import type { PlaneWorker } from "./PlaneWorker.ts"
import type { SinkRecord, StreamRecord } from "./SinkRecord.ts"
import { WorkerPool } from "./WorkerPool.ts"

export class PlaneState {
  readonly pool: WorkerPool
  readonly followers = new Set<Follower>()
  /** Declared, and not configured so far. */
  readonly declared = new DeclaredSinks()
  private readonly byName = new Map<string, SinkRecord>()
  private readonly byStream = new Map<string, SinkRecord>()
  readonly hub = new EventHub()
  /** Bytes of protocols that were taken, and of which the worker does not know yet. */
  private readonly taken = new Map<string, number>()

  /** `onUnwatched`: see WorkerPool. */
  constructor(syslog: SyslogPlace, onUnwatched: () => void) {
    this.pool = new WorkerPool({
      syslog,
      onUnwatched,
      onReport: (report) => this.onReport(report)
    })
  }

  find(id: SinkId): SinkRecord | null {
    return this.byName.get(nameOf(id)) ?? null
  }

  ofStream(stream: string): SinkRecord | null {
    return this.byStream.get(stream) ?? null
  }

  add(number: number, id: SinkId, settings: SinkSettings, worker: PlaneWorker): void {
    const streams = new Map()
    const record = { number, id, settings, worker, dropped: false, homeless: false, streams }
    this.pool.sinks.set(number, record)
    this.byName.set(nameOf(id), record)
    this.declared.remove(id)
  }

  pathOf(id: SinkId): string | null {
    const record = this.find(id)
    return record === null ? (this.declared.get(id)?.path ?? null) : record.settings.path
  }

  rename(record: SinkRecord, to: SinkId, label: string): void {
    this.byName.delete(nameOf(record.id))
    this.byName.set(nameOf(to), record)
    record.id = to
    record.settings = { ...record.settings, label }
  }

  addStream(record: SinkRecord, stream: string, added: Omit<StreamRecord, "released">): void {
    const { fifo, otherwise, watch } = added
    record.streams.set(stream, { fifo, otherwise, watch, released: false })
    this.byStream.set(stream, record)
  }

  /** Which sinks are copied: all, or the numbers that some follower wants. */
  wanted(): { readonly all: boolean; readonly sinks: ReadonlyArray<number> } {
    const followers = [...this.followers]
    const sinks = [...this.pool.sinks.keys()].filter((sink) => followers.some((f) => f.wants(sink)))
    return { all: followers.some(({ all }) => all), sinks }
  }

  private onReport(report: Report): void {
    switch (report.kind) {
      case "trouble":
      case "recovered": {
        const sink = this.pool.sinks.get(report.sink)?.id
        if (sink === undefined) break
        if (report.kind === "trouble")
          this.hub.publish({ kind: "trouble", sink, text: report.text })
        else this.hub.publish({ kind: "recovered", sink })
        break
      }
      case "ended":
        this.byStream.get(report.stream)?.streams.delete(report.stream)
        this.byStream.delete(report.stream)
        this.taken.delete(report.stream)
        this.hub.publish({ kind: "ended", streamId: report.stream })
        break
      case "matched": {
        const stream = this.byStream.get(report.stream)?.streams.get(report.stream)
        if (stream !== undefined) stream.watch = null
        this.hub.publish({ kind: "matched", streamId: report.stream, tooLong: report.tooLong })
        break
      }
      case "closed":
        this.forget(report.sink)
        break
      case "chunk":
        this.copyToFollowers(report)
        break
      case "output":
      case "communication":
        this.publishOutput(report)
        break
      case "done":
      case "failed":
      case "apart":
      case "busy":
        break
    }
  }

  /** A sink that was configured again meanwhile is not forgotten. */
  private forget(sink: number): void {
    const record = this.pool.sinks.get(sink)
    if (record?.dropped !== true) return
    this.pool.sinks.delete(sink)
    if (this.find(record.id) === record) this.byName.delete(nameOf(record.id))
    this.pool.collect()
  }

  private publishOutput(report: Report & { readonly kind: "output" | "communication" }): void {
    const { kind, sink: number, stream: streamId, bytes, lost, protocol } = report
    const sink = this.pool.sinks.get(number)?.id
    const event = sink === undefined ? null : { kind, sink, streamId, bytes, lost }
    if (!protocol) {
      if (event !== null) this.hub.publishOutput(event)
    } else if (event === null) this.acknowledge(number, streamId, bytes.length)
    else this.hub.publishProtocol(event, () => this.acknowledge(number, streamId, bytes.length))
  }

  /** Small talk costs no message: the worker hears of it when it comes to something. */
  private acknowledge(sink: number, stream: string, bytes: number): void {
    const sum = (this.taken.get(stream) ?? 0) + bytes
    const due = sum >= MAX_UNACKNOWLEDGED_BYTES / 4
    if (due) this.taken.delete(stream)
    else if (this.byStream.has(stream)) this.taken.set(stream, sum)
    if (due) this.pool.sinks.get(sink)?.worker.tell({ kind: "taken", sink, stream, bytes: sum })
  }

  private copyToFollowers(report: Report & { readonly kind: "chunk" }): void {
    const record = this.pool.sinks.get(report.sink)
    if (record === undefined) return
    const { bytes, place, lost } = report
    const chunk = { sink: record.id, label: record.settings.label, bytes, place, lost }
    for (const follower of this.followers) if (follower.wants(report.sink)) follower.offer(chunk)
  }
}

const nameOf = (id: SinkId): string => `${id.channel} ${id.instance}`
