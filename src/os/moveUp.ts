import * as libc from "./libc.ts"
import { startOpenFiles } from "./startOpenFiles.ts"

/**
 * The same open file under a number that programs never see: at or above the limit of open files that they are started with. So
 * those below it stay few however many programs there are, and a start can take that limit for its moment (startProcess). For
 * what stays open as long as a program runs. Where there is no room above, the number stays as it is.
 */
export const moveUp = (fd: number): number => {
  const least = leastOf()
  if (fd < 0 || least === null || fd >= least) return fd
  const moved = libc.fcntl(fd, libc.F_DUPFD_CLOEXEC, least)
  if (moved < 0) return fd
  libc.close(fd)
  return moved
}

let known: number | null | undefined

/** By the hard limit: during a start the soft one is that of programs. */
const leastOf = (): number | null => {
  if (known !== undefined) return known
  const now = libc.prlimit(0, libc.RLIMIT.NOFILE)
  const start = startOpenFiles()
  known = typeof now === "number" || now.hard <= start ? null : Number(start)
  return known
}
