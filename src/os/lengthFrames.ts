/** JSON messages on a byte stream: four bytes of length (big endian), then as many bytes of UTF-8. */

export const lengthFrame = (body: unknown): Buffer => {
  const text = Buffer.from(JSON.stringify(body), "utf8")
  const head = Buffer.alloc(4)
  head.writeUInt32BE(text.length, 0)
  return Buffer.concat([head, text])
}

/**
 * Gives a function to feed with chunks; it returns false once the stream is no longer one of frames: too long a
 * message, or one that is no JSON. It is not to be fed after that.
 */
export const frameReader = (
  most: number,
  onFrame: (frame: unknown) => void
): ((chunk: Buffer) => boolean) => {
  let parts: Array<Buffer> = []
  let size = 0
  let wanted = 4
  return (chunk) => {
    parts.push(chunk)
    size += chunk.length
    while (size >= wanted) {
      const all = parts.length === 1 ? (parts[0] ?? chunk) : Buffer.concat(parts)
      parts = [all]
      const length = all.readUInt32BE(0)
      if (length > most) return false
      wanted = 4 + length
      if (size < wanted) return true
      const frame = parse(all.subarray(4, wanted).toString("utf8"))
      if (frame === undefined) return false
      parts = [all.subarray(wanted)]
      size -= wanted
      wanted = 4
      onFrame(frame)
    }
    return true
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
