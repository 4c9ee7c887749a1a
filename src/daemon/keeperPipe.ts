/** The daemon's line to its keeper. A keeper that does not listen costs nothing. */
import { fstatSync, writeSync } from "node:fs"
import { ENDING, KEEPER_FD, LISTENING, RESTARTING } from "../core/keeperProtocol.ts"
import { type BootLine, bootLineText } from "./BootLine.ts"

export interface KeeperPipe {
  readonly boot: (line: BootLine) => void
  /** Signals are heard from now on. */
  readonly listening: () => void
  /** From now on whatever exit status follows is meant. */
  readonly ending: () => void
  /** The keeper is to start a new daemon when this one has ended with status 0. */
  readonly restarting: () => void
}

/** Looks once whether the descriptor is the pipe or socket that a keeper gives. */
export const keeperPipe = (): KeeperPipe => {
  const open = isPipe()
  const write = (text: string) => {
    if (!open) return
    try {
      writeSync(KEEPER_FD, text)
    } catch {
      // The keeper is gone, or does not read.
    }
  }
  return {
    boot: (line) => write(bootLineText(line)),
    listening: () => write(`${LISTENING}\n`),
    ending: () => write(`${ENDING}\n`),
    restarting: () => write(`${RESTARTING}\n`)
  }
}

const isPipe = (): boolean => {
  try {
    const facts = fstatSync(KEEPER_FD)
    return facts.isSocket() || facts.isFIFO()
  } catch {
    return false
  }
}
