import { isStrings, members, splitLine } from "../core/keeperProtocol.ts"
import { copySocket, holdFifo, release } from "../os/heldDescriptors.ts"
import type { Knowledge } from "./Knowledge.ts"

/** What the daemon wants kept, or let go of. False: the line is about something else. */
export const keepFor = (
  known: Knowledge,
  word: string,
  text: string,
  answer: (line: string) => void
): boolean => {
  const { facts, held, sockets } = known
  switch (word) {
    case "fact": {
      const [id, fact] = splitLine(text)
      facts.set(id, fact)
      return true
    }
    case "forget":
      facts.delete(text)
      return true
    case "hold": {
      const { id, paths } = members(text)
      if (!isStrings(paths)) return true
      const tried = paths.map((path) => [path, holdFifo(held, path)] as const)
      const failed = Object.fromEntries(tried.filter(([, errno]) => errno !== null))
      answer(`held ${JSON.stringify({ id, failed })}`)
      return true
    }
    case "drop":
    case "keep": {
      const { paths } = members(text)
      if (!isStrings(paths)) return true
      const named = new Set(paths)
      const gone = word === "drop" ? named : [...held.keys()].filter((path) => !named.has(path))
      for (const path of gone) release(held, path)
      return true
    }
    case "listen": {
      const { fd, id, name } = members(text)
      if (typeof name !== "string") return true
      const errno = copySocket(sockets, name, known.life?.pid ?? null, fd)
      answer(`listened ${JSON.stringify({ id, errno })}`)
      return true
    }
    case "unlisten": {
      const { name } = members(text)
      if (typeof name === "string") release(sockets, name)
      return true
    }
    default:
      return false
  }
}
