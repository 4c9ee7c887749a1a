/**
 * Two workers made by a loop. Try: add a queue to the list, save, and see that the two others go on.
 *
 * State: RUNNING
 */
import { defineProgram } from "reeve"
import { script, smallLogs } from "./shared.ts"

const queues = ["mail", "images"]

export default queues.map((queue) =>
  defineProgram({
    name: `worker-${queue}`,
    description: `works on the queue ${queue}`,
    command: ["node", script("worker"), queue],
    logs: smallLogs
  })
)
