/**
 * Reads one HTTP/1.x response piece by piece: status, body by length, in chunks or to the end of the connection. For
 * clients that cannot afford to load node:http (it takes longer than all else that they do). Knows no more of HTTP than
 * supervisord and reeve's own server say, and refuses what it does not know.
 */

export interface HttpHead {
  readonly status: number
  readonly reason: string
}

export interface HttpReadingTo {
  readonly head: (head: HttpHead) => void
  readonly body: (bytes: Uint8Array) => void
}

type Expected = "head" | "length" | "chunkSize" | "chunk" | "chunkEnd" | "trailer" | "rest" | "done"

const headLimit = 65_536
const empty: Buffer = Buffer.alloc(0)

export class HttpReading {
  #expected: Expected = "head"
  #kept: Buffer = empty
  /** Bytes still to come of the body or the chunk. */
  #left = 0
  readonly #to: HttpReadingTo

  constructor(to: HttpReadingTo) {
    this.#to = to
  }

  /** Whether the response is complete; `rest` also is when the connection ends. */
  get isDone(): boolean {
    return this.#expected === "done"
  }
  /** Whether the end of the connection is the end of the response. */
  get endsWithConnection(): boolean {
    return this.#expected === "done" || this.#expected === "rest"
  }
  get hasBegun(): boolean {
    return this.#expected !== "head" || this.#kept.length > 0
  }

  /** Throws where this is no HTTP. */
  push(bytes: Buffer): void {
    this.#kept = this.#kept.length === 0 ? bytes : Buffer.concat([this.#kept, bytes])
    while (this.#step()) {}
  }

  /** False: there is nothing more to do with what is here. */
  #step(): boolean {
    switch (this.#expected) {
      case "head":
        return this.#readHead()
      case "length":
        return this.#readBody("done")
      case "chunk":
        return this.#readBody("chunkEnd")
      case "rest":
        this.#left = this.#kept.length
        return this.#readBody("rest")
      case "chunkSize":
        return this.#readSize()
      case "chunkEnd":
        return this.#readLine() !== null && this.#goOn("chunkSize")
      case "trailer": {
        const line = this.#readLine()
        return line !== null && this.#goOn(line === "" ? "done" : "trailer")
      }
      case "done":
        return false
    }
  }

  #goOn(expected: Expected): boolean {
    this.#expected = expected
    return expected !== "done"
  }

  #readHead(): boolean {
    const end = this.#kept.indexOf("\r\n\r\n")
    if (end < 0) {
      if (this.#kept.length > headLimit) throw new Error("the head of the answer has no end")
      return false
    }
    const [first = "", ...lines] = this.#kept.toString("latin1", 0, end).split("\r\n")
    this.#kept = this.#kept.subarray(end + 4)
    const [, status, reason = ""] = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(first) ?? []
    if (status === undefined) throw new Error("the answer is not HTTP")
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(":")
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
      })
    )
    this.#to.head({ status: Number(status), reason })
    if (headers.get("transfer-encoding")?.toLowerCase() === "chunked")
      return this.#goOn("chunkSize")
    const length = headers.get("content-length")
    if (length === undefined) return this.#goOn("rest")
    if (!/^\d+$/.test(length)) throw new Error("the length of the answer is no number")
    this.#left = Number(length)
    return this.#goOn(this.#left === 0 ? "done" : "length")
  }

  #readBody(next: Expected): boolean {
    const part = this.#kept.subarray(0, this.#left)
    if (part.length === 0) return false
    this.#kept = this.#kept.subarray(part.length)
    this.#left -= part.length
    this.#to.body(part)
    return this.#left === 0 && this.#goOn(next)
  }

  #readSize(): boolean {
    const line = this.#readLine()
    if (line === null) return false
    const [, digits] = /^([0-9a-fA-F]{1,8})\s*(?:;.*)?$/.exec(line) ?? []
    if (digits === undefined) throw new Error("a chunk of the answer has no size")
    this.#left = Number.parseInt(digits, 16)
    return this.#goOn(this.#left === 0 ? "trailer" : "chunk")
  }

  #readLine(): string | null {
    const end = this.#kept.indexOf("\r\n")
    if (end < 0) {
      if (this.#kept.length > headLimit) throw new Error("a line of the answer has no end")
      return null
    }
    const line = this.#kept.toString("latin1", 0, end)
    this.#kept = this.#kept.subarray(end + 2)
    return line
  }
}
