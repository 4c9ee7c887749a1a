/**
 * Programs in every state that a daemon leaves to the next one, and what must be the same under that. The writer numbers its
 * lines, so that one which is lost or written twice shows.
 */
import { spawnSync } from "node:child_process"
import { readFileSync, readlinkSync } from "node:fs"
import { assert } from "vitest"
import { Estate, ordinaryUser } from "./Estate.ts"
import { waitFor } from "./reeve.ts"
import { isAlive } from "./site.ts"

const write = `let n = 0; setInterval(() => process.stdout.write(++n + "\\n"), 2)`

const programs = (log: string) => `import { defineProgram, fixed } from "reeve"

const node = ${JSON.stringify(process.execPath)}
export const writer = defineProgram({
  command: [node, "-e", ${JSON.stringify(write)}],
  stop: { timeout: "2 seconds" },
  logs: { stdout: { file: ${JSON.stringify(log)} } }
})
export const pair = defineProgram({ command: ["sleep", "9201"], instances: 2, start: { stableAfter: "0s" } })
export const held = defineProgram({ command: ["sleep", "9202"], start: { stableAfter: "0s" } })
export const done = defineProgram({ command: ["sh", "-c", "exit 0"], start: { stableAfter: "0s" } })
export const fatal = defineProgram({ command: ["false"], start: { retries: 0 } })
export const pausing = defineProgram({ command: ["false"], restart: { backoff: fixed("1 hour") } })
export const stubborn = defineProgram({
  command: ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"],
  start: { stableAfter: "0s" },
  stop: { timeout: "7 seconds" }
})
`

export class Succession {
  readonly estate = new Estate()
  readonly #log = this.estate.path("writer.log")
  #before: Awaited<ReturnType<Succession["look"]>> | null = null
  #pids: ReadonlyArray<number> = []
  /** When the stop of the stubborn program began. */
  #stopBegan = 0

  constructor() {
    this.estate.write("all.ts", programs(this.#log))
  }

  /** Everything as an ordinary user. */
  ordinary(): void {
    const user = ordinaryUser()
    if (user.length > 0) spawnSync("chown", ["-R", "nobody:nogroup", this.estate.directory])
    this.estate.below = user
  }

  /** Brings everything into its state; the stubborn program is being stopped from then on. */
  async begin(...args: ReadonlyArray<string>): Promise<void> {
    const { estate } = this
    await estate.up(...args)
    const ran = await estate.run("stop", "held")
    assert.equal(ran.code, 0, ran.err)
    await estate.waitForState("done", "EXITED")
    await estate.waitForState("fatal", "FATAL")
    await estate.waitForState("pausing", "BACKOFF")
    await estate.waitForState("writer", "RUNNING")
    await waitFor("some lines", () => this.#lines().length > 20)
    // Whoever asked for it may lose its answer; the stop goes on.
    void estate.run("stop", "stubborn")
    this.#stopBegan = (await estate.waitForState("stubborn", "STOPPING")).since
    this.#pids = Object.values(await estate.pids())
    this.#before = await this.look()
  }

  /** The same pids, states, reasons, counts and deadlines. */
  async isAsBefore(): Promise<void> {
    assert.deepEqual(await this.look(), this.#before)
  }

  /** No line of the writer is missing or there twice, and it goes on. */
  async writesOn(): Promise<void> {
    const count = this.#lines().length
    await waitFor("more lines", () => this.#lines().length > count + 20)
    const lines = this.#lines()
    const wrong = lines.findIndex((line, at) => line !== String(at + 1))
    assert.equal(wrong, -1, `line ${wrong + 1} is ${lines[wrong]}`)
  }

  /** The stop that was at work comes to its end, at its own time. */
  async stopsInTime(): Promise<void> {
    const { exit, stoppedAt } = await this.estate.waitForState("stubborn", "STOPPED")
    assert.equal(exit?.kind === "signal" ? exit.number : null, 9)
    const tookMs = (stoppedAt ?? 0) - this.#stopBegan
    assert.isAtLeast(tookMs, 6_900)
    // A daemon may have been booting, on a machine that is busy.
    assert.isBelow(tookMs, 14_000)
  }

  async clear(): Promise<void> {
    await this.estate.run("down")
    // Where a test failed, nobody may have them any more.
    for (const pid of this.#pids) {
      if (isAlive(pid) && this.#isHere(pid)) process.kill(pid, "SIGKILL")
    }
    await this.estate.clear()
  }

  async look() {
    const instances = await this.estate.instances()
    const rows = instances.map((one) => ({
      address: one.spec.address,
      state: one.spec.address === "stubborn" ? null : one.state,
      pid: one.spec.address === "stubborn" ? null : (one.process?.pid ?? null),
      override: one.override === null ? null : one.override.kind,
      starts: one.starts,
      failures: one.failures,
      exit: one.spec.address === "stubborn" ? null : one.exit,
      // The two clocks may differ by a moment.
      nextTry: one.nextAttemptAt === null ? null : Math.round(one.nextAttemptAt / 10_000)
    }))
    return rows
  }

  #isHere(pid: number): boolean {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(this.estate.directory)
  }

  #lines(): ReadonlyArray<string> {
    try {
      return readFileSync(this.#log, "utf8").split("\n").slice(0, -1)
    } catch {
      return []
    }
  }
}
