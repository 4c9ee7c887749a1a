/**
 * The policy of an imported supervisord program, to be spread into a definition: what differs from reeve's own defaults,
 * and what a reader should see. `reeve import` writes it.
 */
import { linear } from "./BackoffInput.ts"
import type { ProgramInput } from "./ProgramInput.ts"

export const supervisordDefaults = Object.freeze({
  priority: 999,
  start: Object.freeze({ auto: true, stableAfter: "1 second", retries: 3 }),
  restart: Object.freeze({
    when: "unexpected",
    expectedExitCodes: Object.freeze([0]),
    backoff: linear("1 second", { max: "none", jitter: 0, resetAfter: "never", pace: "starts" })
  }),
  stop: Object.freeze({ signal: "TERM", timeout: "10 seconds", group: "no" }),
  stdin: "pipe",
  inheritEnvironment: "all",
  userEnvironment: false,
  logs: Object.freeze({
    stdout: Object.freeze({ file: "auto", maxSize: "50MB", backups: 10 }),
    stderr: Object.freeze({ file: "auto", maxSize: "50MB", backups: 10 })
  })
}) satisfies Omit<ProgramInput, "command">
