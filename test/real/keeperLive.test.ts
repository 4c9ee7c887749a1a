import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, afterEach, assert, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import { allProcesses, processFacts } from "../../src/os/procStat.ts"
import { waitFor } from "./reeve.ts"

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const daemon = at("../fixtures/effectDaemon.ts")
const keeperEntry = at("../../src/keeper/main.ts")

const directory = mkdtempSync(join(tmpdir(), "reeve-live-"))
let running: Running | undefined
afterEach(() => running?.remove())
afterAll(() => rmSync(directory, { recursive: true, force: true }))

class Running {
  readonly child: ChildProcess
  readonly lines: Array<string> = []
  errors = ""
  readonly #seen = new Map<string, number>()

  constructor(words: ReadonlyArray<string>, stdio: Array<"pipe" | "ignore"> = []) {
    this.child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "pipe", ...stdio] })
    this.child.stderr?.on("data", (bytes) => {
      this.errors += bytes
    })
    let rest = ""
    this.child.stdout?.on("data", (bytes) => {
      const parts = `${rest}${bytes}`.split("\n")
      rest = parts.pop() ?? ""
      this.lines.push(...parts)
    })
    running = this
  }

  get pid(): number {
    return this.child.pid ?? assert.fail("not started")
  }

  get daemon(): number {
    const found = allProcesses().filter(
      ({ command, parent }) => parent === this.pid && command.includes("effectDaemon")
    )
    return found[0]?.pid ?? assert.fail("no daemon")
  }

  tell(...lines: ReadonlyArray<string>): void {
    this.child.stdin?.write(lines.map((line) => `${line}\n`).join(""))
  }

  /** The next result of this kind. */
  async result(what: string) {
    const results = () => this.lines.filter((line) => line.startsWith(`${what} `))
    const seen = this.#seen.get(what) ?? 0
    this.#seen.set(what, seen + 1)
    await waitFor(`${what} ${seen} in\n${this.errors}${this.lines.join("\n").slice(-2000)}`, () => {
      return results().length > seen
    })
    const text = results()[seen]?.slice(what.length + 1) ?? ""
    return text === "undefined" ? undefined : JSON.parse(text)
  }

  remove(): void {
    const below = allProcesses().filter(({ parent }) => parent === this.pid)
    this.child.kill("SIGKILL")
    for (const { pid } of below) libc.kill(pid, 9)
  }
}

const childrenOf = (pid: number) => allProcesses().filter(({ parent }) => parent === pid)

const kept = () =>
  new Running([keeperEntry, JSON.stringify({ daemon, daemonArgs: [], fifos: directory })])

describe("the daemon's side", () => {
  it("is told what the keeper has, and asks it for more", async () => {
    const run = kept()
    const met = await run.result("met")
    assert.deepInclude(met, { protocol: 2, pid: run.pid, run: 1, before: { kind: "none" } })
    const path = join(directory, "a.stdout")
    libc.mkfifo(path, 0o600)
    run.tell(`hold ${path} ${join(directory, "none")}`)
    assert.deepStrictEqual(await run.result("hold"), [join(directory, "none")])
    run.tell(`many ${join(directory, "x")}`)
    const all: ReadonlyArray<ReadonlyArray<string>> = await run.result("many")
    assert.deepStrictEqual(
      all,
      all.map((_, count) => [join(directory, `x${count}`)])
    )
    run.tell('mirror one {"a": 1}', "mirror two x", "forget two", "listen 0", "collect", "present")
    assert.oneOf(await run.result("listen"), [null, "ENOTSOCK"])
    await run.result("collect")
    assert.isTrue(await run.result("present"))
    libc.kill(run.daemon, 9)
    const next = await run.result("met")
    assert.deepInclude(next, { run: 2, facts: { one: '{"a": 1}' } })
    assert.deepInclude(next.before, { text: "by SIGKILL" })
    assert.isTrue(existsSync(next.held[path]))
    run.tell(`renew ${keeperEntry}`)
    const renewed = await run.result("renew")
    assert.strictEqual(renewed.protocol, 2)
    assert.match(renewed.version, /^\d+\.\d+\.\d+/)
    run.tell("end")
    await waitFor("the end", () => run.child.exitCode === 0)
  })

  it("takes the exits of orphans, those that come later too, and again the one whose taking was cut off", async () => {
    const run = kept()
    await run.result("met")
    run.tell("orphan exit 3", "orphan kill -9 $$")
    await waitFor(
      "two zombies",
      () => childrenOf(run.pid).filter(({ state }) => state === "Z").length === 2
    )
    run.tell("cut")
    await run.result("cut")
    run.tell("collect")
    await run.result("collect")
    const taken = [await run.result("exit"), await run.result("exit")]
    assert.sameDeepMembers(
      taken.map(({ status }) => status),
      [
        { kind: "code", code: 3 },
        { kind: "signal", signal: "SIGKILL", number: 9, core: false }
      ]
    )
    assert.isTrue(taken.every(({ pid, startTicks }) => pid > 0 && startTicks > 0))
    run.tell("hear", "orphan exit 4")
    assert.deepInclude(await run.result("exit"), { status: { kind: "code", code: 4 } })
    await waitFor("all to be reaped", () => childrenOf(run.pid).length === 1)
  })

  it("waits a second at most for a keeper that does not answer, and for none that is gone", async () => {
    const run = kept()
    await run.result("met")
    const { daemon } = run
    run.child.kill("SIGSTOP")
    run.tell("hold /late", "listen 0")
    assert.deepStrictEqual(await run.result("hold"), ["/late"])
    assert.strictEqual(await run.result("listen"), "ETIMEDOUT")
    run.tell("lost", "collect", "hold /gone", "say")
    await run.result("asked")
    run.child.kill("SIGKILL")
    assert.deepStrictEqual(await run.result("hold"), [])
    await run.result("collect")
    assert.deepStrictEqual(await run.result("after"), [false, [], null])
    await waitFor("the end", () => [null, "Z"].includes(processFacts(daemon)?.state ?? null))
  })

  it("does without a keeper of protocol 1 what it does without one", async () => {
    const run = new Running([at("../fixtures/oldKeeper.mjs"), daemon])
    assert.deepInclude(await run.result("met"), { protocol: 0, pid: null, held: {} })
    await waitFor("what it says", () => /^listening\nready \{.*\}\n$/.test(run.errors))
    run.tell("hold /x", "listen 5", "collect", "present", `renew ${keeperEntry}`)
    assert.deepStrictEqual(await run.result("hold"), [])
    assert.isNull(await run.result("listen"))
    assert.isFalse(await run.result("present"))
    run.tell("end")
    await waitFor("the end", () => run.child.exitCode === 0)
    assert.notInclude(run.errors, "hello")
  })

  it("does the same where there is none", async () => {
    const run = new Running([daemon])
    assert.deepInclude(await run.result("met"), { protocol: 0, pid: null, run: 1 })
    run.tell("hold /x", "end")
    assert.deepStrictEqual(await run.result("hold"), [])
    await waitFor("the end", () => run.child.exitCode === 0)
  })
})
