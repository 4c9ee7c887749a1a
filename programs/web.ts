/**
 * A web server. Try: change GREETING, save, and see that this program alone restarts.
 *
 * State: RUNNING
 */
import { defineProgram } from "reeve"
import { script, smallLogs } from "./shared.ts"

export default defineProgram({
  description: "says hello over HTTP on port 8080, or on the next free one",
  command: ["node", script("web")],
  environment: { GREETING: "hello", PORT: "8080" },
  priority: 10,
  dependsOn: { greet: "completed" },
  stop: { timeout: "5 seconds" },
  logs: smallLogs
})
