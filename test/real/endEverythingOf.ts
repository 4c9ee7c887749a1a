import { readdirSync, readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import * as libc from "../../src/os/libc.ts"
import { processFacts } from "../../src/os/procStat.ts"

const SIGKILL = 9

/**
 * Ends every process whose command line or environment names the directory: what reeve was started in it, and what that started.
 * They survive reeve's death by design, so a test that kills reeve would leave them. Only for a directory of the test's own.
 */
export const endEverythingOf = async (directory: string): Promise<void> => {
  const deadline = performance.now() + 10_000
  for (let left = naming(directory); left.length > 0; left = naming(directory)) {
    if (performance.now() > deadline) throw new Error(`these do not end: ${left.join(" ")}`)
    for (const pid of left) libc.kill(pid, SIGKILL)
    await sleep(20)
  }
}

const naming = (directory: string): ReadonlyArray<number> =>
  readdirSync("/proc").flatMap((entry) => {
    const pid = Number(entry)
    if (!Number.isInteger(pid) || pid === process.pid) return []
    const isIts = ["cmdline", "environ"].some((file) => textOf(pid, file).includes(directory))
    const state = isIts ? processFacts(pid)?.state : undefined
    return state === undefined || state === "Z" || state === "X" ? [] : [pid]
  })

const textOf = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8")
  } catch {
    return ""
  }
}
