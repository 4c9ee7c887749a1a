import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { setTimeout as pause } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { stayingFlags } from "../../src/os/stayingFlags.ts"

const entry = fileURLToPath(new URL("./workOnce.ts", import.meta.url))

/** Starts the worker, and hands over how to ask it for its memory in bytes: first while it works. */
const withWorker = async (use: (memory: () => Promise<number>) => Promise<void>) => {
  const child = spawn(process.execPath, [...stayingFlags(), entry], {
    stdio: ["pipe", "pipe", "inherit"]
  })
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    let asked = false
    await use(async () => {
      if (asked) child.stdin.write("\n")
      asked = true
      const line = await lines.next()
      return Number(String(line.value).split(" ")[0])
    })
  } finally {
    child.kill("SIGKILL")
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit")
  }
}

describe("spare memory", () => {
  it("is given back soon after the work, by a process that nothing else wakes", () =>
    withWorker(async (memory) => {
      const worked = await memory()
      const until = performance.now() + 20_000
      for (;;) {
        const kept = await memory()
        if (kept < worked * 0.75) break
        assert.isBelow(performance.now(), until, `${kept} of ${worked} bytes are still there`)
        await pause(100)
      }
    }))
})
