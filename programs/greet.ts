/**
 * A task: it runs to its end, and the web server starts after that. Try: change its words and save; it runs again because it
 * changed, and the web server goes on.
 *
 * State: EXITED
 */
import { defineTask } from "reeve"
import { smallLogs } from "./shared.ts"

export const greet = defineTask({
  description: "runs once for each of its versions",
  command: ["/bin/sh", "-c", "echo ready to work"],
  logs: smallLogs
})
