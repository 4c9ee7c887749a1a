/**
 * One daemon per state directory, also when that was removed while its daemon runs, and the lock in it with it: a name among the
 * kernel's abstract sockets (unix(7)), which ends with its holder and which nobody can remove. It is made from the directory
 * above, which is not reeve's to lose, and the last part of the path. Anybody could take the name, so that only a holder of the
 * same user counts; where there can be no claim (another network namespace, say) the lock alone holds.
 */
import { realpathSync, statSync } from "node:fs"
import { basename, dirname, resolve } from "node:path"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as libc from "./libc.ts"
import { sha256 } from "./sha256.ts"

/** `pid` null: of a process that cannot be seen from here. */
export interface Claimant {
  readonly pid: number | null
}

/** For the daemon: it has the claim until it ends, or says who has it. */
export const claimDirectory = Effect.fnUntraced(function* (directory: string) {
  if (claimNow(directory)) return null
  const claimant = yield* lastingClaimant(directory)
  if (claimant === null) claimNow(directory)
  return claimant
})

/**
 * For commands: who has the claim; null: nobody, or a process of another user. One that is just ending has dropped the lock and
 * this not yet: it gets a second for that.
 */
export const lastingClaimant = (directory: string): Effect.Effect<Claimant | null> =>
  Effect.suspend(() => {
    const met = meet(directory)
    if (met === null) return Effect.succeed(null)
    return Effect.sync(() => hasEnded(met.fd)).pipe(
      Effect.repeat({ schedule: Schedule.spaced("50 millis"), until: (over) => over, times: 20 }),
      Effect.map(() => (hasEnded(met.fd) ? null : met.claimant)),
      Effect.ensuring(Effect.sync(() => libc.close(met.fd)))
    )
  })

const claimNow = (directory: string): boolean => {
  const address = addressOf(directory)
  if (address === null) return false
  const fd = streamSocket()
  if (fd < 0) return false
  if (libc.bind(fd, address, address.length) >= 0 && libc.listen(fd, waitingAtMost) >= 0)
    return true
  libc.close(fd)
  return false
}

interface Met {
  readonly claimant: Claimant
  /** Connected to it. */
  readonly fd: number
}

const meet = (directory: string): Met | null => {
  const address = addressOf(directory)
  if (address === null) return null
  const fd = streamSocket()
  if (fd < 0) return null
  if (libc.connect(fd, address, address.length) >= 0) {
    const credentials = Buffer.alloc(12)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(credentials.length)
    const asked = libc.getsockopt(fd, libc.SOL_SOCKET, libc.SO_PEERCRED, credentials, length)
    if (asked >= 0 && credentials.readUInt32LE(4) === process.geteuid?.()) {
      const pid = credentials.readInt32LE(0)
      return { fd, claimant: { pid: pid > 0 ? pid : null } }
    }
  }
  libc.close(fd)
  return null
}

/** Asked for no event, poll(2) tells of errors and hang-ups alone. */
const hasEnded = (fd: number): boolean => libc.isReady(fd, 0, 0)

/** Nobody accepts: each look takes a place for good, and one that finds none sees no claimant. */
const waitingAtMost = 4096

const streamSocket = (): number =>
  libc.socket(libc.AF_UNIX, libc.SOCK_STREAM | libc.SOCK_CLOEXEC | libc.SOCK_NONBLOCK, 0)

/** A sockaddr_un; its name begins with a zero. Null: the directory above cannot be seen. */
const addressOf = (directory: string): Buffer | null => {
  const place = placeOf(resolve(directory))
  if (place === null) return null
  const address = Buffer.from(`__\0reeve ${sha256(place)}`, "latin1")
  address.writeUInt16LE(libc.AF_UNIX, 0)
  return address
}

/** Other containers on this network have other files of that path, and numbers of files are used again: both are told. */
const placeOf = (path: string): string | null => {
  try {
    const { dev, ino } = statSync(dirname(path), { bigint: true })
    return `${dev} ${ino} ${realpathSync(dirname(path))}/${basename(path)}`
  } catch {
    return null
  }
}
