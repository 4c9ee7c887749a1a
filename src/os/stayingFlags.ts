import { nodeFs } from "./nodeFs.ts"

/**
 * What Node is started with where it stays (daemon, keeper): what this process was started with, and that memory is given back
 * by `SpareMemory` instead of by V8 itself, which would look at its heap several times in the half minute after any work. What
 * types a function sees is noted from its first call on: a supervisor calls most of its functions seldom, and a program that
 * ended waits for them. Only words of the command line do that: the heap is made with them.
 *
 * V8's third compiler takes five megabytes for what it is itself and makes, and a supervisor is no faster with it than with the
 * second; that one compiles what was called some dozen times instead of hundreds, so that it does not take a day until a
 * restart is fast. Each thread of V8's has memory of its own in the C library: one is enough for a heap of some tens of
 * megabytes.
 */
export const stayingFlags = (): ReadonlyArray<string> => [
  ...process.execArgv.filter((word) => !flags.includes(word)),
  ...(major <= newestTried && !isReplaced() ? flags : [])
]

/** Whether another Node has taken the place of the one that runs: which flags that one knows is not known. */
const isReplaced = (): boolean => {
  try {
    return nodeFs.readlinkSync("/proc/self/exe").endsWith(" (deleted)")
  } catch {
    return false
  }
}

const major = Number.parseInt(process.versions.node, 10)

/** Node does not start with a flag that its V8 does not know, and V8 may drop any. */
const newestTried = 26

/** Before that, not every build of Node has the second compiler at work. */
const secondCompilerSince = 26

const compilerFlags = [
  "--no-turbofan",
  "--invocation-count-for-maglev=60",
  "--minimum-invocations-after-ic-update=50"
]

const flags = [
  "--expose-gc",
  "--no-memory-reducer",
  "--no-lazy-feedback-allocation",
  "--v8-pool-size=1",
  ...(major >= secondCompilerSince ? compilerFlags : [])
]
