/** A keeper from the sources over fixtures/speakingDaemon.mjs, and what both say. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert } from "vitest"
import type { KeeperOptions } from "../../src/core/keeperProtocol.ts"
import * as libc from "../../src/os/libc.ts"
import { allProcesses, processFacts } from "../../src/os/procStat.ts"
import { waitFor } from "./reeve.ts"

const keeperEntry = fileURLToPath(new URL("../../src/keeper/main.ts", import.meta.url))
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))
export const speakingDaemon = fixture("speakingDaemon.mjs")

/** As whom a keeper can be tried here. */
export const users = process.geteuid?.() === 0 ? (["root", "nobody"] as const) : (["root"] as const)

/** How the next daemon begins: "up" says all that a good one does, "quiet" nothing but hello, "mute" dies before that. */
export type Mode = "up" | "quiet" | "mute" | "fail" | "legacy"

export class KeptDaemon {
  readonly directory = mkdtempSync(join(tmpdir(), "reeve-kept-"))
  readonly fifos = join(this.directory, "fifos")
  readonly child: ChildProcess
  readonly pid: number
  readonly ended: Promise<readonly [number | null, string | null]>
  errors = ""
  /** All lines of all daemons, without the daemon's pid. */
  readonly lines: Array<string> = []
  /** Pids of the daemons, in order. */
  readonly daemons: Array<number> = []
  #seen = 0

  /** `early`: names of FIFOs that are there before the keeper. */
  constructor(
    mode: Mode,
    as: "root" | "nobody" = "root",
    early: ReadonlyArray<string> = [],
    options: Partial<KeeperOptions> = {}
  ) {
    mkdirSync(this.fifos)
    for (const name of early) libc.mkfifo(join(this.fifos, name), 0o666)
    this.begin(mode)
    if (as === "nobody") {
      const inside = early.map((name) => join(this.fifos, name))
      for (const path of [this.directory, this.fifos, ...inside]) chownSync(path, 65534, 65534)
      chmodSync(this.directory, 0o755)
    }
    const all: KeeperOptions = {
      daemon: speakingDaemon,
      daemonArgs: [this.#modeFile, "one"],
      fifos: this.fifos,
      ...options
    }
    const user =
      as === "root" ? [] : ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    const [file = "", ...words] = [...user, process.execPath, keeperEntry, JSON.stringify(all)]
    const child = spawn(file, words, { stdio: ["pipe", "pipe", "pipe"] })
    this.child = child
    this.pid = child.pid ?? 0
    this.ended = once(child, "close").then(([code, signal]) => [code, signal] as const)
    child.stderr.on("data", (bytes) => {
      this.errors += bytes
    })
    let rest = ""
    child.stdout.on("data", (bytes) => {
      const parts = `${rest}${bytes}`.split("\n")
      rest = parts.pop() ?? ""
      for (const line of parts) this.#came(line)
    })
  }

  get #modeFile(): string {
    return join(this.directory, "mode")
  }

  begin(mode: Mode): void {
    writeFileSync(this.#modeFile, mode)
  }

  /** To the keeper, by the daemon; or a command of the daemon's. */
  tell(...lines: ReadonlyArray<string>): void {
    this.child.stdin?.write(lines.map((line) => `${line}\n`).join(""))
  }

  /** The next line of this kind after the last one that was asked for. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    let found: RegExpExecArray | null = null
    await waitFor(
      `${pattern} after line ${this.#seen} in\n${this.errors}${this.lines.slice(-20).join("\n")}`,
      () => {
        for (; found === null && this.#seen < this.lines.length; this.#seen += 1) {
          found = pattern.exec(this.lines[this.#seen] ?? "")
        }
        return found !== null
      }
    )
    return found ?? assert.fail()
  }

  /** What the keeper says next to greet a daemon. */
  async hello() {
    const [, text = ""] = await this.line(/^< hello (.*)/)
    return JSON.parse(text)
  }

  /** Kills the daemon of now, and gives the next hello. */
  async kill() {
    libc.kill(this.daemon, 9)
    return await this.hello()
  }

  get daemon(): number {
    return this.daemons.at(-1) ?? assert.fail("no daemon")
  }

  async spawn(script: string): Promise<number> {
    this.tell(`!spawn ${script}`)
    const [, pid] = await this.line(/^spawned (\d+)/)
    return Number(pid)
  }

  remove(): void {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      libc.kill(this.pid, 19)
      const below = descendantsOf(this.pid)
      for (const pid of [this.pid, ...below]) libc.kill(pid, 9)
    }
    rmSync(this.directory, { recursive: true, force: true })
  }

  #came(text: string): void {
    const space = text.indexOf(" ")
    const line = text.slice(space + 1)
    if (line.startsWith("begun ")) this.daemons.push(Number(text.slice(0, space)))
    this.lines.push(line)
  }
}

const descendantsOf = (parent: number): ReadonlyArray<number> =>
  allProcesses()
    .filter((facts) => facts.parent === parent)
    .flatMap(({ pid }) => [pid, ...descendantsOf(pid)])

export const stateOf = (pid: number): string | null => processFacts(pid)?.state ?? null
