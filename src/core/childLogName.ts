/**
 * Names of the log files that supervisord chooses itself (`stdout_logfile=AUTO`), and the pattern by which it knows those of
 * earlier runs again (supervisord.md 3.3).
 */

export interface ChildLog {
  /** The process without its group. */
  readonly process: string
  readonly channel: "stdout" | "stderr"
  readonly identifier: string
}

/** `tag`: what tells this file from others of the same process, see `childLogTag`. */
export const childLogName = ({ process, channel, identifier }: ChildLog, tag: string): string =>
  `${harmless(process)}-${channel}---${harmless(identifier)}-${tag}.log`

/** Eight of `[a-z0-9_]`, from a hash in hexadecimal of at least 16 digits. */
export const childLogTag = (hash: string): string => {
  let rest = BigInt(`0x${hash}`)
  let tag = ""
  while (tag.length < 8) {
    tag += LETTERS[Number(rest % COUNT)]
    rest /= COUNT
  }
  return tag
}

/** Files of this identifier; in the identifier nothing is a wildcard (supervisord takes it for a pattern). */
export const childLogPattern = (identifier: string): RegExp =>
  new RegExp(`^.+?---${escaped(harmless(identifier))}-\\S+\\.log\\.{0,1}\\d{0,4}`, "u")

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"
const COUNT = BigInt(LETTERS.length)

/** One component of a path. */
const harmless = (name: string): string => name.replaceAll("/", "_").replaceAll("\0", "_")

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&")
