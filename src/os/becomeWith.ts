/**
 * Becoming another program (execve(2): same pid, same children) that is to know more than fits into its arguments: a text in a
 * memory file, whose descriptor it is told.
 */
import { accessSync, constants, readFileSync, writeSync } from "node:fs"
import { closeOnExecAll } from "./closeOnExecAll.ts"
import { errnoOf } from "./errnoOf.ts"
import * as libc from "./libc.ts"
import { replaceProcess } from "./replaceProcess.ts"
import { handedOn } from "./startOpenFiles.ts"
import { stayingFlags } from "./stayingFlags.ts"

/**
 * Runs `entry` on this Node with the words that `wordsFor` gives for the text's descriptor; it has the `carried` descriptors too.
 * Comes back only when that failed, with the errno's name; then everything is as before.
 */
export const becomeWith = (
  entry: string,
  text: string,
  carried: Iterable<number>,
  wordsFor: (fd: number) => ReadonlyArray<string>
): string => {
  try {
    accessSync(entry, constants.R_OK)
  } catch (error) {
    return errnoOf(error)
  }
  const fd = libc.memfdCreate("reeve", 0)
  if (fd < 0) return libc.errnoName(fd)
  const bytes = Buffer.from(text)
  for (let from = 0; from < bytes.length; ) from += writeSync(fd, bytes, from)
  for (const one of carried) libc.fcntl(one, libc.F_SETFD, 0)
  const argv = [process.execPath, ...stayingFlags(), entry, ...wordsFor(fd)]
  const errno = replaceProcess(process.execPath, argv, { ...process.env, ...handedOn() })
  libc.close(fd)
  closeOnExecAll()
  return errno
}

/** What the program before left. */
export const textOf = (fd: number): string => {
  const text = readFileSync(`/proc/self/fd/${fd}`, "utf8")
  libc.close(fd)
  return text
}
