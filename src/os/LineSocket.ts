import { Socket } from "node:net"
import { lineReader } from "./lineReader.ts"

/** A longer line is passed over. */
const LINE_BYTES = 16 * 1024 * 1024
/** Once so much waits for a process that does not read, it gets no more answers. */
const UNREAD_BYTES = 64 * 1024 * 1024
/** For what a process said last: a descendant that kept its end open must not delay that for ever. */
const LAST_WORDS_MS = 1_000

/** One end of a socket pair with a process that speaks in lines. Nothing here waits, and nothing that comes is an error. */
export class LineSocket {
  readonly #socket: Socket
  readonly #lines: ReturnType<typeof lineReader>

  constructor(fd: number, rest: Buffer, hear: (line: string) => void) {
    this.#socket = new Socket({ fd, readable: true, writable: true, allowHalfOpen: true })
    this.#lines = lineReader(LINE_BYTES, hear)
    this.#lines.feed(rest)
    this.#socket.on("data", this.#lines.feed)
    this.#socket.on("error", () => undefined)
    this.#socket.on("end", () => this.#socket.destroy())
  }

  say(line: string): void {
    if (this.#socket.writableLength < UNREAD_BYTES) this.#socket.write(`${line}\n`)
  }

  /** Everything that was said has left this process. */
  get quiet(): boolean {
    return this.#socket.writableLength === 0
  }

  rest(): Buffer {
    return this.#lines.rest()
  }

  /** When the last line was read. */
  whenOver(then: () => void): void {
    let over = false
    const finish = () => {
      if (over) return
      over = true
      this.#socket.destroy()
      then()
    }
    this.#socket.once("close", finish)
    setTimeout(finish, this.#socket.destroyed ? 0 : LAST_WORDS_MS)
  }
}
