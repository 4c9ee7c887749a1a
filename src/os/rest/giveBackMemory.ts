/**
 * Gives back what a start or a large change has left behind. V8 and the C library keep freed memory for the next time, and the
 * kernel keeps the pages of a program mapped that ran once: with a daemon that then does nothing for hours, for nothing.
 */
import { readFileSync, realpathSync } from "node:fs"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as libc from "../libc.ts"
import { type Mapping, readMappings } from "./readMappings.ts"

/** Takes some ten milliseconds, in which nothing else is done. */
export const giveBackMemory = (): void => {
  collectGarbage()
  libc.mallocTrim()
  dropCode()
}

/** V8's own way of collecting while nothing is done is a timer that rings every eight seconds; this process has another. */
export const leaveTimersOut = (): void => setFlagsFromString("--no-memory-reducer")

/** V8 gives no other way to it than the function `gc`, which contexts have that are made while the flag is set. */
const collectGarbage = (): void => {
  setFlagsFromString("--expose-gc")
  const collect: unknown = runInNewContext("gc")
  setFlagsFromString("--no-expose-gc")
  if (typeof collect !== "function") return
  // This kind gives free pages back as well.
  Reflect.apply(collect, undefined, [{ type: "major", execution: "sync", flavor: "last-resort" }])
}

/** Code and constants of Node itself that only the start needed: the kernel maps what is used again from where it has it. */
const dropCode = (): void => {
  try {
    const node = realpathSync("/proc/self/exe")
    for (const mapping of readMappings(readFileSync("/proc/self/smaps", "utf8"))) {
      if (mapping.file === node && isUnchanged(mapping)) {
        libc.madvise(mapping.start, mapping.end - mapping.start, libc.MADV_DONTNEED)
      }
    }
  } catch {
    // Without /proc it stays mapped.
  }
}

/** What was written to would be lost: relocated constants, and what a debugger has put there. */
const isUnchanged = ({ rights, written }: Mapping): boolean =>
  !written && (rights === "r-xp" || rights === "r--p")
