/**
 * The limit of open files that reeve was started with. Node raises its own soft limit to the hard one before any script
 * runs, and what it was before is nowhere kept; yet programs are to get it: code that loops over all possible
 * descriptors, or uses select(2), suffers from a huge one. So the outermost process of reeve asks its parent's limits and
 * hands the answer on. Where the parent cannot tell (another hard limit, so the limit was set between the two; or no
 * /proc entry, as for PID 1), the present limit is left as it is: too many is safer than too few.
 */
import { readFileSync } from "node:fs"
import * as libc from "./libc.ts"

/** How the outermost process tells the others. Never part of a program's environment. */
export const START_OPEN_FILES = "REEVE_START_OPEN_FILES"

let known: bigint | undefined

/** The soft limit for programs. */
export const startOpenFiles = (): bigint => {
  known ??= find()
  return known
}

/** The limit was raised for programs, in a process that becomes or starts the others. */
export const raiseStartOpenFiles = (limit: bigint): void => {
  known = limit
}

/** What a process of reeve adds to the environment of another process of reeve that it starts. */
export const handedOn = (): Readonly<Record<string, string>> => ({
  [START_OPEN_FILES]: String(startOpenFiles())
})

const find = (): bigint => {
  const now = libc.prlimit(0, libc.RLIMIT.NOFILE)
  if (typeof now === "number") return 1024n
  const told = process.env[START_OPEN_FILES]
  if (told !== undefined && /^\d{1,20}$/.test(told) && BigInt(told) <= now.hard) return BigInt(told)
  const parent = limitsOfParent()
  return parent !== null && parent.hard === now.hard ? parent.soft : now.soft
}

const limitsOfParent = (): libc.Rlimit | null => {
  try {
    const text = readFileSync(`/proc/${process.ppid}/limits`, "utf8")
    const [, soft, hard] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(text) ?? []
    return soft === undefined || hard === undefined
      ? null
      : { soft: amount(soft), hard: amount(hard) }
  } catch {
    return null
  }
}

const amount = (text: string): bigint => (text === "unlimited" ? libc.RLIM_INFINITY : BigInt(text))
