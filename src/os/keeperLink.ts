/**
 * The daemon's end of the socket pair with its keeper (descriptor 3). Everything that the daemon says goes through here, so that
 * lines leave whole and in order; a keeper that does not read makes nobody wait, and one that is gone is an end like any other.
 */
import { fstatSync } from "node:fs"
import { Socket } from "node:net"
import { KEEPER_FD, KEEPER_PROTOCOL } from "../core/keeperProtocol.ts"
import * as libc from "./libc.ts"
import { lineReader } from "./lineReader.ts"
import { UnsentLines } from "./UnsentLines.ts"

export interface KeeperLink {
  /** The keeper's version of the protocol; 0: there is none. */
  readonly protocol: number
  readonly say: (line: string) => void
  /** Leaves with others within 10 ms, or before the next line that is said: each that leaves alone wakes the keeper. */
  readonly saySoon: (line: string) => void
  /** Blocks until everything that was said has left, as long as the keeper reads: a second at most. */
  readonly flush: () => void
  /** To be called once; `gone` when the keeper is. */
  readonly hear: (line: (line: string) => void, gone: () => void) => void
}

/** A longer line is passed over. */
const LINE_BYTES = 64 * 1024 * 1024

let link: KeeperLink | undefined

/** One for the process. */
export const keeperLink = (): KeeperLink => {
  link ??= open()
  return link
}

const open = (): KeeperLink => {
  const kind = kindOfDescriptor()
  if (kind === "socket") neverWait()
  const told = Number(process.env[KEEPER_PROTOCOL] ?? 1)
  const protocol = kind === "none" ? 0 : Math.max(1, Number.isInteger(told) ? told : 1)
  let socket: Socket | null = null
  let isGone = kind === "none"
  let tellGone = () => {}
  const gone = () => {
    if (isGone) return
    isGone = true
    lines.clear()
    tellGone()
  }
  const lines = new UnsentLines(KEEPER_FD, () => isGone || socket?.destroyed === true, gone)
  return {
    protocol,
    say: (line) => lines.say(line),
    saySoon: (line) => lines.saySoon(line),
    flush: () => lines.flush(),
    hear: (line, whenGone) => {
      tellGone = whenGone
      if (isGone) return whenGone()
      socket = new Socket({ fd: KEEPER_FD, readable: true, writable: false })
      socket.on("data", lineReader(LINE_BYTES, line).feed)
      for (const event of ["end", "error", "close"]) socket.on(event, gone)
      // It is no reason for this process to live.
      socket.unref()
    }
  }
}

const kindOfDescriptor = (): "socket" | "pipe" | "none" => {
  try {
    const facts = fstatSync(KEEPER_FD)
    if (facts.isSocket()) return "socket"
    return facts.isFIFO() ? "pipe" : "none"
  } catch {
    return "none"
  }
}

/** This end alone: the keeper's has flags of its own. */
const neverWait = (): void => {
  libc.fcntl(KEEPER_FD, libc.F_SETFL, libc.fcntl(KEEPER_FD, libc.F_GETFL) | libc.O.NONBLOCK)
}
