/**
 * The connections of all servers, so that they are limited together: past the limit the one that was idle longest makes room,
 * and where none is idle the new one is turned away. Answers that clients do not take are limited in time and in bytes.
 */
import { readFileSync } from "node:fs"
import type { Socket } from "node:net"

/** supervisord itself serves about a thousand, its number of open files. Programs and logs need descriptors as well. */
const most = 1024
/** How long an answer may lie unread, and how many bytes of answers may lie so together. */
const unreadMs = 120_000
const unreadBytes = 64 * 1024 * 1024
const checkMs = 10_000

interface Unread {
  readonly bytes: number
  readonly since: number
}

export class HttpConnections {
  readonly #most = Math.min(most, Math.floor(openFilesAllowed() / 2))
  readonly #open = new Set<Socket>()
  /** By the time they became idle. */
  readonly #idle = new Set<Socket>()
  readonly #unread = new Map<Socket, Unread>()
  #bytes = 0
  /** Armed only while an answer lies unread. */
  #timer: NodeJS.Timeout | null = null

  add(socket: Socket): void {
    if (this.#open.size >= this.#most) {
      const [longest] = this.#idle
      if (longest === undefined) {
        socket.destroy()
        return
      }
      this.#idle.delete(longest)
      longest.destroy()
    }
    this.#open.add(socket)
    // Until it has sent a request, so that slow ones do not keep others out.
    this.#idle.add(socket)
    socket.once("close", () => {
      this.#open.delete(socket)
      this.#idle.delete(socket)
      this.taken(socket)
    })
  }

  busy(socket: Socket): void {
    this.#idle.delete(socket)
  }

  /** Nothing is owed to it. */
  idle(socket: Socket): void {
    if (this.#open.has(socket)) this.#idle.add(socket)
  }

  /** An answer lies here until the client reads; past the limit the one that lies longest goes. */
  unread(socket: Socket, bytes: number): void {
    this.taken(socket)
    this.#unread.set(socket, { bytes, since: performance.now() })
    this.#bytes += bytes
    this.#timer ??= setTimeout(() => this.#dropUnread(), checkMs).unref()
    for (const [longest] of this.#unread) {
      if (this.#bytes <= unreadBytes || this.#unread.size === 1) return
      this.taken(longest)
      longest.destroy()
    }
  }

  /** Its answer is with the kernel. */
  taken(socket: Socket): void {
    this.#bytes -= this.#unread.get(socket)?.bytes ?? 0
    this.#unread.delete(socket)
  }

  /** What is written already goes out first, as far as the client takes it. */
  hangUp(): void {
    for (const socket of this.#open) socket.destroySoon()
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const socket of this.#open) socket.destroy()
  }

  #dropUnread(): void {
    this.#timer = null
    for (const [socket, { since }] of this.#unread) {
      if (performance.now() - since > unreadMs) socket.destroy()
    }
    if (this.#unread.size > 0) this.#timer = setTimeout(() => this.#dropUnread(), checkMs).unref()
  }
}

/** The soft limit of this process; without /proc, the usual one. */
const openFilesAllowed = (): number => {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8")
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY)
  } catch {
    return 2 * most
  }
}
