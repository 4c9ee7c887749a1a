/** What cannot be updated with overlap (`update.strategy`), or hardly is as it is meant. */
import { readTcpAddress } from "../core/readTcpAddress.ts"
import { socketsOverlap } from "../core/socketsOverlap.ts"
import type { Definition } from "../domain/Definition.ts"
import type { Program } from "../domain/Desired.ts"
import type { ListeningSocket } from "../domain/ListeningSocket.ts"
import type { CrossFinding } from "./crossCheck.ts"

export const checkOverlap = (programs: ReadonlyArray<Program>): ReadonlyArray<CrossFinding> =>
  programs.flatMap((program) => {
    const definition = program.instances[0]?.definition
    return definition?.update.strategy === "overlap" ? (faultOf(program, definition) ?? []) : []
  })

const faultOf = (program: Program, definition: Definition): CrossFinding | null => {
  const { origin, source } = program
  const what = kindOf(definition)
  if (what !== null) {
    return {
      origin,
      source,
      severity: "error",
      path: ["update", "strategy"],
      message: `${what} cannot be updated with overlap: there is one process of each of its instances at a time`,
      hint: 'leave out strategy: "overlap"'
    }
  }
  const place = lookedAt(definition)
  if (place === null) return null
  const own = definition.sockets.find(({ at }) => socketsOverlap(at, place))
  const way =
    'let the program tell that it is ready ("notify" or "logLine"), or ask the process itself ("exec")'
  return own === undefined
    ? {
        origin,
        source,
        severity: "warning",
        path: ["ready"],
        message: `${mistaken}, as two processes cannot listen in one place`,
        hint: `have reeve listen (sockets), and ${way}`
      }
    : {
        origin,
        source,
        severity: "error",
        path: ["ready"],
        message: `${mistaken}: both have the socket "${own.name}"`,
        hint: way
      }
}

const mistaken = "with overlap the old process may answer this probe in the place of the new one"

const kindOf = ({ fastCgi, listener, task }: Definition): string | null => {
  if (listener !== null) return "an event listener"
  if (fastCgi !== null) return "a FastCGI program"
  return task === null ? null : "a task"
}

/** Where the probe connects to; null: nowhere. */
const lookedAt = ({ ready }: Definition): ListeningSocket | null => {
  if (ready?.kind === "tcp") {
    const found = readTcpAddress(ready.address)
    if (typeof found === "string") return null
    return found.kind === "unix" ? unixAt(found.path) : tcpAt(found.host, found.port)
  }
  if (ready?.kind !== "http") return null
  if (ready.socket !== null) return unixAt(ready.socket)
  if (!URL.canParse(ready.url)) return null
  const { hostname, port, protocol } = new URL(ready.url)
  const usual = protocol === "https:" ? 443 : 80
  return tcpAt(hostname.replace(/^\[|\]$/g, ""), port === "" ? usual : Number(port))
}

const unixAt = (path: string): ListeningSocket => ({
  kind: "unix",
  path,
  owner: null,
  mode: 0,
  backlog: null
})

const tcpAt = (host: string, port: number): ListeningSocket => ({
  kind: "tcp",
  host: host === "localhost" ? "127.0.0.1" : host,
  port,
  backlog: null
})
