/** Where files are that do not outlive a boot. */
import { accessSync, constants, readFileSync } from "node:fs"

/**
 * A directory in memory, as `/run` is on a server: there supervisors make their pipes, sockets and service directories, and
 * making them on a disk would be measured instead (one without a journal takes ever longer to find a number for a new file).
 * Null: this machine has none in which scripts can be run.
 */
export const inMemory = (): string | null =>
  memoryAmong(readFileSync("/proc/self/mounts", "utf8"), isWritable)

const isWritable = (directory: string): boolean => {
  try {
    accessSync(directory, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** `mounts`: of proc(5). */
export const memoryAmong = (
  mounts: string,
  mayWrite: (directory: string) => boolean
): string | null => {
  const fit = mounts.split("\n").flatMap((line) => {
    const [, directory = "", kind, options = ""] = line.split(" ")
    const words = options.split(",")
    return kind === "tmpfs" && words.includes("rw") && !words.includes("noexec") ? [directory] : []
  })
  return (
    ["/run", "/dev/shm"].find((directory) => fit.includes(directory) && mayWrite(directory)) ?? null
  )
}
