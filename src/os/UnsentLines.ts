/** Lines that one process says to another over a descriptor that never waits: whole, in order, and as soon as they are taken. */
import { writeSync } from "node:fs"
import { errnoOf } from "./errnoOf.ts"
import * as libc from "./libc.ts"

/** A process that leaves so much unread counts as gone. */
const UNREAD_BYTES = 64 * 1024 * 1024
const RETRY_MS = 10
const SOON_MS = 10
const FLUSH_MS = 1_000

export class UnsentLines {
  readonly #fd: number
  readonly #isGone: () => boolean
  readonly #gone: () => void
  #waiting: Array<Buffer> = []
  #bytes = 0
  #retrying = false
  /** What may leave with others. */
  #soon = ""

  /** `gone` is called where the other one turns out to be gone. */
  constructor(fd: number, isGone: () => boolean, gone: () => void) {
    this.#fd = fd
    this.#isGone = isGone
    this.#gone = gone
  }

  say(line: string): void {
    this.#send(`${line}\n`)
  }

  saySoon(line: string): void {
    if (this.#isGone()) return
    if (this.#soon === "") setTimeout(() => this.#send(""), SOON_MS)
    this.#soon += `${line}\n`
  }

  flush(): void {
    this.#send("")
    const end = performance.now() + FLUSH_MS
    for (; !this.#isGone() && this.#waiting.length > 0 && performance.now() < end; this.#push())
      libc.isReady(this.#fd, libc.POLLOUT, RETRY_MS)
  }

  clear(): void {
    this.#waiting = []
    this.#soon = ""
  }

  /** With what was to leave soon before it. */
  #send(text: string): void {
    if (this.#isGone() || (text === "" && this.#soon === "")) return
    const part = Buffer.from(this.#soon + text)
    this.#soon = ""
    this.#waiting.push(part)
    this.#bytes += part.length
    if (this.#waiting.length === 1) this.#push()
  }

  #push(): void {
    while (!this.#isGone() && this.#waiting.length > 0) {
      const failed = this.#pushFirst()
      if (failed === null) continue
      if (failed === "EAGAIN" && this.#bytes <= UNREAD_BYTES) this.#pushLater()
      else this.#gone()
      return
    }
  }

  /** The errno's name where nothing was taken. */
  #pushFirst(): string | null {
    const [part] = this.#waiting
    if (part === undefined) return null
    try {
      const taken = writeSync(this.#fd, part)
      this.#bytes -= taken
      if (taken === part.length) this.#waiting.shift()
      else this.#waiting[0] = part.subarray(taken)
      return null
    } catch (error) {
      return errnoOf(error)
    }
  }

  #pushLater(): void {
    if (this.#retrying) return
    this.#retrying = true
    setTimeout(() => {
      this.#retrying = false
      this.#push()
    }, RETRY_MS).unref()
  }
}
