import { readdirSync } from "node:fs"
import * as libc from "./libc.ts"

/**
 * Marks every descriptor above 2 that this process was given close-on-exec, so that no program inherits it. To be called
 * once at boot; what Node opens itself is marked already. `except` are handed on by intent.
 */
export const closeOnExecAll = (except: ReadonlyArray<number> = []): void => {
  if (except.length === 0 && libc.closeOnExecFrom(3) === 0) return
  for (const name of readdirSync("/proc/self/fd")) {
    const fd = Number(name)
    if (fd > 2 && !except.includes(fd)) libc.fcntl(fd, libc.F_SETFD, libc.FD_CLOEXEC)
  }
}
