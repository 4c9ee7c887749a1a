/** Programs that would listen in one place: connections for one would reach the other, or one could not start. */
import { listenAddressText } from "../core/listenAddressText.ts"
import { socketPlace, socketsOverlap } from "../core/socketsOverlap.ts"
import { socketUrl } from "../core/socketUrl.ts"
import type { Program } from "../domain/Desired.ts"
import type { ListeningSocket } from "../domain/ListeningSocket.ts"
import type { CrossFinding, PlaceOf } from "./crossCheck.ts"

interface Listener {
  readonly program: Program
  readonly socket: ListeningSocket
  /** Its name in `sockets`; null: the one of a FastCGI program. */
  readonly name: string | null
}

/** supervisord accepts them (the later one takes a path from the earlier), so that ini gets a warning. */
export const sharedSockets = (
  programs: ReadonlyArray<Program>,
  placeOf: PlaceOf
): ReadonlyArray<CrossFinding> => {
  const known = new Map<string, Array<Listener>>()
  const findings: Array<CrossFinding> = []
  for (const program of programs) {
    for (const listener of listenersOf(program)) {
      const place = socketPlace(listener.socket)
      const there = known.get(place) ?? []
      const other = there.find(
        (one) => one.program !== program && socketsOverlap(one.socket, listener.socket)
      )
      if (other === undefined) known.set(place, [...there, listener])
      else findings.push(shared(listener, other, placeOf))
    }
  }
  return findings
}

/** Instances mostly have the same. */
const listenersOf = (program: Program): ReadonlyArray<Listener> => {
  const found = new Map<string, Listener>()
  for (const { definition } of program.instances) {
    const { fastCgi, sockets } = definition
    if (fastCgi !== null) found.set(socketUrl(fastCgi), { program, socket: fastCgi, name: null })
    for (const { at, name } of sockets) found.set(socketUrl(at), { program, socket: at, name })
  }
  return [...found.values()]
}

const shared = ({ name, program, socket }: Listener, other: Listener, placeOf: PlaceOf) => {
  const accepted = program.origin === "ini" || other.program.origin === "ini"
  const others = `"${other.program.name}", at ${placeOf(other.program.source)}`
  const finding: CrossFinding = {
    origin: program.origin,
    severity: accepted ? "warning" : "error",
    source: program.source,
    path: name === null ? ["socket"] : ["sockets", name],
    message: `this program and ${others}, listen on one socket, ${textOf(socket, other.socket, name)}`,
    hint: "give each a socket of its own, or make them instances of one program"
  }
  return finding
}

const textOf = (own: ListeningSocket, other: ListeningSocket, name: string | null): string => {
  if (name === null && socketUrl(own) === socketUrl(other)) return socketUrl(own)
  const [text, others] = [listenAddressText(own), listenAddressText(other)]
  return text === others ? text : `${text} (and ${others})`
}
