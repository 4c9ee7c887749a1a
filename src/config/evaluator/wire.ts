/**
 * Frames on the wire of the evaluation process: four bytes of length, then JSON. Reading and writing block, so that
 * nothing of the evaluated files runs between, and the process ends when reeve does.
 */
import { readSync, writeSync } from "node:fs"
import { type Frame, wireFd } from "./protocol.ts"

/** The next message; null when reeve is gone. */
export const receive = (): unknown => {
  const head = readExactly(4)
  if (head === null) return null
  const body = readExactly(head.readUInt32BE(0))
  return body === null ? null : JSON.parse(body.toString("utf8"))
}

export const send = (frame: Frame): void => {
  const body = Buffer.from(JSON.stringify(frame), "utf8")
  const message = Buffer.allocUnsafe(4 + body.length)
  message.writeUInt32BE(body.length, 0)
  body.copy(message, 4)
  for (let written = 0; written < message.length; ) {
    written += writeSync(wireFd, message, written)
  }
}

const readExactly = (length: number): Buffer | null => {
  const buffer = Buffer.allocUnsafe(length)
  for (let filled = 0; filled < length; ) {
    const count = readSync(wireFd, buffer, filled, length - filled, null)
    if (count === 0) return null
    filled += count
  }
  return buffer
}
