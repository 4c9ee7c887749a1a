/**
 * One sink in a worker: takes what waits in a stream's pipe and brings it to its file, to syslog and to followers. Nothing leaves
 * the pipe before it is in its target, so that reeve may be killed at any moment: what a file gets as it came goes there by
 * splice, exactly once, and who must see it sees a copy (tee); what is changed on its way, or goes where splice does not, is
 * written first and taken out of the pipe then, so that a kill in between doubles it. It must never make a program wait for
 * good: when the target takes nothing, the oldest bytes in the pipe are dropped and counted.
 */

import { type LogFault, lostNotice, remarkLine, troubleText } from "../core/logTrouble.ts"
import { MAX_MOVE_BYTES } from "../core/rotation.ts"
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
/** One look at output, as supervisord's read. */
const LOOK_BYTES = 128 * 1024
const NEWLINE = 0x0a
const MAX_OPEN_LINE_BYTES = 4096
const RETRY_MS = 1000
/** A target that takes nothing for so long is in trouble; before, its programs just wait. */
const PATIENCE_MS = 1000
/** Streams of past lives that one stuck sink keeps for later; older ones are given up. */
const MAX_WAITING_STREAMS = 8
/** Remarks that wait for a target that takes nothing; later ones are left out. */
const MAX_REMARKS = 8

/** Bytes moved, or why none were. "held": a protocol that nobody takes. */
export type Outcome = number | "empty" | "eof" | "stuck" | "held"

/** What was to be written, and was not taken yet. */
interface Pending {
  readonly bytes: Uint8Array
  /** What it was made of is still in this pipe, at its head. */
  readonly source: { readonly stream: PipeStream; readonly length: number } | null
}

interface Stuck {
  readonly errno: number
  readonly since: number
  retryAt: number
}

export class Sink {
  readonly number: number
  /** In the order in which they came. */
  streams: ReadonlyArray<PipeStream> = []
  settings: SinkSettings
  file: SinkFile | null
  followed = false
  dropped = false
  /** Its target takes nothing now; no stream of it is read. */
  stuck: Stuck | null = null
  private readonly context: WorkerContext
  private pending: Pending | null = null
  private remarks: ReadonlyArray<string> = []
  private lost = 0
  private unposted = 0
  private faults = noFaults

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
    if (this.file?.fresh === true && stream.waiting() > 0) this.rotateIfDue(now)
    const outcome = this.moveSome(stream, now)
    if (typeof outcome === "number") {
      stream.moved(outcome)
      this.rotateIfDue(now)
    }
    return outcome
  }

  /** Puts a line of reeve's own behind what the file holds. */
  remark(text: string, now: number): void {
    if (this.remarks.length < MAX_REMARKS) this.remarks = [...this.remarks, text]
    if (this.stuck === null && this.flush(now)) this.rotateIfDue(now)
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
    this.deliver(stream, stream.outlet.end(this.settings, this.postOf(stream)), 0, now)
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

  private moveSome(stream: PipeStream, now: number): Outcome {
    if (this.transforms(stream)) return this.transform(stream, now)
    if (this.followed || this.settings.syslog || this.looks(stream) || this.file?.refusesSplice)
      return this.observe(stream, now)
    const moved = this.splice(stream, this.file?.limit() ?? MAX_MOVE_BYTES)
    if (moved > 0) {
      this.works()
      return moved
    }
    return moved === -EINVAL ? this.observe(stream, now) : this.unmoved(stream, moved, now)
  }

  /** The bytes go as they came, and somebody sees a copy. */
  private observe(stream: PipeStream, now: number): Outcome {
    const looks = this.looks(stream)
    const limit = Math.min(
      this.file?.limit() ?? MAX_MOVE_BYTES,
      looks ? LOOK_BYTES : MAX_MOVE_BYTES
    )
    const copied = tee(stream.fd, this.context.copyIn, limit, SPLICE_F_NONBLOCK)
    if (copied <= 0) return this.uncopied(copied, now)
    const copy = this.context.takeCopy(copied)
    if (this.settings.syslog) {
      this.sendLines(stream.lines.push(copy.subarray(stream.told)))
      stream.told = Math.max(stream.told, copied)
    }
    const spliced = this.file?.refusesSplice ? -EINVAL : this.splice(stream, copied)
    const moved = spliced === -EINVAL ? this.write(stream, copy) : spliced
    if (moved <= 0) return this.unmoved(stream, moved, now)
    this.works()
    const seen = copy.subarray(0, moved)
    if (looks) stream.outlet.push(this.settings, seen, this.postOf(stream))
    if (this.followed) this.post(seen)
    return moved
  }

  /** The log gets something else than what came. */
  private transform(stream: PipeStream, now: number): Outcome {
    const copied = tee(stream.fd, this.context.copyIn, LOOK_BYTES, SPLICE_F_NONBLOCK)
    if (copied <= 0) return this.uncopied(copied, now)
    const copy = this.context.takeCopy(copied)
    // More waits: a cut at the end of a line lets a line that comes twice be whole.
    const rest = copied < LOOK_BYTES ? 0 : openLine(copy)
    const part = copy.subarray(0, copied - rest)
    const text = stream.outlet.push(this.settings, part, this.postOf(stream))
    this.deliver(stream, text, part.length, now)
    return part.length
  }

  /** From the pipe to the file (or nowhere) in one step; what splice(2) gives. */
  private splice(stream: PipeStream, length: number): number {
    const { file } = this
    if (file === null)
      return splice(stream.fd, null, this.context.nowhere, null, length, SPLICE_F_NONBLOCK)
    return this.context.guarded(this.number, () => file.spliceFrom(stream.fd, length))
  }

  /** The same for a file that is only written: gives what was written, and is out of the pipe. */
  private write(stream: PipeStream, copy: Uint8Array): number {
    const written = this.context.guarded(this.number, () => this.file?.write(copy) ?? -EINVAL)
    if (written > 0) this.context.swallow(stream.fd, written)
    return written
  }

  private transforms({ outlet }: PipeStream): boolean {
    const { stripAnsi, captureMaxBytes } = this.settings
    return stripAnsi || captureMaxBytes > 0 || outlet.capturing
  }

  /** Something besides the log depends on the bytes, or they are changed. */
  private looks({ outlet }: PipeStream): boolean {
    const { stripAnsi, events, protocol, captureMaxBytes } = this.settings
    const changes = stripAnsi || captureMaxBytes > 0 || outlet.capturing
    return changes || events || protocol || outlet.watching
  }

  private postOf(stream: PipeStream): PostOutput {
    return (piece) => this.context.output({ ...piece, sink: this.number, stream: stream.id })
  }

  /** `length`: bytes at the head of the pipe that it was made of, to be taken out when it is written. */
  private deliver(stream: PipeStream, bytes: Uint8Array, length: number, now: number): void {
    if (this.settings.syslog) this.sendLines(stream.lines.push(bytes))
    this.put({ bytes, source: { stream, length } }, now)
    if (this.followed && bytes.length > 0) this.post(bytes)
  }

  /** Writes, and keeps what is not taken. */
  private put({ bytes, source }: Pending, now: number): boolean {
    const { file } = this
    if (file !== null && bytes.length > 0) {
      const count = this.context.guarded(this.number, () => file.write(bytes))
      if (count < bytes.length) {
        this.pending = { bytes: new Uint8Array(bytes.subarray(Math.max(0, count))), source }
        this.stick(count < 0 ? -count : EAGAIN, now)
        return false
      }
      this.works()
    }
    if (source !== null) this.context.swallow(source.stream.fd, source.length)
    return true
  }

  /** Brings out what was kept, the notice of what was lost, and remarks. */
  private flush(now: number): boolean {
    if (this.pending !== null) {
      const kept = this.pending
      this.pending = null
      if (!this.put(kept, now)) return false
    }
    if (this.lost > 0) {
      const errno = this.faults.get("write") ?? "EAGAIN"
      const notice = new TextEncoder().encode(lostNotice(this.lost, errno))
      this.lost = 0
      if (!this.put({ bytes: notice, source: null }, now)) return false
    }
    for (;;) {
      const [first, ...rest] = this.remarks
      if (first === undefined) return true
      this.remarks = rest
      if (!this.say(first, now)) return false
    }
  }

  private say(text: string, now: number): boolean {
    const atLineStart = this.context.guarded(this.number, () => this.file?.atLineStart() ?? true)
    const line = new TextEncoder().encode(remarkLine(text, atLineStart))
    if (this.settings.syslog) this.sendLines([line.subarray(atLineStart ? 0 : 1, -1)])
    const written = this.put({ bytes: line, source: null }, now)
    if (this.followed) this.post(line)
    return written
  }

  private rotateIfDue(now: number): void {
    this.context.guarded(this.number, () => this.file?.rotateIfDue(now))
    this.tellFileFault()
  }

  /** Why tee copied nothing: it never is the target's fault. */
  private uncopied(result: number, now: number): Outcome {
    if (result === 0) return "eof"
    return result === -EAGAIN || result === -EINTR ? "empty" : this.stick(-result, now)
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
    const gone = this.context.swallow(stream.fd, bytes)
    stream.moved(gone)
    this.lost += gone
  }

  /** The log takes nothing, but events and protocols go on: only the log loses the bytes. */
  private bypass(stream: PipeStream, bytes: number): void {
    const { buffer } = this.context
    const source = this.pending?.source ?? null
    let left = bytes
    if (this.pending !== null && source?.stream === stream) {
      left -= this.context.swallow(stream.fd, source.length)
      this.pending = { bytes: this.pending.bytes, source: null }
    }
    while (left > 0 && !stream.outlet.full) {
      const count = readInto(stream.fd, buffer, Math.min(left, LOOK_BYTES))
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

  private post(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const posted = this.context.chunk(this.number, bytes, this.place(), this.unposted)
    this.unposted = posted ? 0 : this.unposted + bytes.length
  }

  /** Says a fault once, however often it comes again. */
  private tell(fault: LogFault, errno: number): void {
    const name = errnoName(errno)
    if (this.faults.get(fault) === name) return
    this.faults = new Map([...this.faults, [fault, name]])
    const path = fault === "syslog" ? "syslog" : (this.settings.path ?? "the log")
    this.context.port.post({
      kind: "trouble",
      sink: this.number,
      text: troubleText(fault, path, name)
    })
  }

  private settleFault(fault: LogFault): void {
    if (!this.faults.has(fault)) return
    this.faults = new Map([...this.faults].filter(([known]) => known !== fault))
    if (this.faults.size === 0) this.context.port.post({ kind: "recovered", sink: this.number })
  }

  private tellFileFault(): void {
    if (this.faults.size === 0 && !this.file?.fault) return
    for (const fault of ["rotate", "reopen"] as const) {
      if (this.file?.fault?.fault === fault) this.tell(fault, -this.file.fault.errno)
      else this.settleFault(fault)
    }
  }
}

/** Of every sink that works: few have ever had one. */
const noFaults: ReadonlyMap<LogFault, string> = new Map()

/** Bytes behind the last newline; 0 where that is far from the end. */
const openLine = (bytes: Uint8Array): number => {
  const end = bytes.subarray(-MAX_OPEN_LINE_BYTES)
  const newline = end.lastIndexOf(NEWLINE)
  return newline < 0 ? 0 : end.length - newline - 1
}
