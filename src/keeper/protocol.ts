/**
 * What daemon and keeper tell each other. The keeper gets one JSON argument; the daemon writes lines to descriptor 3: what it
 * has to say of its boot, which the keeper passes on unchanged and which ends with a line that begins with `ready` or
 * `failed`; `listening` when it hears signals, which before that would end it or open Node's debugger; `ending` when it ends
 * by intent, so that whatever exit status follows is not taken for a crash; and `restarting` when a new daemon is to follow it
 * under the same keeper, which then gets `AGAIN` as its last argument.
 */

export interface KeeperOptions {
  /** The daemon's entry file. */
  readonly daemon: string
  readonly daemonArgs: ReadonlyArray<string>
  /** An inherited descriptor for the lines of the boot; closed after the last one. */
  readonly ready?: number
}

/** Where the daemon writes its lines; there is none when it was started without a keeper. */
export const KEEPER_FD = 3

export const LISTENING = "listening"
export const ENDING = "ending"
export const RESTARTING = "restarting"

/** The last argument of every daemon but the keeper's first. */
export const AGAIN = "again"

/** Throws an Error with one sentence. */
export const keeperOptions = (text: string | undefined): KeeperOptions => {
  const value: unknown = JSON.parse(text ?? "null")
  if (!isRecord(value)) throw new Error("the keeper needs its options as one JSON argument")
  const { daemon, daemonArgs, ready } = value
  if (typeof daemon !== "string" || !isStrings(daemonArgs)) {
    throw new Error("the keeper's options need daemon and daemonArgs")
  }
  return typeof ready === "number" ? { daemon, daemonArgs, ready } : { daemon, daemonArgs }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

const isStrings = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((member) => typeof member === "string")
