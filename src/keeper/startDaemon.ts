import { KEEPER_PROTOCOL, PROTOCOL } from "../core/keeperProtocol.ts"
import { leaveRemovedDirectory } from "../os/leaveRemovedDirectory.ts"
import * as libc from "../os/libc.ts"
import { handedOn } from "../os/startOpenFiles.ts"
import { startProcess } from "../os/startProcess.ts"
import { type Knowledge, type Life, monotonicMs } from "./Knowledge.ts"

/** A new daemon with all that it inherits, in a session of its own; or the errno's name. */
export const startDaemon = (known: Knowledge): Life | string => {
  try {
    return start(known)
  } catch (error) {
    return String(error)
  }
}

const start = (known: Knowledge): Life | string => {
  const { daemon, daemonArgs, lock } = known.options
  // Long ago it may have been there.
  leaveRemovedDirectory()
  const ends = libc.socketpair(libc.SOCK_STREAM | libc.SOCK_CLOEXEC)
  if (typeof ends === "number") return libc.errnoName(ends)
  const [fd, theirs] = ends
  const fixed = [0, 1, 2, theirs, lock ?? null]
  const environment = { ...process.env, ...handedOn(), [KEEPER_PROTOCOL]: String(PROTOCOL) }
  const pid = startProcess({
    file: process.execPath,
    argv: [process.execPath, ...process.execArgv, daemon, ...daemonArgs],
    environment: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    directory: null,
    descriptors: [...fixed, ...known.sockets.values()]
  })
  libc.close(theirs)
  if (pid < 0) {
    libc.close(fd)
    return libc.errnoName(pid)
  }
  const names = [...known.sockets.keys()]
  return {
    pid,
    fd,
    begunMs: monotonicMs(),
    forStop: known.asked.length > 0,
    sockets: Object.fromEntries(names.map((name, at) => [name, fixed.length + at])),
    protocol: 1,
    hears: false,
    said: [],
    replacing: null,
    caughtUp: false,
    shown: null,
    rest: ""
  }
}
