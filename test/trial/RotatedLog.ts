/**
 * Reads a log and all its rotated files as one stream, while they are written and renamed. It holds the file that it is in
 * open, so its bytes stay also when the last name is gone, and its inode number is nobody else's. The next file is the one with
 * the nearest lower number (`x.log.2` → `x.log.1` → `x.log`); who comes too late for one misses lines, and the check finds that.
 */
import * as fs from "node:fs"

export class RotatedLog {
  readonly #path: string
  readonly #names: ReadonlyArray<string>
  #open: { readonly fd: number; readonly inode: number } | null = null
  #offset = 0
  /** Files that it went on from. */
  rotations = 0
  /** Files that had lost all their names before they were read to their end, and whose follower is therefore a guess. */
  overtaken = 0

  constructor(path: string, backups: number) {
    this.#path = path
    this.#names = [path, ...Array.from({ length: backups }, (_, at) => `${path}.${at + 1}`)]
  }

  /** What comes next, into the buffer from `at`; 0: nothing now. */
  read(buffer: Buffer, at: number): number {
    if (this.#open === null) {
      const oldest = this.#names.findLast((name) => inodeOf(name) !== null)
      this.#open = oldest === undefined ? null : openFile(oldest)
    }
    const count = this.#readHere(buffer, at)
    if (count > 0 || this.#open === null || inodeOf(this.#path) === this.#open.inode) return count
    const next = this.#successor(this.#open.inode)
    if (next === null) return 0
    // What was written between the end that was seen and the rotation.
    const rest = this.#readHere(buffer, at)
    if (rest > 0) {
      fs.closeSync(next.fd)
      return rest
    }
    fs.closeSync(this.#open.fd)
    this.#open = next
    this.#offset = 0
    this.rotations++
    return this.#readHere(buffer, at)
  }

  close(): void {
    if (this.#open !== null) fs.closeSync(this.#open.fd)
    this.#open = null
  }

  #readHere(buffer: Buffer, at: number): number {
    if (this.#open === null) return 0
    const count = fs.readSync(this.#open.fd, buffer, at, buffer.length - at, this.#offset)
    this.#offset += count
    return count
  }

  /** Names only move upwards, so what was lower before and after it was opened is the successor. */
  #successor(inode: number) {
    const mine = this.#positionOf(inode)
    const lower = this.#names.slice(0, mine ?? this.#names.length)
    const at = lower.findLastIndex((name) => inodeOf(name) !== null)
    const name = lower[at]
    const opened = name === undefined ? null : openFile(name)
    if (opened === null) return null
    const between = lower.slice(at + 1)
    const isSame = this.#positionOf(inode) === mine && between.every((it) => inodeOf(it) === null)
    if (isSame && inodeOf(name ?? "") === opened.inode) {
      if (mine === null) this.overtaken++
      return opened
    }
    fs.closeSync(opened.fd)
    return null
  }

  /** Null: it has no name any more. */
  #positionOf(inode: number): number | null {
    const at = this.#names.findIndex((name) => inodeOf(name) === inode)
    return at < 0 ? null : at
  }
}

const inodeOf = (path: string): number | null =>
  fs.statSync(path, { throwIfNoEntry: false })?.ino ?? null

const openFile = (path: string) => {
  try {
    const fd = fs.openSync(path, "r")
    return { fd, inode: fs.fstatSync(fd).ino }
  } catch {
    return null
  }
}
