/** What all sinks of one worker share: the way to the main side, scratch memory, and the note of the sink in work. */

import { MAX_MOVE_BYTES } from "../core/rotation.ts"
import {
  close,
  F_SETPIPE_SZ,
  fcntl,
  O,
  open,
  pipe2,
  readInto,
  SPLICE_F_NONBLOCK,
  splice
} from "../os/libc.ts"
import { makeSyslogSocket, type SyslogSocket } from "../os/SyslogSocket.ts"
import type { ThreadPort } from "../os/WorkerThread.ts"
import {
  type Command,
  EVICTED,
  MAX_POSTED_BYTES,
  type Output,
  type Place,
  type Report,
  SHARED,
  type WorkerData
} from "./Message.ts"

export interface OutputPiece {
  readonly kind: "output" | "communication"
  readonly bytes: Uint8Array
}

export type WorkerPort = ThreadPort<Command, Report, WorkerData>

export class WorkerContext {
  readonly port: WorkerPort
  /** /dev/null: what nobody wants is spliced there. */
  readonly nowhere: number
  /** Where tee puts copies. */
  readonly copyOut: number
  readonly copyIn: number
  readonly syslog: SyslogSocket
  /** The sink that took too long: all others are another worker's now. */
  evictedFor: number | null = null
  private readonly shared: Int32Array<SharedArrayBuffer>
  private scratch: Uint8Array | null = null

  constructor(port: WorkerPort) {
    this.port = port
    this.shared = port.data.shared
    const pipe = pipe2(O.CLOEXEC | O.NONBLOCK)
    if (typeof pipe === "number") throw new Error(`reeve cannot open a pipe (errno ${-pipe})`)
    this.copyOut = pipe[0]
    this.copyIn = pipe[1]
    fcntl(this.copyIn, F_SETPIPE_SZ, MAX_MOVE_BYTES)
    this.nowhere = open("/dev/null", O.WRONLY | O.CLOEXEC)
    this.syslog = makeSyslogSocket(port.data.syslog.path)
  }

  /** For what is looked at on its way, as most output never is. */
  get buffer(): Uint8Array {
    this.scratch ??= new Uint8Array(MAX_MOVE_BYTES)
    return this.scratch
  }

  /** Its descriptors would outlive the thread. */
  close(): void {
    for (const fd of [this.copyOut, this.copyIn, this.nowhere]) close(fd)
    this.syslog.close()
  }

  /** What tee has just copied, in memory that the next copy uses again. */
  takeCopy(length: number): Uint8Array {
    let at = 0
    while (at < length) {
      const count = readInto(this.copyOut, this.buffer.subarray(at), length - at)
      if (count <= 0) break
      at += count
    }
    return this.buffer.subarray(0, at)
  }

  /** Takes bytes out of a pipe for nobody; gives how many. */
  swallow(fd: number, bytes: number): number {
    let left = bytes
    while (left > 0) {
      const gone = splice(fd, null, this.nowhere, null, left, SPLICE_F_NONBLOCK)
      if (gone <= 0) break
      left -= gone
    }
    return bytes - left
  }

  /** Calls what may block on a sink's target, under its note (see SHARED). */
  guarded<A>(sink: number, f: () => A): A {
    Atomics.add(this.shared, SHARED.calls, 1)
    Atomics.store(this.shared, SHARED.busy, sink)
    // Noted first: whoever leaves off looks at the note once more.
    if (Atomics.load(this.shared, SHARED.watched) === 0) {
      Atomics.store(this.shared, SHARED.watched, 1)
      this.port.post({ kind: "busy" })
    }
    // Nobody waits for this one's target but who asked.
    this.port.flush()
    try {
      return f()
    } finally {
      const note = Atomics.compareExchange(this.shared, SHARED.busy, sink, 0)
      if (note === EVICTED) {
        this.evictedFor = sink
        Atomics.store(this.shared, SHARED.busy, 0)
      }
    }
  }

  /** A copy for the followers; false when the main side does not keep up. */
  chunk(sink: number, bytes: Uint8Array, place: Place | null, lost: number): boolean {
    const posted = Atomics.add(this.shared, SHARED.posted, bytes.length)
    if (posted > MAX_POSTED_BYTES) {
      Atomics.sub(this.shared, SHARED.posted, bytes.length)
      return false
    }
    const copy = new Uint8Array(bytes)
    this.port.post({ kind: "chunk", sink, bytes: copy, place, lost }, [copy.buffer])
    return true
  }

  /** Output for events. False when the main side does not keep up, which a protocol's own bound prevents. */
  output(report: Omit<Output, "kind" | "bytes"> & OutputPiece): boolean {
    const { length } = report.bytes
    if (!report.protocol) {
      const posted = Atomics.add(this.shared, SHARED.posted, length)
      // One that is larger than the bound gets through when nothing else is on its way.
      if (posted > 0 && posted + length > MAX_POSTED_BYTES) {
        Atomics.sub(this.shared, SHARED.posted, length)
        return false
      }
    }
    const bytes = new Uint8Array(report.bytes)
    this.port.post({ ...report, bytes }, [bytes.buffer])
    return true
  }
}
