/** What people are told when a log cannot be written: one sentence in the event, one line in the file afterwards. */
import { ENLARGED_PIPE_BYTES } from "./enlargedPipe.ts"

const WORDS: ReadonlyMap<string, string> = new Map([
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the disk quota is used up"],
  ["EFBIG", "the file has reached the largest size allowed"],
  ["EIO", "the disk reports an error"],
  ["EROFS", "the file system is read-only"],
  ["EACCES", "permission denied"],
  ["ENOENT", "the directory is missing"],
  ["EMFILE", "reeve has too many files open"],
  ["EAGAIN", "its reader takes nothing"],
  ["EMLINK", "the file has a second name (hard link)"],
  ["ELOOP", "the path is a symbolic link"]
])

export type LogFault = "write" | "rotate" | "reopen" | "syslog"

const CONSEQUENCE: Readonly<Record<LogFault, string>> = {
  write:
    "cannot be written; output waits in the pipe, then the oldest is dropped, and reeve tries again every second",
  rotate: "cannot be rotated; it grows, and reeve tries again every second",
  reopen: "cannot be opened anew; the old file is written on, and reeve tries again every second",
  syslog: "takes no messages; lines for it are dropped until it does"
}

export const troubleText = (fault: LogFault, path: string, errno: string): string => {
  const words = WORDS.get(errno)
  return `${path} ${CONSEQUENCE[fault]}: ${words === undefined ? errno : `${words} (${errno})`}`
}

/** Starts with a newline: what was dropped may have ended inside a line. */
export const lostNotice = (bytes: number, errno: string): string =>
  `\nreeve: ${bytes} bytes of output were dropped here, because the log could not be written (${errno})\n`

/** For a remark: a process ended while neither daemon nor keeper held the pipe, whose content (and size) went with it. */
export const missingText = [
  "output may be missing here: nobody held the pipe when its process ended;",
  `at most ${ENLARGED_PIPE_BYTES / 1024} KiB`
].join(" ")

/** A line of reeve's own in the file; `atLineStart`: the file is empty there, or ends with a newline. */
export const remarkLine = (text: string, atLineStart: boolean): string =>
  `${atLineStart ? "" : "\n"}reeve: ${text}\n`
