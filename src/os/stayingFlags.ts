/**
 * What Node is started with where it stays (daemon, keeper): what this process was started with, and that memory is given back
 * by `SpareMemory` instead of by V8 itself, which would look at its heap several times in the half minute after any work. What
 * types a function sees is noted from its first call on: a supervisor calls most of its functions seldom, and a program that
 * ended waits for them. Only words of the command line do that: the heap is made with them.
 */
export const stayingFlags = (): ReadonlyArray<string> => [
  ...process.execArgv.filter((word) => !flags.includes(word)),
  ...(Number.parseInt(process.versions.node, 10) <= newestTried ? flags : [])
]

const flags = ["--expose-gc", "--no-memory-reducer", "--no-lazy-feedback-allocation"]

/** Node does not start with a flag that its V8 does not know, and V8 may drop any. */
const newestTried = 26
