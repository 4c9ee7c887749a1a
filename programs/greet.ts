/**
 * A task that runs once and is not started again. Try: change its words and save; it runs again because it changed.
 *
 * State: EXITED
 */
import { defineProgram } from "reeve"
import { smallLogs } from "./shared.ts"

export const greet = defineProgram({
  description: "runs once",
  command: ["/bin/sh", "-c", "echo ready to work"],
  restart: { when: "never" },
  logs: smallLogs
})
