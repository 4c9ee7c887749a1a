/**
 * The loop of a log plane thread: wait in poll, obey commands, move bytes. One move a stream and round, so that a flooding
 * program delays others by one move. After a round of small moves it rests (core/gatherRest.ts) until a command comes.
 */
import { gatherRest, LONGEST_REST_MS } from "../core/gatherRest.ts"
import type { TextPattern } from "../domain/Probe.ts"
import { errnoName, poll } from "../os/libc.ts"
import { ThreadMemory } from "../os/ThreadMemory.ts"
import { monotonicMs } from "../os/threadClock.ts"
import type { Command, Report } from "./Message.ts"
import { NOISY_BYTES, PipeStream } from "./PipeStream.ts"
import { POLLFD_BYTES, pollSet, type Slot, type StreamSlot } from "./pollSet.ts"
import { Sink } from "./Sink.ts"
import { SinkFile } from "./SinkFile.ts"
import { WorkerContext, type WorkerPort } from "./WorkerContext.ts"

/** While a sink is in trouble: how often pipes are looked at. A program that floods meanwhile waits at most so long. */
const TICK_MS = 50
const RETRY_MS = 1000

export class MoveLoop {
  private readonly port: WorkerPort
  private readonly context: WorkerContext
  private readonly sinks = new Map<number, Sink>()
  private readonly streams = new Map<string, StreamSlot>()
  private followed: { readonly all: boolean; readonly sinks: ReadonlySet<number> } = {
    all: false,
    sinks: new Set()
  }
  private stopped = false
  /** When the last round began, monotonic. */
  private movedAt = 0
  /** After the last round, milliseconds. */
  private restMs = 0
  /** Of the round that is under way. */
  private largest = 0
  private gathered = 0
  /** The set of descriptors is made anew: with 1,000 programs that costs more than a move. */
  private dirty = false
  private apart: boolean
  /** Commands leave something behind, moves next to nothing. */
  private readonly memory = new ThreadMemory()
  /** What ends a rest: a command, or an answer of a listener, which another event may wait for. */
  private urgent: Buffer

  constructor(port: WorkerPort) {
    this.port = port
    this.apart = port.data.apart
    this.context = new WorkerContext(port)
    this.urgent = pollSet(port.wakeFd, [])
  }

  run(): void {
    let slots: ReadonlyArray<Slot> = []
    let set = pollSet(this.port.wakeFd, slots)
    const renew = () => {
      if (!this.dirty) return
      this.dirty = false
      slots = this.slots()
      set = pollSet(this.port.wakeFd, slots)
      this.urgent = pollSet(this.port.wakeFd, slots.filter(isUrgent))
    }
    while (!this.stopped) {
      renew()
      const wait = this.waitMs()
      const spare = this.memory.waitMs(monotonicMs())
      let ready = poll(set, slots.length + 1, sooner(wait, spare))
      if (ready === 0) this.memory.look(monotonicMs())
      if (set.readInt16LE(6) !== 0) {
        if (!this.awake()) return
        ready--
        // What was ready before may have been moved, and pipes may have come or gone.
        renew()
        if (ready > 0) poll(set, slots.length + 1, 0)
      }
      const moved = ready > 0 && this.round(slots, set)
      if (wait >= 0) this.tick()
      if (this.context.evictedFor !== null) this.shed(this.context.evictedFor)
      this.port.flush()
      if (moved && !this.stopped) this.rest()
    }
    for (const { stream } of this.streams.values()) stream.close(false)
    for (const sink of this.sinks.values()) sink.close()
    this.context.close()
  }

  /** How long poll may wait; -1: until something happens. */
  private waitMs(): number {
    let wait = -1
    for (const sink of this.sinks.values()) {
      if (sink.stuck !== null) return TICK_MS
      if (sink.hasFault()) wait = RETRY_MS
    }
    return wait
  }

  private slots(): ReadonlyArray<Slot> {
    const slots: Array<Slot> = []
    for (const slot of this.streams.values()) {
      const { stream, sink } = slot
      if (sink.stuck === null && !stream.hungUp && !stream.outlet.full) slots.push(slot)
    }
    for (const sink of this.sinks.values())
      if (sink.stuck?.errno === EAGAIN) slots.push({ kind: "target", sink })
    return slots
  }

  /** Whether it moved anything. */
  private round(slots: ReadonlyArray<Slot>, set: Buffer): boolean {
    this.largest = 0
    this.gathered = 0
    const now = monotonicMs()
    for (const [index, slot] of slots.entries()) {
      if (set.readInt16LE((index + 1) * POLLFD_BYTES + 6) === 0) continue
      if (slot.kind === "target") {
        slot.sink.unblock(now)
        this.dirty = true
      } else if (this.streams.has(slot.stream.id)) this.pump(slot.stream, slot.sink, now)
      if (this.context.evictedFor !== null) return false
    }
    if (this.largest === 0) return false
    const isAfterSilence = now - this.movedAt > 2 * LONGEST_REST_MS
    const lastMs = isAfterSilence ? 0 : this.restMs
    this.restMs = this.largest >= NOISY_BYTES ? 0 : gatherRest(lastMs, this.gathered)
    this.movedAt = now
    return true
  }

  private rest(): void {
    if (this.restMs > 0)
      poll(this.urgent, this.urgent.length / POLLFD_BYTES, Math.round(this.restMs))
  }

  /** One move, and what follows from it; gives its bytes. */
  private pump(stream: PipeStream, sink: Sink, now: number): number {
    if (this.context.evictedFor !== null) return 0
    const outcome = sink.move(stream, now)
    if (typeof outcome !== "number" || sink.stuck !== null || stream.outlet.full) this.dirty = true
    if (typeof outcome === "number") {
      this.largest = Math.max(this.largest, outcome)
      this.gathered = Math.max(this.gathered, stream.gathered(outcome))
      return outcome
    }
    if (outcome === "eof") {
      if (stream.released) this.end(stream, sink)
      else stream.renew()
    }
    return 0
  }

  private end(stream: PipeStream, sink: Sink): void {
    sink.finish(stream, monotonicMs())
    stream.close(true)
    sink.streams = sink.streams.filter((one) => one !== stream)
    this.streams.delete(stream.id)
    this.port.post({ kind: "ended", stream: stream.id })
    this.closeIfDropped(sink)
  }

  private closeIfDropped(sink: Sink): void {
    if (!sink.dropped || sink.streams.length > 0) return
    sink.close()
    this.sinks.delete(sink.number)
    this.port.post({ kind: "closed", sink: sink.number })
  }

  private tick(): void {
    this.dirty = true
    const now = monotonicMs()
    for (const sink of this.sinks.values()) {
      if (this.context.evictedFor !== null) return
      sink.tick(now)
    }
  }

  /** False when the process ends. */
  private awake(): boolean {
    if (!this.port.awake()) return false
    for (;;) {
      const command = this.port.receive()
      if (command === null || this.stopped) return true
      this.obey(command)
      if (this.context.evictedFor !== null) this.shed(this.context.evictedFor)
    }
  }

  private obey(command: Command): void {
    this.dirty = true
    this.memory.worked(monotonicMs())
    const failure = this.carryOut(command)
    if (command.kind !== "evicted" && command.kind !== "taken")
      this.port.post(failure ?? { kind: "done", id: command.id })
  }

  /** Gives what speaks against it; null: done. */
  private carryOut(command: Command): Report | null {
    switch (command.kind) {
      case "configure":
        return this.configure(command)
      case "attach":
        return this.attach(command)
      case "watch": {
        const found = this.streams.get(command.stream)
        if (found !== undefined) this.lookFor(found.stream, command.watch)
        return null
      }
      case "relabel": {
        const sink = this.sinks.get(command.sink)
        if (sink !== undefined) sink.settings = { ...sink.settings, label: command.label }
        return null
      }
      case "drop": {
        const sink = this.sinks.get(command.sink)
        if (sink !== undefined) {
          sink.dropped = true
          this.closeIfDropped(sink)
        }
        return null
      }
      case "detach":
        this.detach(command.sink)
        return null
      case "release":
        this.release(command.stream)
        return null
      case "remark":
        this.sinks.get(command.sink)?.remark(command.text, monotonicMs())
        return null
      case "clear":
        return this.clear(command)
      case "taken":
        this.streams.get(command.stream)?.stream.outlet.taken(command.bytes)
        return null
      case "settle":
        for (const { stream, sink } of [...this.streams.values()]) this.drain(stream, sink)
        return null
      case "reopen":
        for (const sink of this.sinks.values()) this.reopen(sink)
        return null
      case "follow":
        this.followed = { all: command.all, sinks: new Set(command.sinks) }
        for (const sink of this.sinks.values()) sink.followed = this.isFollowed(sink.number)
        return null
      case "stop":
        for (const { stream, sink } of [...this.streams.values()]) this.drain(stream, sink)
        this.stopped = true
        return null
      case "evicted":
        return null
    }
  }

  private configure(command: Command & { readonly kind: "configure" }): Report | null {
    const { id, sink, settings } = command
    const { path } = settings
    const current = this.sinks.get(sink)?.file ?? null
    if (path === null || current?.path === path) {
      if (current !== null) current.settings = settings
      this.place(sink, settings, path === null ? null : current)
      return null
    }
    const file = this.context.guarded(sink, () => SinkFile.open(path, settings))
    if (typeof file === "number") return { kind: "failed", id, path, errno: errnoName(file) }
    if (file.target.apart !== null && !this.apart) {
      file.close()
      return { kind: "apart", id, key: file.target.apart }
    }
    this.place(sink, settings, file)
    return null
  }

  /** Makes the sink, or gives it its new file and settings. */
  private place(number: number, settings: Sink["settings"], file: SinkFile | null): void {
    const sink = this.sinks.get(number)
    if (sink === undefined) {
      const made = new Sink(this.context, number, settings, file)
      made.followed = this.isFollowed(number)
      this.sinks.set(number, made)
      return
    }
    // A waiting retry is for the old target.
    if (sink.file !== file) {
      sink.file?.close()
      sink.file = file
      sink.unblock(monotonicMs())
    }
    sink.settings = settings
    sink.dropped = false
  }

  private attach(command: Command & { readonly kind: "attach" }): Report | null {
    const { id, fifo } = command
    if (this.streams.has(command.stream)) return null
    const sink = this.sinks.get(command.sink)
    if (sink === undefined) return { kind: "failed", id, path: fifo, errno: "ENOENT" }
    const stream = PipeStream.open(command.stream, fifo, command.otherwise)
    if (typeof stream === "number")
      return { kind: "failed", id, path: fifo, errno: errnoName(stream) }
    this.lookFor(stream, command.watch)
    sink.streams = [...sink.streams, stream]
    this.streams.set(stream.id, { kind: "stream", stream, sink })
    // What was written before this reader came makes no descriptor ready.
    this.drain(stream, sink)
    return null
  }

  private lookFor(stream: PipeStream, pattern: TextPattern | null): void {
    stream.outlet.lookFor(pattern, (found) =>
      this.port.post({ kind: "matched", stream: stream.id, tooLong: found === "tooLong" })
    )
  }

  private release(id: string): void {
    const entry = this.streams.get(id)
    if (entry === undefined) return
    entry.stream.release()
    this.drain(entry.stream, entry.sink)
  }

  /** Lets go of a sink that another worker has; nothing has ended. */
  private detach(number: number): void {
    const sink = this.sinks.get(number)
    if (sink === undefined) return
    for (const stream of sink.streams) {
      stream.close(false)
      this.streams.delete(stream.id)
    }
    sink.close()
    this.sinks.delete(number)
  }

  /** Moves what waits now, however much is written meanwhile. */
  private drain(stream: PipeStream, sink: Sink): void {
    let left = stream.waiting()
    while (left > 0 && this.context.evictedFor === null) {
      const moved = this.pump(stream, sink, monotonicMs())
      if (moved === 0) break
      left -= moved
    }
    if (left <= 0 && stream.released && this.streams.has(stream.id))
      this.pump(stream, sink, monotonicMs())
  }

  /** What was written before goes into the file that is removed. */
  private clear({ id, sink: number }: Command & { readonly kind: "clear" }): Report | null {
    const sink = this.sinks.get(number)
    const path = sink?.settings.path ?? ""
    if (sink === undefined) return { kind: "failed", id, path, errno: "ENOENT" }
    for (const stream of sink.streams) this.drain(stream, sink)
    if (this.context.evictedFor !== null) return { kind: "failed", id, path, errno: "ETIMEDOUT" }
    const failed = sink.clear(monotonicMs())
    return failed < 0 ? { kind: "failed", id, path, errno: errnoName(failed) } : null
  }

  private reopen(sink: Sink): void {
    if (this.context.evictedFor !== null) return
    this.context.guarded(sink.number, () => sink.file?.reopen(monotonicMs()))
    sink.tick(monotonicMs())
  }

  /** After an eviction: only the slow sink is still this worker's, and commands up to the mark were given to another. */
  private shed(kept: number): void {
    for (const number of [...this.sinks.keys()]) if (number !== kept) this.detach(number)
    this.apart = true
    this.dirty = true
    this.context.evictedFor = null
    for (;;) {
      const command = this.port.receive()
      if (command === null || command.kind === "evicted") return
      if (!("sink" in command) || command.sink === kept) this.obey(command)
    }
  }

  private isFollowed(sink: number): boolean {
    return this.followed.all || this.followed.sinks.has(sink)
  }
}

const EAGAIN = 11

/** Of two times that poll may wait; -1 is for ever. */
const sooner = (a: number, b: number): number => (a < 0 || b < 0 ? Math.max(a, b) : Math.min(a, b))

const isUrgent = ({ sink }: Slot): boolean => sink.settings.protocol
