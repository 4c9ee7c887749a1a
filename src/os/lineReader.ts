/** Lines out of pieces of a stream. One that is longer than `most` bytes is passed over, and costs no memory. */
export interface LineReader {
  readonly feed: (bytes: Buffer) => void
  /** What came after the last whole line. */
  readonly rest: () => Buffer
}

export const lineReader = (most: number, take: (line: string) => void): LineReader => {
  let parts: Array<Buffer> = []
  let length = 0
  const add = (part: Buffer) => {
    length += part.length
    if (length <= most) parts.push(part)
    else parts = []
  }
  return {
    feed: (bytes) => {
      let from = 0
      for (;;) {
        const end = bytes.indexOf(0x0a, from)
        if (end < 0) return add(bytes.subarray(from))
        add(bytes.subarray(from, end))
        const line = length <= most ? Buffer.concat(parts).toString() : null
        parts = []
        length = 0
        from = end + 1
        if (line !== null) take(line)
      }
    },
    rest: () => Buffer.concat(parts)
  }
}
