import { readFileSync } from "node:fs"
import { cgroupPath } from "../../core/cgroupPath.ts"

/** The directory of the cgroup that a process is in; null: there is none to be seen, or no such process. */
export const cgroupOf = (pid: number): string | null => {
  try {
    return cgroupPath(
      readFileSync("/proc/self/mountinfo", "latin1"),
      readFileSync(`/proc/${pid}/cgroup`, "latin1")
    )
  } catch {
    return null
  }
}
