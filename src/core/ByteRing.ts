/** Bytes that are added at the end and dropped at the front, without copying the whole at each step. */

export class ByteRing {
  private buffer = new Uint8Array(0)
  private start = 0
  private end = 0

  get length(): number {
    return this.end - this.start
  }

  append(bytes: Uint8Array): void {
    if (this.end + bytes.length > this.buffer.length) this.makeRoom(bytes.length)
    this.buffer.set(bytes, this.end)
    this.end += bytes.length
  }

  dropFirst(count: number): void {
    this.start = Math.min(this.end, this.start + count)
  }

  /** All of it; it is empty afterwards, and its memory is the taker's. */
  takeAll(): Uint8Array<ArrayBuffer> {
    const all = this.buffer.slice(this.start, this.end)
    this.buffer = new Uint8Array(0)
    this.start = 0
    this.end = 0
    return all
  }

  private makeRoom(more: number): void {
    const { length } = this
    const needed = length + more
    // Half free after moving to the front: or bytes would be moved again too soon.
    const next = needed * 2 <= this.buffer.length ? this.buffer : new Uint8Array(needed * 2)
    next.set(this.buffer.subarray(this.start, this.end))
    this.buffer = next
    this.start = 0
    this.end = length
  }
}
