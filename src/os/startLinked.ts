/** Starts another program of reeve's own on this Node, in a session of its own, with a socket pair between the two. */
import { leaveRemovedDirectory } from "./leaveRemovedDirectory.ts"
import * as libc from "./libc.ts"
import { handedOn } from "./startOpenFiles.ts"
import { startProcess } from "./startProcess.ts"
import { stayingFlags } from "./stayingFlags.ts"

export interface Linked {
  readonly pid: number
  /** This side's end of the socket pair; close-on-exec. */
  readonly fd: number
}

/**
 * `words`: its file and arguments. It gets descriptors 0 to 2 of this process, its end of the socket pair as 3, and those that
 * `more` lists from 4 on (null: closed). The errno's name, or what else went wrong.
 */
export const startLinked = (
  words: ReadonlyArray<string>,
  variables: Readonly<Record<string, string>>,
  more: ReadonlyArray<number | null>
): Linked | string => {
  try {
    // Long ago it may have been there.
    leaveRemovedDirectory()
    const ends = libc.socketpair(libc.SOCK_STREAM | libc.SOCK_CLOEXEC)
    if (typeof ends === "number") return libc.errnoName(ends)
    const [fd, theirs] = ends
    const environment = { ...process.env, ...handedOn(), ...variables }
    const pid = startProcess({
      file: process.execPath,
      argv: [process.execPath, ...stayingFlags(), ...words],
      environment: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      directory: null,
      descriptors: [0, 1, 2, theirs, ...more]
    })
    libc.close(theirs)
    if (pid >= 0) return { pid, fd }
    libc.close(fd)
    return libc.errnoName(pid)
  } catch (error) {
    return String(error)
  }
}
