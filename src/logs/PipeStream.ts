/**
 * The reading end of one process life's FIFO, in a worker. A FIFO without writers never becomes ready, and one whose last
 * writer left is ready for ever: so it is opened anew after each hang-up until its process is known to be gone.
 */

import { type LineAssembler, makeLineAssembler } from "../core/LineAssembler.ts"
import { MAX_SYSLOG_LINE_BYTES } from "../core/syslogMessage.ts"
import {
  close,
  F_GETPIPE_SZ,
  F_SETPIPE_SZ,
  FIONREAD,
  fcntl,
  ioctl,
  O,
  open,
  POLLHUP,
  poll
} from "../os/libc.ts"
import { unlink } from "../os/syncFiles.ts"
import { Outlet } from "./Outlet.ts"

/**
 * Half of a default pipe at once says that the writer is faster than the reader. Small writes do not fill a pipe's
 * pages, so that a full pipe can hold much less than its size.
 */
export const NOISY_BYTES = 32 * 1024
const ENLARGED_BYTES = 1024 * 1024

export class PipeStream {
  readonly id: string
  readonly fifo: string
  fd: number
  /** Its process is gone (or never came): it ends when it is empty and has no writer. */
  released = false
  /** No writer, and the FIFO's name is gone: nothing can come. */
  hungUp = false
  readonly outlet = new Outlet()
  readonly lines: LineAssembler = makeLineAssembler(MAX_SYSLOG_LINE_BYTES)
  private enlarged = false

  private constructor(id: string, fifo: string, fd: number) {
    this.id = id
    this.fifo = fifo
    this.fd = fd
  }

  /** A negated errno when the FIFO cannot be opened. */
  static open(id: string, fifo: string): PipeStream | number {
    const fd = openFifo(fifo)
    return fd < 0 ? fd : new PipeStream(id, fifo, fd)
  }

  /** Bytes that wait in the pipe. */
  waiting(): number {
    const out = Buffer.alloc(4)
    return ioctl(this.fd, FIONREAD, out) < 0 ? 0 : out.readInt32LE(0)
  }

  capacity(): number {
    return Math.max(PAGE, fcntl(this.fd, F_GETPIPE_SZ))
  }

  hasWriter(): boolean {
    const set = Buffer.alloc(8)
    set.writeInt32LE(this.fd, 0)
    poll(set, 1, 0)
    return (set.readInt16LE(6) & POLLHUP) === 0
  }

  moved(bytes: number): void {
    if (bytes >= NOISY_BYTES) this.enlarge()
  }

  /** Refused beyond the user's allowance (pipe(7)): the pipe then stays as it is. */
  enlarge(): void {
    if (!this.enlarged) fcntl(this.fd, F_SETPIPE_SZ, ENLARGED_BYTES)
    this.enlarged = true
  }

  /** Forgets a hang-up: a descriptor opened anew is quiet until the next writer. */
  renew(): void {
    const next = openFifo(this.fifo)
    if (next < 0) {
      this.hungUp = true
      return
    }
    close(this.fd)
    this.fd = next
  }

  /** `remove`: the FIFO's name goes too. */
  close(remove: boolean): void {
    close(this.fd)
    if (remove) unlink(this.fifo)
  }
}

const PAGE = 4096

const openFifo = (path: string): number =>
  open(path, O.RDONLY | O.NONBLOCK | O.NOFOLLOW | O.CLOEXEC)
