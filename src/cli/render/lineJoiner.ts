import type { LogText } from "../../api/messages.ts"

/** Pieces of several streams cut anywhere → whole lines, each of one stream. A line longer than this is cut. */
const longest = 64 * 1024

export const makeLineJoiner = () => {
  const rests = new Map<string, LogText>()
  const join = (piece: LogText): ReadonlyArray<LogText> => {
    const id = `${piece.channel} ${piece.address}`
    const lines = ((rests.get(id)?.text ?? "") + piece.text).split("\n")
    const rest = lines.pop() ?? ""
    if (rest.length > longest) lines.push(rest)
    rests.set(id, { ...piece, text: rest.length > longest ? "" : rest })
    return lines.map((text) => ({ ...piece, text: text.replace(/\r$/, "") }))
  }
  /** Lines without an end. */
  const end = () => [...rests.values()].filter(({ text }) => text !== "")
  return Object.assign(join, { end })
}
