/**
 * The file of one sink, in a worker: writes at its end, by splice where the kernel allows it, and rotates after a move. A
 * rotation that fails never stops the writing: the file then grows beyond its limit until a later try succeeds.
 */
import type { LogFault } from "../core/logTrouble.ts"
import { MAX_MOVE_BYTES, moveLimit, rotationDue, rotationRenames } from "../core/rotation.ts"
import { asUser } from "../os/asUser.ts"
import {
  close,
  isReady,
  lseek,
  O,
  open,
  POLLOUT,
  readInto,
  SEEK_END,
  SEEK_SET,
  SPLICE_F_NONBLOCK,
  splice,
  writeFrom
} from "../os/libc.ts"
import { fstat, lstat, rename, truncate, unlink } from "../os/syncFiles.ts"
import type { SinkSettings } from "./Message.ts"
import { openTarget, type Target } from "./openTarget.ts"

const ENOENT = 2
const EAGAIN = 11
const EINVAL = 22
/** A pipe that poll calls writable takes this much at once (pipe(7)). */
const PIPE_BUF = 4096
const RETRY_MS = 1000

export class SinkFile {
  readonly path: string
  settings: SinkSettings
  target: Target
  /** Bytes in the file, as far as it is one. */
  position: number
  /** The kernel does not splice into this target (a terminal, a file opened for appending). */
  refusesSplice = false
  /** Why rotation or reopening does not work now, with the negated errno. */
  fault: { readonly fault: LogFault; readonly errno: number } | null = null
  /** Nothing was moved since it was opened: it may be due for rotation already, as one that was left so. */
  fresh = true
  private retryAt = 0

  private constructor(path: string, settings: SinkSettings, target: Target) {
    this.path = path
    this.settings = settings
    this.target = target
    this.position = endOf(target)
  }

  /** A negated errno when the target cannot be opened. */
  static open(path: string, settings: SinkSettings): SinkFile | number {
    const target = openTarget(path, settings)
    return typeof target === "number" ? target : new SinkFile(path, settings, target)
  }

  /** How much the next move may put into the file. */
  limit(): number {
    return this.target.kind === "file"
      ? moveLimit(this.position, this.settings.maxBytes)
      : MAX_MOVE_BYTES
  }

  /** splice(2) from a pipe; what it gives, or -EINVAL where only copying works. */
  spliceFrom(from: number, length: number): number {
    if (this.refusesSplice) return -EINVAL
    this.notice()
    const moved = splice(from, null, this.target.fd, null, length, SPLICE_F_NONBLOCK)
    if (moved === -EINVAL) this.refusesSplice = true
    if (moved > 0) this.position += moved
    return moved
  }

  /** As much as is taken without waiting: the count, or a negated errno when it is none. */
  write(bytes: Uint8Array): number {
    this.notice()
    let written = 0
    while (written < bytes.length) {
      if (this.target.blocking && !isReady(this.target.fd, POLLOUT, 0))
        return written > 0 ? written : -EAGAIN
      const end = this.target.blocking ? written + PIPE_BUF : bytes.length
      const part = bytes.subarray(written, end)
      const count = writeFrom(this.target.fd, part, part.length)
      if (count <= 0) return written > 0 ? written : count
      written += count
      this.position += count
    }
    return written
  }

  /** Rotates when the file is due. Asked after each move, and before the first. */
  rotateIfDue(now: number): void {
    this.fresh = false
    if (this.target.kind !== "file" || !rotationDue(this.position, this.settings.maxBytes)) return
    if (this.fault !== null && (this.fault.fault === "reopen" || now < this.retryAt)) return
    const failed =
      this.settings.backups === 0
        ? truncate(this.target.fd)
        : asUser(this.target.rights, () => (this.isMovedAway() ? 0 : this.shift()))
    if (failed < 0) this.blame("rotate", failed, now)
    else if (this.settings.backups > 0) this.reopen(now)
    else {
      this.position = lseek(this.target.fd, 0, SEEK_SET)
      this.fault = null
    }
  }

  /** Opens the path anew; keeps the old file when that fails, and tries again. */
  reopen(now: number): void {
    const next = openTarget(this.path, this.settings)
    if (typeof next === "number") {
      this.blame("reopen", next, now)
      return
    }
    close(this.target.fd)
    this.target = next
    this.position = endOf(next)
    this.fault = null
    this.fresh = true
  }

  /** Whether what is written next begins a line, backups included; false where nobody can know. */
  atLineStart(): boolean {
    if (this.target.kind !== "file") return false
    this.notice()
    const { backups } = this.settings
    return asUser(this.target.rights, () => {
      if (this.position > 0) return endsLine(this.path, this.target.inode)
      const last = `${this.path}.1`
      return backups === 0 || lstat(last) === -ENOENT || endsLine(last, null)
    })
  }

  /** Removes the file and makes it anew; the negated errno of what failed. What is no regular file stays as it is. */
  clear(now: number): number {
    if (this.target.kind !== "file") return 0
    const removed = asUser(this.target.rights, () => unlink(this.path))
    if (removed < 0 && removed !== -ENOENT) return removed
    this.reopen(now)
    return this.fault?.fault === "reopen" ? this.fault.errno : 0
  }

  /** The next try of what failed. */
  retry(now: number): void {
    if (this.fault === null || now < this.retryAt) return
    if (this.fault.fault === "reopen") this.reopen(now)
    else this.rotateIfDue(now)
  }

  close(): void {
    close(this.target.fd)
  }

  /** Another sink of the same path rotated already: a second rotation would push its backups out. */
  private isMovedAway(): boolean {
    const node = lstat(this.path)
    return typeof node !== "number" && node.inode !== this.target.inode
  }

  private shift(): number {
    const exists = (name: string): boolean => lstat(name) !== -ENOENT
    const renames = rotationRenames(this.path, this.settings.backups, exists)
    // A rename over a file makes ext4 write out the one that takes its place (mount option auto_da_alloc), a third of the time of
    // a busy log. So the oldest goes first, as with supervisord; it is gone then, even where a rename fails.
    const [first] = renames
    if (first !== undefined) unlink(first.to)
    for (const { from, to } of renames) {
      const renamed = rename(from, to)
      if (renamed < 0 && renamed !== -ENOENT) return renamed
    }
    return 0
  }

  private blame(fault: LogFault, errno: number, now: number): void {
    this.fault = { fault, errno }
    this.retryAt = now + RETRY_MS
  }

  /**
   * Somebody emptied the file (`> web.log`), or another sink wrote to it: without this, the next write would leave a hole before
   * it, or go over what is there. (Opened for appending, splice would refuse it.) It is asked before each write, so by the call
   * that costs least.
   */
  private notice(): void {
    if (this.target.kind !== "file") return
    const end = lseek(this.target.fd, 0, SEEK_END)
    if (end >= 0) this.position = end
  }
}

/** Whether the last byte of this file is a newline; `inode`: it must be that one. */
const endsLine = (path: string, inode: number | null): boolean => {
  const fd = open(path, O.RDONLY | O.NOFOLLOW | O.NONBLOCK | O.CLOEXEC | O.NOCTTY)
  if (fd < 0) return false
  const node = fstat(fd)
  const last = new Uint8Array(1)
  const known =
    typeof node !== "number" &&
    node.kind === "file" &&
    (inode === null || node.inode === inode) &&
    lseek(fd, -1, SEEK_END) >= 0 &&
    readInto(fd, last, 1) === 1
  close(fd)
  return known && last[0] === NEWLINE
}

const NEWLINE = 0x0a

const endOf = (target: Target): number =>
  target.kind === "file" ? Math.max(0, lseek(target.fd, 0, SEEK_END)) : 0
