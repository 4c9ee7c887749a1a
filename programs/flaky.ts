/**
 * A program that always fails: it waits longer after each attempt, and `reeve status` says when the next one comes.
 * Try: replace "exit 1" by "sleep 1000" and save.
 *
 * State: BACKOFF
 */
import { defineProgram, exponential } from "reeve"
import { smallLogs } from "./shared.ts"

export const flaky = defineProgram({
  description: "fails on purpose",
  command: ["/bin/sh", "-c", "echo 'nothing to connect to' >&2; exit 1"],
  restart: { backoff: exponential("2 seconds", { factor: 2, max: "30 seconds" }) },
  logs: smallLogs
})
