/** The listening sockets of a program: names that systemd's convention can carry, addresses that all instances share. */
import type { SocketsChecked } from "../domain/authoring/SocketsSchema.ts"
import type { ListeningSocket, NamedSocket } from "../domain/ListeningSocket.ts"
import { programSockets, socketNameLength } from "../domain/limits.ts"
import { listenAddressText } from "./listenAddressText.ts"
import { readListenAddress } from "./readListenAddress.ts"
import { type Finding, finding } from "./schemaFindings.ts"
import { socketsOverlap } from "./socketsOverlap.ts"

export interface SocketsExpansion {
  readonly resolve: (path: string) => string
  readonly findings: Array<Finding>
  /** Variables that the program declares. */
  readonly environment: ReadonlyArray<string>
  /** Its readiness descriptor; null: none. */
  readonly readyFd: number | null
}

/** The first descriptor of sd_listen_fds(3). */
const first = 3

export const expandSockets = (
  given: SocketsChecked | undefined,
  at: SocketsExpansion
): ReadonlyArray<NamedSocket> => {
  const sockets: Array<NamedSocket> = []
  const entries = Object.entries(given ?? {})
  if (entries.length === 0) return sockets
  if (entries.length > programSockets) {
    const rest = `a program has at most ${programSockets} sockets, found ${entries.length}`
    at.findings.push(finding(["sockets"], rest))
  }
  for (const [name, socket] of entries) {
    const where = ["sockets", name]
    const fault = socketNameFault(name)
    if (fault !== null) at.findings.push(finding(where, fault))
    const own = one(where, typeof socket === "string" ? { address: socket } : socket, at)
    if (own === null) continue
    const other = sockets.find((known) => socketsOverlap(known.at, own))
    if (other !== undefined) {
      const both = `${listenAddressText(own)} and ${listenAddressText(other.at)}`
      const rest = `cannot listen beside "${other.name}": ${both} are one place`
      at.findings.push(finding(where, rest))
    }
    sockets.push({ name, at: own })
  }
  clashes(entries.length, at)
  return sockets
}

type Given = Exclude<SocketsChecked[string], string>

const one = (
  where: ReadonlyArray<string>,
  { address, mode, owner, ...given }: Given,
  { findings, resolve }: SocketsExpansion
): ListeningSocket | null => {
  const wrong = (names: ReadonlyArray<string>, rest: string, hint: string | null = null): null => {
    findings.push(finding([...where, ...names], rest, hint))
    return null
  }
  if (/__REEVE_INSTANCE/i.test(address)) {
    const rest =
      "all instances share a socket, so its address cannot differ from instance to instance"
    return wrong([], rest, "write one address; each connection is accepted by one of them")
  }
  const read = readListenAddress(address, resolve)
  switch (read.kind) {
    case "fault":
      return wrong([], read.text, read.hint)
    case "tcp":
      if (mode !== undefined) return wrong(["mode"], "only a Unix socket has a mode")
      if (owner !== undefined) return wrong(["owner"], "only a Unix socket has an owner")
      return { ...read, backlog: given.backlog ?? null }
    case "unix":
      return {
        ...read,
        owner: owner ?? null,
        mode: Number.parseInt(mode ?? "0600", 8),
        backlog: given.backlog ?? null
      }
  }
}

/** Why LISTEN_FDNAMES cannot carry a name (fdname_is_valid of systemd); null: it can. */
const socketNameFault = (name: string): string | null => {
  if (name === "") return "the name of a socket cannot be empty"
  if (/__REEVE_INSTANCE/i.test(name)) {
    return "the name of a socket cannot differ from instance to instance"
  }
  if (!/^[\x20-\x7e]*$/.test(name) || name.includes(":")) {
    return `${JSON.stringify(name)} cannot be the name of a socket: it has printable ASCII without colons`
  }
  return name.length > socketNameLength
    ? `the name of a socket has at most ${socketNameLength} characters`
    : null
}

/** What reeve sets for the sockets cannot be declared besides. */
const clashes = (count: number, { environment, findings, readyFd }: SocketsExpansion): void => {
  for (const name of ["LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PID"]) {
    if (!environment.includes(name)) continue
    const rest = "is set by reeve for a program with sockets"
    findings.push(finding(["environment", name], rest, "take it away"))
  }
  if (readyFd !== null && readyFd < first + count) {
    const last = first + count - 1
    const which = count === 1 ? `descriptor ${first} is` : `descriptors ${first} to ${last} are`
    const rest = `${which} for the sockets of the program`
    findings.push(finding(["ready", "fd"], rest, `write ${first + count} or more`))
  }
}
