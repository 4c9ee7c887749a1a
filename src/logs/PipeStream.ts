/**
 * The reading end of one process life's FIFO, in a worker. A descriptor that was opened when there was no writer tells of no
 * hang-up until one has been there, and one whose last writer left is ready for ever: so it is opened anew after each hang-up
 * until its process is known to be gone. Bytes always make it ready. Others that have the pipe open for reading (the keeper)
 * change nothing of that.
 */

import { ENLARGED_PIPE_BYTES } from "../core/enlargedPipe.ts"
import { GATHER_SHARE } from "../core/gatherRest.ts"
import { type LineAssembler, makeLineAssembler } from "../core/LineAssembler.ts"
import { MAX_SYSLOG_LINE_BYTES } from "../core/syslogMessage.ts"
import { close, F_GETPIPE_SZ, F_SETPIPE_SZ, FIONREAD, fcntl, ioctl, O, open } from "../os/libc.ts"
import { moveUp } from "../os/moveUp.ts"
import { fstat, unlink } from "../os/syncFiles.ts"
import { Outlet } from "./Outlet.ts"

/**
 * Half of a default pipe at once says that the writer is fast: its pipe is enlarged, and nobody rests before the next move.
 * Small writes do not fill a pipe's pages, so that a full pipe can hold much less than its size.
 */
export const NOISY_BYTES = 32 * 1024

export class PipeStream {
  readonly id: string
  readonly fifo: string
  fd: number
  /** Its process is gone (or never came): it ends when it is empty and has no writer. */
  released = false
  /** No writer, and it cannot be opened anew: nothing can come. */
  hungUp = false
  readonly outlet = new Outlet()
  /** Bytes at the head of the pipe that syslog has had already, because the file did not take them. */
  told = 0
  private assembler: LineAssembler | null = null
  private enlarged = false
  /** Asked for when first needed. */
  private size = 0

  private constructor(id: string, fifo: string, fd: number) {
    this.id = id
    this.fifo = fifo
    this.fd = fd
  }

  /** A negated errno when the FIFO cannot be opened; `otherwise` is for when its name is gone. */
  static open(id: string, fifo: string, otherwise: string | null): PipeStream | number {
    const named = openFifo(fifo, O.NOFOLLOW)
    const fd = named === -ENOENT && otherwise !== null ? openFifo(otherwise, 0) : named
    return fd < 0 ? fd : new PipeStream(id, fifo, fd)
  }

  /** Its lines for syslog; most programs have none. */
  get lines(): LineAssembler {
    this.assembler ??= makeLineAssembler(MAX_SYSLOG_LINE_BYTES)
    return this.assembler
  }

  /** Bytes that wait in the pipe. */
  waiting(): number {
    const out = Buffer.alloc(4)
    return ioctl(this.fd, FIONREAD, out) < 0 ? 0 : out.readInt32LE(0)
  }

  capacity(): number {
    return Math.max(PAGE, fcntl(this.fd, F_GETPIPE_SZ))
  }

  /** So many bytes at once are a multiple of what is to gather in the pipe (core/gatherRest.ts). */
  gathered(bytes: number): number {
    if (this.size === 0) this.size = this.capacity()
    return bytes / (this.size * GATHER_SHARE)
  }

  moved(bytes: number): void {
    this.told = Math.max(0, this.told - bytes)
    if (bytes >= NOISY_BYTES) this.enlarge()
  }

  /** Refused beyond the user's allowance (pipe(7)): the pipe then stays as it is. */
  enlarge(): void {
    if (this.enlarged) return
    this.enlarged = true
    fcntl(this.fd, F_SETPIPE_SZ, ENLARGED_PIPE_BYTES)
    this.size = 0
  }

  /** Forgets a hang-up: a descriptor opened anew is quiet until the next writer. */
  renew(): void {
    const named = openFifo(this.fifo, O.NOFOLLOW)
    const next = named < 0 ? openFifo(this.self(), 0) : named
    if (next < 0) {
      this.hungUp = true
      return
    }
    close(this.fd)
    this.fd = next
  }

  /** From now on a hang-up is heard, also by a descriptor that never had a writer: this is one, for a moment. */
  release(): void {
    this.released = true
    const fd = open(this.self(), O.WRONLY | O.NONBLOCK | O.CLOEXEC)
    if (fd >= 0) close(fd)
  }

  /** The pipe itself, whatever became of its name. */
  private self(): string {
    return `/proc/self/fd/${this.fd}`
  }

  /** `remove`: the FIFO's name goes too. */
  close(remove: boolean): void {
    close(this.fd)
    if (remove) unlink(this.fifo)
  }
}

const PAGE = 4096

const ENOENT = 2
const ENXIO = 6

const openFifo = (path: string, flags: number): number => {
  const fd = open(path, O.RDONLY | O.NONBLOCK | O.CLOEXEC | O.NOCTTY | flags)
  if (fd < 0) return fd
  const node = fstat(fd)
  if (typeof node !== "number" && node.kind === "fifo") return moveUp(fd)
  close(fd)
  return typeof node === "number" ? node : -ENXIO
}
