import * as libc from "../os/libc.ts"

/**
 * Reaps every ended child but Node's own, the daemon. The kernel shows the oldest one only, and the daemon's may be in
 * front; Node reaps that in this turn of the loop, so the rest is looked at in the next.
 */
export const reapStrangers = (daemon: number | undefined): void => {
  const info = Buffer.alloc(128)
  for (;;) {
    info.fill(0)
    const looking = libc.WEXITED | libc.WNOHANG | libc.WNOWAIT
    if (libc.waitid(libc.P_ALL, 0, info, looking) < 0) return
    const pid = info.readInt32LE(16)
    if (pid === 0) return
    if (pid === daemon) {
      setImmediate(reapStrangers, daemon)
      return
    }
    libc.waitid(libc.P_PID, pid, info, libc.WEXITED | libc.WNOHANG)
  }
}
