/**
 * Memory for request bodies, over all connections of all servers: small ones never wait, large ones come in as far as the whole
 * allows, and others stay unread in the kernel until it is their turn.
 */

const small = 64 * 1024
const together = 48 * 1024 * 1024

interface Waiting {
  readonly bytes: number
  readonly go: () => void
}

export class HttpBodies {
  #taken = 0
  readonly #waiting = new Set<Waiting>()

  /** Calls `go` once there is room, perhaps at once. The answer gives the room back, or the place in the queue. */
  take(bytes: number, go: () => void): () => void {
    if (bytes <= small) {
      go()
      return () => undefined
    }
    const waiting: Waiting = { bytes, go }
    let held = true
    this.#waiting.add(waiting)
    this.#admit()
    return () => {
      if (!held) return
      held = false
      if (!this.#waiting.delete(waiting)) this.#taken -= bytes
      this.#admit()
    }
  }

  #admit(): void {
    for (const waiting of this.#waiting) {
      if (this.#taken > 0 && this.#taken + waiting.bytes > together) return
      this.#waiting.delete(waiting)
      this.#taken += waiting.bytes
      waiting.go()
    }
  }
}
