/**
 * What daemon and keeper tell each other: lines over one socket pair (descriptor 3 of the daemon), each a word and what belongs
 * to it. Unknown words are passed over, so that either may be one version older than the other.
 *
 * Version 1: the daemon writes what it has to say of its boot, which the keeper passes on unchanged and which ends with a line
 * that begins with `ready` or `failed`; `listening` when it hears signals, which before that would end it; `ending` when it
 * ends by intent, so that whatever exit status follows is not taken for a crash; `restarting` when everything is stopped and a
 * new daemon is to follow. Nothing comes back.
 *
 * Version 2: the keeper names its version in the daemon's environment (KEEPER_PROTOCOL) and begins with `fact` lines and one
 * `hello`; a daemon that answers `hello` survives its own death: its programs go on, and the next daemon takes them over.
 *
 *   daemon → keeper                                      keeper → daemon
 *   hello {"protocol":2}                                 fact SPAWNID TEXT (one for each that is mirrored), then hello HELLO
 *   hold {"id":1,"paths":[…]}                            held {"id":1,"failed":{"PATH":"EMFILE"}}
 *   drop {"paths":[…]}     keep {"paths":[…]} (no others)
 *   fact SPAWNID TEXT      forget SPAWNID
 *   exits (deliver from now on)                          exit {"pid","startTicks","code","status"}, one at a time
 *   taken {"pid":1}                                      the next exit; `caughtUp` when none waits (once after `exits`)
 *   listen {"id":1,"name":"…","fd":9}                    listened {"id":1,"errno":null}
 *   unlisten {"name":"…"}
 *   leaving (programs go on, the keeper ends too)
 *   replacing {"daemon":"…","daemonArgs":[…]} (programs go on under the daemon that follows)
 *   renew {"keeper":"…"} (execve: same pid)              hello HELLO, by the one that follows
 *
 * An exit stays with the kernel until it is `taken`, so its pid is nobody else's until then. The keeper that follows by execve
 * says `hello` only: the daemon has the facts. One that could not be executed says nothing, and the one before goes on.
 */

export interface KeeperOptions {
  /** The daemon's entry file. */
  readonly daemon: string
  readonly daemonArgs: ReadonlyArray<string>
  /** An inherited descriptor for the lines of the boot; closed after the last one. */
  readonly ready?: number
  /** An inherited descriptor that holds the lock of the state directory; each daemon inherits it as LOCK_FD. */
  readonly lock?: number
  /** The directory of FIFOs: those that are there at the start are held at once. */
  readonly fifos?: string
  /** An inherited descriptor with what the keeper before this one knew. */
  readonly known?: number
}

/** Where the daemon writes its lines; there is none when it was started without a keeper. */
export const KEEPER_FD = 3
/** The lock of the state directory, where the keeper has it. */
export const LOCK_FD = 4

/** The newest version that this code speaks. */
export const PROTOCOL = 2
/** Environment variable of a daemon: the keeper's version. Absent: 1, or no keeper. Never part of a program's environment. */
export const KEEPER_PROTOCOL = "REEVE_KEEPER_PROTOCOL"

export const LISTENING = "listening"
export const ENDING = "ending"
export const RESTARTING = "restarting"

/** The last argument of a daemon that follows one which said `restarting`. */
export const AGAIN = "again"

/** The last argument of a daemon whose keeper is still to come: the command that becomes the keeper has started it. */
export const EARLY = "early"

/** Why there is this daemon. */
export type Before =
  /** It is the keeper's first. */
  | { readonly kind: "none" }
  /** The one before ended without saying so; `text`: "by SIGKILL", "with status 1". `atMs`: CLOCK_MONOTONIC, milliseconds. */
  | { readonly kind: "died"; readonly text: string; readonly atMs: number }
  /** It said `restarting`. */
  | { readonly kind: "restarted" }
  /** It said `replacing`. */
  | { readonly kind: "replaced" }

export interface Hello {
  readonly protocol: number
  /** reeve's version in the keeper. */
  readonly version: string
  /** Daemons that this keeper had, this one included. */
  readonly run: number
  readonly before: Before
  /** FIFOs that it holds: path, and the descriptor in the keeper. */
  readonly held: Readonly<Record<string, number>>
  /** Listening sockets that the daemon inherits: name, and the descriptor in the daemon. */
  readonly sockets: Readonly<Record<string, number>>
}

/** As siginfo_t has them (waitid(2)). */
export interface KeptExit {
  readonly pid: number
  readonly startTicks: number
  readonly code: number
  readonly status: number
}

/** Throws an Error with one sentence. */
export const keeperOptions = (text: string | undefined): KeeperOptions => {
  const value: unknown = JSON.parse(text ?? "null")
  if (!isRecord(value)) throw new Error("the keeper needs its options as one JSON argument")
  const { daemon, daemonArgs, fifos, known, lock, ready } = value
  if (typeof daemon !== "string" || !isStrings(daemonArgs)) {
    throw new Error("the keeper's options need daemon and daemonArgs")
  }
  return {
    daemon,
    daemonArgs,
    ...(typeof ready === "number" ? { ready } : {}),
    ...(typeof lock === "number" ? { lock } : {}),
    ...(typeof fifos === "string" ? { fifos } : {}),
    ...(typeof known === "number" ? { known } : {})
  }
}

/** A line's word and what belongs to it. */
export const splitLine = (line: string): readonly [word: string, rest: string] => {
  const space = line.indexOf(" ")
  return space < 0 ? [line, ""] : [line.slice(0, space), line.slice(space + 1)]
}

/** Empty for what is no JSON object: a line that says nothing does nothing. */
export const members = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

export const isStrings = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((member) => typeof member === "string")
