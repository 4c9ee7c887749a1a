/**
 * What the daemon tells the service manager that started reeve (sd_notify(3)). Without one every call does nothing. The daemon
 * speaks, not the keeper, which is the service's main process: so the unit has NotifyAccess=all, and so the watchdog hears of
 * the daemon's event loop itself.
 *
 * When the loop hangs for WatchdogSec, systemd kills the keeper alone (KillMode=process, WatchdogSignal), programs go on, and
 * Restart=always begins a new `up`. That one must find the lock free, which a daemon that hangs would hold for ever: so where
 * a watchdog is wanted the kernel kills the daemon when its keeper dies (`endWithKeeper`), and `up` takes over what lives.
 * A daemon that only died is none of systemd's business: the keeper begins the next one, which is heard from at once.
 *
 * MAINPID= is never sent: the keeper has the pid that systemd started, and in a container its number would be wrong.
 */
import { constants } from "node:os"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as libc from "./libc.ts"

export interface SdNotify {
  /** The boot is over. */
  readonly ready: (text: string) => void
  /** One short line for `systemctl status`. */
  readonly status: (text: string) => void
  /** An orderly stop has begun. */
  readonly stopping: (text: string) => void
  /** How often `alive` is wanted: half the time that systemd waits. Null: not at all. */
  readonly watchdogMs: number | null
  readonly alive: () => void
}

/**
 * What the service manager says to reeve alone, never to its programs. The last three name one start of the service: a program
 * that inherited them would seem to want a restart after each.
 */
export const MANAGER_VARIABLES: ReadonlySet<string> = new Set([
  "NOTIFY_SOCKET",
  "WATCHDOG_USEC",
  "WATCHDOG_PID",
  "LISTEN_PID",
  "LISTEN_FDS",
  "LISTEN_FDNAMES",
  "INVOCATION_ID",
  "JOURNAL_STREAM",
  "SYSTEMD_EXEC_PID"
])

/** `mainPid`: of the process that the service manager started. */
export const sdNotify = (
  environment: Readonly<Record<string, string | undefined>>,
  mainPid: number | null
): SdNotify => {
  const address = addressOf(environment["NOTIFY_SOCKET"] ?? "")
  // What it must not miss and could not be told goes along with the next message.
  let owed: ReadonlyArray<string> = []
  const tell = (lines: ReadonlyArray<string>, waitMs: number): void => {
    if (address === null) return
    const all = [...owed, ...lines]
    const sent = send(address, Buffer.from(all.join("\n")), waitMs)
    owed = sent ? [] : waitMs > 0 ? all : owed
  }
  const statusLine = (text: string) => `STATUS=${text.replaceAll("\n", " ")}`
  return {
    ready: (text) => tell(["READY=1", statusLine(text)], patienceMs),
    status: (text) => tell([statusLine(text)], 0),
    stopping: (text) => tell(["STOPPING=1", statusLine(text)], patienceMs),
    watchdogMs: address === null ? null : watchdogMs(environment, mainPid),
    alive: () => tell(["WATCHDOG=1"], 0)
  }
}

/** Tells that the event loop turns, as often as it is wanted; ends at once where it is not. */
export const beAlive = ({ alive, watchdogMs }: SdNotify): Effect.Effect<void> =>
  watchdogMs === null
    ? Effect.void
    : Effect.asVoid(
        Effect.repeat(Effect.sync(alive), Schedule.spaced(`${watchdogMs} millis` as const))
      )

/** For the reason above; a keeper that died already counts too. */
export const endWithKeeper = ({ watchdogMs }: SdNotify, keeperPid: number | null): void => {
  if (watchdogMs === null || keeperPid === null) return
  libc.prctl(libc.PR_SET_PDEATHSIG, constants.signals.SIGKILL, 0, 0, 0)
  if (process.ppid !== keeperPid) process.kill(process.pid, "SIGKILL")
}

/** A service manager that is busy gets that long for what it must not miss. */
const patienceMs = 1_000

/** sockaddr_un, or null for what is none. "@": a name in the abstract name space. */
const addressOf = (name: string): Uint8Array | null => {
  if (!/^[@/]./s.test(name) || Buffer.byteLength(name) > longestName) return null
  const bytes = Buffer.from(name)
  if (name.startsWith("@")) bytes[0] = 0
  return Buffer.concat([Buffer.from([libc.AF_UNIX, 0]), bytes])
}

/** sun_path has 108 bytes, the last one for the end of a path. */
const longestName = 107

/** Whether it was. Each message has a socket of its own: they are rare, and nothing is left to go stale. */
const send = (address: Uint8Array, message: Uint8Array, waitMs: number): boolean => {
  const kind = libc.SOCK_DGRAM | libc.SOCK_NONBLOCK | libc.SOCK_CLOEXEC
  const fd = libc.socket(libc.AF_UNIX, kind, 0)
  if (fd < 0) return false
  try {
    if (libc.connect(fd, address, address.length) < 0) return false
    const once = () => libc.send(fd, message, message.length, libc.MSG_DONTWAIT | libc.MSG_NOSIGNAL)
    const first = once()
    return (
      first >= 0 ||
      (first === EAGAIN && waitMs > 0 && libc.isReady(fd, libc.POLLOUT, waitMs) && once() >= 0)
    )
  } finally {
    libc.close(fd)
  }
}

const EAGAIN = -11

const watchdogMs = (
  environment: Readonly<Record<string, string | undefined>>,
  mainPid: number | null
): number | null => {
  const text = environment["WATCHDOG_USEC"] ?? ""
  const pid = environment["WATCHDOG_PID"]
  const meant = pid === undefined || [mainPid, process.pid].some((own) => String(own) === pid)
  if (!meant || !/^[1-9]\d{0,17}$/.test(text)) return null
  return Math.max(1, Math.floor(Number(text) / 2_000))
}
