import { closeSync, writeSync } from "node:fs"
import * as libc from "./libc.ts"

/** A line on standard error; not where that would wait: a paused terminal is no reason to leave programs behind. */
export const say = (line: string): void => {
  if (!libc.isReady(2, libc.POLLOUT, 0)) return
  try {
    writeSync(2, `reeve: ${line.slice(0, sayAtOnce)}\n`)
  } catch {
    // Nobody reads any more.
  }
}

/** A pipe that poll calls writable takes this much at once (pipe(7)). */
const sayAtOnce = 1_000

/** One line to whoever waits at that descriptor, which is closed after the last one. */
export const passOn = (fd: number, line: string, isLast: boolean): void => {
  try {
    writeSync(fd, `${line}\n`)
    if (isLast) closeSync(fd)
  } catch {
    // Whoever waited is gone.
  }
}
