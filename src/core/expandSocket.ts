/** The socket of a FastCGI program: which of its fields go together, and what the others are. */
import type { SocketChecked } from "../domain/authoring/FastCgiSchema.ts"
import type { ListeningSocket } from "../domain/ListeningSocket.ts"
import { longestUnixPath } from "../domain/limits.ts"
import { type Finding, finding, type Path } from "./schemaFindings.ts"

/** `path`: fills in markers and the directory of the defining file. Null: `findings` says why. */
export const expandSocket = (
  socket: SocketChecked,
  path: (text: string, where: Path) => string,
  findings: Array<Finding>
): ListeningSocket | null => {
  const wrong = (names: ReadonlyArray<string>, rest: string, hint: string | null = null): null => {
    findings.push(finding(["socket", ...names], rest, hint))
    return null
  }
  const backlog = socket.backlog ?? null
  if (socket.path !== undefined) {
    for (const name of ["host", "port"] as const) {
      if (socket[name] !== undefined) {
        return wrong([name], "a socket has a path, or a host and a port", "take one away")
      }
    }
    const full = path(socket.path, ["socket", "path"])
    if (new TextEncoder().encode(full).length > longestUnixPath) {
      return wrong(["path"], `the path of a socket has at most ${longestUnixPath} bytes: ${full}`)
    }
    const mode = Number.parseInt(socket.mode ?? "0700", 8)
    return { kind: "unix", path: full, owner: socket.owner ?? null, mode, backlog }
  }
  for (const name of ["owner", "mode"] as const) {
    if (socket[name] !== undefined && socket.host !== undefined) {
      return wrong(
        [name],
        `only a socket with a path has ${name === "mode" ? "a mode" : "an owner"}`
      )
    }
  }
  const { host, port } = socket
  if (host === undefined && port === undefined) {
    const hint = 'write { path: "/run/app.sock" } or { host: "127.0.0.1", port: 9000 }'
    return wrong([], "has neither a path nor a host", hint)
  }
  if (host === undefined) return wrong(["host"], "is missing", 'write host: "127.0.0.1"')
  if (port === undefined) return wrong(["port"], "is missing")
  return { kind: "tcp", host, port, backlog }
}
