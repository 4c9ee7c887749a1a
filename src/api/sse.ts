/** Server-sent events (WHATWG HTML, "Server-sent events"), as far as reeve's own server writes them. */
export interface ServerEvent {
  readonly event: string
  readonly data: string
}

/** Takes pieces of text cut anywhere; gives the events that are complete. Comments (keep-alives) vanish. */
export const makeSseParser = () => {
  let rest = ""
  return (piece: string): ReadonlyArray<ServerEvent> => {
    const blocks = (rest + piece).replaceAll("\r\n", "\n").split("\n\n")
    rest = blocks.pop() ?? ""
    return blocks.flatMap((block) => parseBlock(block) ?? [])
  }
}

const parseBlock = (block: string): ServerEvent | null => {
  let event = "message"
  const data: Array<string> = []
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":")
    if (colon <= 0) continue
    const value = line.slice(colon + 1).replace(/^ /, "")
    if (line.startsWith("event:")) event = value
    if (line.startsWith("data:")) data.push(value)
  }
  return data.length === 0 ? null : { event, data: data.join("\n") }
}
