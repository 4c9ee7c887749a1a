/**
 * One sink in a worker: takes what waits in a stream's pipe and brings it to its file, to syslog and to followers. Plain
 * files get it by splice, so that a byte is in the pipe or in the file, whenever reeve is killed. It must never make a
 * program wait for good: when the target takes nothing, the oldest bytes in the pipe are dropped and counted.
 */

import { type LogFault, lostNotice, troubleText } from "../core/logTrouble.ts"
import { syslogMessage } from "../core/syslogMessage.ts"
import { errnoName, readInto, SPLICE_F_NONBLOCK, splice, tee } from "../os/libc.ts"
import { wallTime } from "../os/threadClock.ts"
import type { Place, SinkSettings } from "./Message.ts"
import type { PostOutput } from "./Outlet.ts"
import type { PipeStream } from "./PipeStream.ts"
import type { SinkFile } from "./SinkFile.ts"
import type { WorkerContext } from "./WorkerContext.ts"

const EAGAIN = 11
const EINTR = 4
const EINVAL = 22
const ALL = 1024 * 1024
const RETRY_MS = 1000
/** A target that takes nothing for so long is in trouble; before, its programs just wait. */
const PATIENCE_MS = 1000
/** Streams of past lives that one stuck sink keeps for later; older ones are given up. */
const MAX_WAITING_STREAMS = 8

/** Bytes moved, or why none were. "held": a protocol that nobody takes. */
export type Outcome = number | "empty" | "eof" | "stuck" | "held"

interface Stuck {
  readonly errno: number
  readonly since: number
  retryAt: number
}

export class Sink {
  readonly number: number
  readonly streams = new Set<PipeStream>()
  settings: SinkSettings
  file: SinkFile | null
  followed = false
  dropped = false
  /** Its target takes nothing now; no stream of it is read. */
  stuck: Stuck | null = null
  private readonly context: WorkerContext
  /** Taken from a pipe, and not yet taken by the target. */
  private pending: Uint8Array | null = null
  private lost = 0
  private unposted = 0
  private readonly faults = new Map<LogFault, string>()

  constructor(
    context: WorkerContext,
    number: number,
    settings: SinkSettings,
    file: SinkFile | null
  ) {
    this.context = context
    this.number = number
    this.settings = settings
    this.file = file
  }

  /** One move from this stream. */
  move(stream: PipeStream, now: number): Outcome {
    if (this.stuck !== null) return "stuck"
    if (stream.outlet.full) return "held"
    if (!this.flush(now)) return "stuck"
    const outcome = this.copies(stream) ? this.copy(stream, now) : this.splice(stream, now)
    if (typeof outcome === "number") {
      stream.moved(outcome)
      this.context.guarded(this.number, () => this.file?.rotateIfDue(now))
      this.tellFileFault()
    }
    return outcome
  }

  /** Another try after a second, and the loss of what pipes cannot hold meanwhile. */
  tick(now: number): void {
    this.context.guarded(this.number, () => this.file?.retry(now))
    this.tellFileFault()
    if (this.stuck === null) return
    if (this.stuck.errno === EAGAIN) {
      if (now - this.stuck.since >= PATIENCE_MS) this.tell("write", this.stuck.errno)
    } else if (now >= this.stuck.retryAt) this.unblock(now)
    if (this.faults.has("write")) this.relieve()
  }

  /** The target may take something again. */
  unblock(now: number): void {
    this.stuck = null
    this.flush(now)
  }

  hasFault(): boolean {
    return this.faults.size > 0
  }

  /** What a stream's transformers still hold when it ends. */
  finish(stream: PipeStream, now: number): void {
    if (!this.looks(stream) && !this.settings.syslog) return
    this.deliver(stream, stream.outlet.end(this.settings, this.postOf(stream)), now)
    if (this.settings.syslog) this.sendLines(stream.lines.end())
  }

  /** Removes and recreates the file; gives the negated errno when that fails. */
  clear(now: number): number {
    for (const { outlet } of this.streams) outlet.clear()
    const failed = this.context.guarded(this.number, () => this.file?.clear(now)) ?? 0
    this.tellFileFault()
    return failed
  }

  place(): Place | null {
    return this.file === null || this.file.target.kind !== "file"
      ? null
      : { inode: this.file.target.inode, end: this.file.position }
  }

  close(): void {
    this.file?.close()
    this.file = null
  }

  private splice(stream: PipeStream, now: number): Outcome {
    const length = this.file?.limit() ?? ALL
    const copied = this.followed
      ? tee(stream.fd, this.context.copyIn, length, SPLICE_F_NONBLOCK)
      : length
    if (copied <= 0) return this.unmoved(stream, copied, now)
    const { file } = this
    const moved =
      file === null
        ? splice(stream.fd, null, this.context.nowhere, null, copied, SPLICE_F_NONBLOCK)
        : this.context.guarded(this.number, () => file.spliceFrom(stream.fd, copied))
    if (this.followed) this.post(this.takeCopy(copied).subarray(0, Math.max(0, moved)))
    if (moved > 0) {
      this.works()
      return moved
    }
    return moved === -EINVAL ? this.copy(stream, now) : this.unmoved(stream, moved, now)
  }

  private copy(stream: PipeStream, now: number): Outcome {
    const { buffer } = this.context
    const count = readInto(stream.fd, buffer, buffer.length)
    if (count <= 0) return this.unmoved(stream, count, now)
    const read = buffer.subarray(0, count)
    this.deliver(stream, stream.outlet.push(this.settings, read, this.postOf(stream)), now)
    return count
  }

  /** The bytes have to be seen: splice is not enough. */
  private copies(stream: PipeStream): boolean {
    return this.looks(stream) || this.settings.syslog || this.file?.refusesSplice === true
  }

  /** Something besides the log depends on the bytes, or they are changed. */
  private looks({ outlet }: PipeStream): boolean {
    const { stripAnsi, events, protocol, captureMaxBytes } = this.settings
    return stripAnsi || events || protocol || captureMaxBytes > 0 || outlet.capturing
  }

  private postOf(stream: PipeStream): PostOutput {
    return (piece) => this.context.output({ ...piece, sink: this.number, stream: stream.id })
  }

  private deliver(stream: PipeStream, bytes: Uint8Array, now: number): void {
    if (this.settings.syslog) this.sendLines(stream.lines.push(bytes))
    if (this.file !== null && bytes.length > 0) this.put(bytes, now)
    if (this.followed && bytes.length > 0) this.post(bytes)
  }

  /** Writes, and keeps what is not taken. */
  private put(bytes: Uint8Array, now: number): boolean {
    const { file } = this
    if (file === null) return true
    const count = this.context.guarded(this.number, () => file.write(bytes))
    if (count === bytes.length) {
      this.works()
      return true
    }
    this.pending = new Uint8Array(bytes.subarray(Math.max(0, count)))
    this.stick(count < 0 ? -count : EAGAIN, now)
    return false
  }

  /** Brings out what was kept, and before it the notice of what was lost. */
  private flush(now: number): boolean {
    if (this.pending !== null) {
      const kept = this.pending
      this.pending = null
      if (!this.put(kept, now)) return false
    }
    if (this.lost === 0) return true
    const errno = this.faults.get("write") ?? "EAGAIN"
    const notice = new TextEncoder().encode(lostNotice(this.lost, errno))
    this.lost = 0
    return this.put(notice, now)
  }

  private unmoved(stream: PipeStream, result: number, now: number): Outcome {
    if (result === 0) return "eof"
    if (result === -EINTR) return "empty"
    if (result !== -EAGAIN) return this.stick(-result, now)
    // EAGAIN is of either end: bytes that wait tell that it is the target's.
    return this.file !== null && stream.waiting() > 0 ? this.stick(EAGAIN, now) : "empty"
  }

  private stick(errno: number, now: number): "stuck" {
    this.stuck = { errno, since: now, retryAt: now + RETRY_MS }
    if (errno !== EAGAIN) this.tell("write", errno)
    return "stuck"
  }

  private works(): void {
    if (this.faults.size > 0) this.settleFault("write")
  }

  /** Drops the oldest of pipes that are nearly full, so that their writers go on. */
  private relieve(): void {
    let past = 0
    for (const stream of [...this.streams].reverse()) {
      stream.enlarge()
      const waiting = stream.waiting()
      const capacity = stream.capacity()
      if (this.looks(stream)) this.bypass(stream, waiting)
      else if (stream.released && ++past > MAX_WAITING_STREAMS) this.discard(stream, waiting)
      else if (waiting >= capacity * 0.75) this.discard(stream, waiting - capacity / 2)
    }
  }

  private discard(stream: PipeStream, bytes: number): void {
    let left = bytes
    while (left > 0) {
      const gone = splice(stream.fd, null, this.context.nowhere, null, left, SPLICE_F_NONBLOCK)
      if (gone <= 0) return
      left -= gone
      this.lost += gone
    }
  }

  /** The log takes nothing, but events and protocols go on: only the log loses the bytes. */
  private bypass(stream: PipeStream, bytes: number): void {
    const { buffer } = this.context
    for (let left = bytes; left > 0 && !stream.outlet.full; ) {
      const count = readInto(stream.fd, buffer, Math.min(left, buffer.length))
      if (count <= 0) return
      left -= count
      const read = buffer.subarray(0, count)
      this.lost += stream.outlet.push(this.settings, read, this.postOf(stream)).length
    }
  }

  private sendLines(lines: ReadonlyArray<Uint8Array>): void {
    for (const line of lines) {
      const { tag } = this.context.port.data.syslog
      const message = syslogMessage(tag, this.settings.label, line, wallTime())
      const sent = this.context.syslog.send(message)
      if (sent < 0) this.tell("syslog", -sent)
      else this.settleFault("syslog")
    }
  }

  private takeCopy(length: number): Uint8Array {
    const copy = new Uint8Array(length)
    let at = 0
    while (at < length) {
      const count = readInto(this.context.copyOut, copy.subarray(at), length - at)
      if (count <= 0) break
      at += count
    }
    return copy.subarray(0, at)
  }

  private post(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const posted = this.context.chunk(this.number, bytes, this.place(), this.unposted)
    this.unposted = posted ? 0 : this.unposted + bytes.length
  }

  /** Says a fault once, however often it comes again. */
  private tell(fault: LogFault, errno: number): void {
    const name = errnoName(errno)
    if (this.faults.get(fault) === name) return
    this.faults.set(fault, name)
    const path = fault === "syslog" ? "syslog" : (this.settings.path ?? "the log")
    this.context.port.post({
      kind: "trouble",
      sink: this.number,
      text: troubleText(fault, path, name)
    })
  }

  private settleFault(fault: LogFault): void {
    if (this.faults.delete(fault) && this.faults.size === 0)
      this.context.port.post({ kind: "recovered", sink: this.number })
  }

  private tellFileFault(): void {
    if (this.faults.size === 0 && !this.file?.fault) return
    for (const fault of ["rotate", "reopen"] as const) {
      if (this.file?.fault?.fault === fault) this.tell(fault, -this.file.fault.errno)
      else this.settleFault(fault)
    }
  }
}
