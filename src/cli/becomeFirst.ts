/**
 * How a command becomes the keeper: it starts the first daemon itself, and the keeper goes on with that one as a keeper does that
 * follows another by execve. So the daemon loads while Node starts anew for the keeper. A keeper that does not come (a signal
 * that nobody hears yet) is seen by that daemon before it has started anything, and it ends.
 */
import { EARLY, type KeeperOptions } from "../core/keeperProtocol.ts"
import { becomeKeeper, begin } from "../keeper/Knowledge.ts"
import { startDaemon } from "../keeper/startDaemon.ts"
import * as libc from "../os/libc.ts"

/** Comes back only when that failed, with the errno's name; then there is no daemon. */
export const becomeFirst = (entry: string, options: KeeperOptions): string => {
  libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
  const known = begin(options)
  const life = startDaemon(known, [EARLY])
  // Where it cannot be started, the keeper tries too, and says why not.
  if (typeof life !== "string") {
    known.life = life
    known.run = 1
  }
  const errno = becomeKeeper(entry, known)
  if (known.life?.pid) libc.kill(known.life.pid, SIGKILL)
  return errno
}

const SIGKILL = 9
