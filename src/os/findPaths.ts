/**
 * Finds where reeve keeps its state, its socket and its logs (design 10, "Paths"). It only looks, and needs no runtime, so that
 * commands which never write, or have to be quick, can use it. A directory that was found, not named, is used only when
 * nobody else could have put it there.
 */
import type { Stats } from "node:fs"
import { dirname, isAbsolute, join, resolve } from "node:path"
import { nodeFs as fs } from "./nodeFs.ts"
import { sha256 } from "./sha256.ts"
import { MAX_SOCKET_PATH_BYTES } from "./socketPathLimit.ts"

/** All absolute; none need exist. */
export interface Paths {
  readonly stateDirectory: string
  /** For what does not outlive the boot: FIFOs, pids. */
  readonly runtimeDirectory: string
  /** Where logs with the target "auto" go. */
  readonly logDirectory: string
  readonly socket: string
}

/** `message` is one sentence for the user. */
export interface PathRefusal {
  readonly kind: "refused"
  readonly path: string
  readonly message: string
}

export interface PathOptions {
  /** `--state-dir` and `--socket`; null: not given. */
  readonly stateDirectory: string | null
  readonly socket: string | null
  /** The current directory. */
  readonly directory: string
  /** REEVE_SOCKET, XDG_STATE_HOME, XDG_RUNTIME_DIR, HOME are read. */
  readonly environment: ReadonlyMap<string, string>
  readonly uid: number
  /**
   * The directory that holds the entries, when the command has one (`up`): a state directory is made beside it where none is
   * found and it is writable for that. Null: only look.
   */
  readonly entries: string | null
}

export const STATE_FOLDER = ".reeve"

export const findPaths = (options: PathOptions): Paths | PathRefusal => {
  const found = find(options)
  if (isRefusal(found)) return found
  const socket = socketOf(options, found)
  const isShort = shortName.test(socket) && socket === shortSocket(options, found)
  const refusal = isShort ? untrusted(dirname(socket), options) : null
  return refusal ?? { ...found, socket }
}

export const isRefusal = (found: Paths | Directories | PathRefusal): found is PathRefusal =>
  "kind" in found

type Directories = Omit<Paths, "socket">

const find = (options: PathOptions): Directories | PathRefusal => {
  const { directory, environment, stateDirectory, uid } = options
  if (stateDirectory !== null) {
    const named = resolve(directory, stateDirectory)
    const facts = statOrNull(named)
    if (facts !== null && !facts.isDirectory()) {
      return refused(named, `the state directory ${named} is not a directory`)
    }
    if (facts !== null && facts.uid !== uid) {
      return refused(
        named,
        `the state directory ${named} belongs to uid ${facts.uid}, not to you (uid ${uid})`
      )
    }
    if (facts !== null && (facts.mode & 0o002) !== 0) {
      return refused(
        named,
        `the state directory ${named} is writable by others; run: chmod o-w ${named}`
      )
    }
    return below(named)
  }
  // As root only the directory named, or the current one, is looked at: a parent may be anybody's.
  for (const at of uid === 0 ? [directory] : upwards(directory)) {
    const candidate = join(at, STATE_FOLDER)
    if (statOrNull(candidate) === null) continue
    return unsafe(candidate, uid) ?? below(candidate)
  }
  const beside = options.entries === null ? null : dirname(resolve(directory, options.entries))
  if (beside !== null && mayHold(beside, uid)) {
    const candidate = join(beside, STATE_FOLDER)
    return statOrNull(candidate) === null
      ? below(candidate)
      : (unsafe(candidate, uid) ?? below(candidate))
  }
  if (uid === 0) {
    return {
      stateDirectory: "/var/lib/reeve",
      runtimeDirectory: "/run/reeve",
      logDirectory: "/var/log/reeve"
    }
  }
  const home = environment.get("HOME") ?? "/"
  const state = join(
    absolute(environment.get("XDG_STATE_HOME")) ?? join(home, ".local/state"),
    "reeve"
  )
  const runtime = absolute(environment.get("XDG_RUNTIME_DIR"))
  return {
    ...below(state),
    runtimeDirectory: runtime === null ? join(state, "run") : join(runtime, "reeve")
  }
}

const below = (state: string): Directories => ({
  stateDirectory: state,
  runtimeDirectory: join(state, "run"),
  logDirectory: join(state, "logs")
})

const socketOf = (options: PathOptions, found: Directories): string => {
  const named = options.socket ?? options.environment.get("REEVE_SOCKET") ?? null
  if (named !== null && named !== "") return resolve(options.directory, named)
  const path = join(found.runtimeDirectory, "reeve.sock")
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path
  return shortSocket(options, found)
}

/** What `shortSocket` ends with: only then is it worth a digest to know whether it is one. */
const shortName = /\/[0-9a-f]{16}\.sock$/

/** For deep state directories: a path that every command finds again from the state directory alone. */
const shortSocket = ({ environment, uid }: PathOptions, found: Directories): string => {
  const runtime = uid === 0 ? "/run" : (absolute(environment.get("XDG_RUNTIME_DIR")) ?? "/tmp")
  const owner = runtime === "/tmp" ? `reeve-${uid}` : "reeve"
  return join(runtime, owner, `${sha256(found.stateDirectory).slice(0, 16)}.sock`)
}

/** Anybody may make a directory of that name in /tmp: a socket in it would be answered by whom its maker likes. */
const untrusted = (directory: string, { uid }: PathOptions): PathRefusal | null => {
  const facts = fs.lstatSync(directory, { throwIfNoEntry: false })
  if (facts === undefined) return null
  if (facts.isDirectory() && facts.uid === uid && (facts.mode & 0o022) === 0) return null
  return refused(
    directory,
    `${directory}, the place of reeve's socket, is not a directory that only you can write; name another socket with --socket`
  )
}

/** Why a directory that was found is not used; null: it may be. */
const unsafe = (candidate: string, uid: number): PathRefusal | null => {
  const facts = fs.lstatSync(candidate)
  if (!facts.isDirectory()) {
    return refused(candidate, `${candidate} is not a directory; name another with --state-dir`)
  }
  if (facts.uid !== uid) {
    return refused(
      candidate,
      `${candidate} belongs to uid ${facts.uid}, not to uid ${uid}; name the directory to use with --state-dir`
    )
  }
  if ((facts.mode & 0o022) !== 0) {
    return refused(candidate, `${candidate} is writable by others; run: chmod 700 ${candidate}`)
  }
  // Who can write a directory above it can replace it, unless that directory is sticky and the entry is ours.
  for (const at of upwards(dirname(fs.realpathSync(candidate)))) {
    const above = fs.statSync(at)
    const others = (above.mode & 0o002) !== 0 || ((above.mode & 0o020) !== 0 && above.gid !== 0)
    const foreign = above.uid !== uid && above.uid !== 0
    if ((others && (above.mode & 0o1000) === 0 && !ownGroup(above, uid)) || foreign) {
      const why = foreign ? `belongs to uid ${above.uid}` : "others can write"
      return refused(
        candidate,
        `${candidate} lies below ${at}, which ${why}; name the directory to use with --state-dir`
      )
    }
  }
  return null
}

/** Many systems give each user a group of that user's own, with the same number, and a umask of 002. */
const ownGroup = (facts: Stats, uid: number): boolean =>
  (facts.mode & 0o002) === 0 && facts.uid === uid && facts.gid === uid

const mayHold = (directory: string, uid: number): boolean => {
  try {
    fs.accessSync(directory, fs.constants.W_OK)
    const facts = fs.statSync(directory)
    return facts.uid === uid && ((facts.mode & 0o002) === 0 || (facts.mode & 0o1000) !== 0)
  } catch {
    return false
  }
}

const upwards = (start: string): ReadonlyArray<string> => {
  const found = [start]
  for (let at = start; dirname(at) !== at; ) {
    at = dirname(at)
    found.push(at)
  }
  return found
}

const absolute = (path: string | undefined): string | null =>
  path !== undefined && isAbsolute(path) ? path : null

const statOrNull = (path: string): Stats | null =>
  fs.statSync(path, { throwIfNoEntry: false }) ?? null

const refused = (path: string, message: string): PathRefusal => ({ kind: "refused", path, message })
