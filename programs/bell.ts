/**
 * An event listener, as supervisord has them: it hears of every program that gave up, and says so in its log.
 * Try: give flaky `start: { retries: 1 }`, save, and look at `reeve logs bell`.
 *
 * State: RUNNING
 */
import { defineListener } from "reeve"
import { script } from "./shared.ts"

export const bell = defineListener({
  description: "rings when a program gives up",
  command: ["node", script("bell")],
  events: ["PROCESS_STATE_FATAL"],
  logs: { stderr: { maxSize: "1MB", backups: 2 } }
})
