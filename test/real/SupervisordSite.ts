/**
 * A directory with a supervisord configuration, and the built command run in it as `reeve supervisord`. Everything that was
 * begun here is ended, and everything removed, by `clear`.
 */

import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { endEverythingOf } from "./endEverythingOf.ts"
import { reeve, waitFor } from "./reeve.ts"

export interface Begun {
  readonly child: ChildProcess
  readonly pid: number
  readonly out: () => string
  readonly err: () => string
  readonly ended: Promise<number | null>
}

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export class SupervisordSite {
  readonly directory = fs.mkdtempSync(join(tmpdir(), "reeve-supervisord-"))
  readonly environment: NodeJS.ProcessEnv = {
    ...process.env,
    REEVE_STATE_DIR: this.path("state")
  }
  readonly #begun: Array<Begun> = []
  /** Of daemons in the background. */
  readonly #pids = new Set<number>()

  constructor(programs: string, settings = "") {
    fs.chmodSync(this.directory, 0o777)
    this.configure(programs, settings)
  }

  path(...parts: ReadonlyArray<string>): string {
    return join(this.directory, ...parts)
  }

  configure(programs: string, settings = ""): void {
    const text = `[unix_http_server]
file=${this.path("s.sock")}
[supervisord]
logfile=${this.path("s.log")}
pidfile=${this.path("s.pid")}
childlogdir=${this.directory}
${settings}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
${programs}
`
    fs.writeFileSync(this.path("s.conf"), text)
    // Apart, so that clients can ask while that file is wrong.
    const client = `[supervisorctl]\nserverurl=unix://${this.path("s.sock")}\n`
    fs.writeFileSync(this.path("ctl.conf"), client)
  }

  /** In the foreground of nobody; `below`: words of a program that is to start it. */
  begin(flags: ReadonlyArray<string> = [], below: ReadonlyArray<string> = []): Begun {
    const command = [...below, process.execPath, reeve, "supervisord", "-n", "-c", "s.conf"]
    return this.#spawn([...command, ...flags])
  }

  /** Begins and waits until it answers. */
  async up(flags: ReadonlyArray<string> = [], below: ReadonlyArray<string> = []): Promise<Begun> {
    const begun = this.begin(flags, below)
    await waitFor("supervisord to answer", async () => {
      if (begun.child.exitCode !== null) throw new Error(`it ended: ${begun.out()}${begun.err()}`)
      return this.answers()
    })
    return begun
  }

  /** In the background. */
  daemonise(...flags: ReadonlyArray<string>): Ran {
    const ran = this.#run(["supervisord", "-c", "s.conf", ...flags])
    if (ran.code === 0) this.#pids.add(this.pid())
    return ran
  }

  ctl(...words: ReadonlyArray<string>): Ran {
    return this.#run(["supervisorctl", "-c", "ctl.conf", ...words])
  }

  async answers(): Promise<boolean> {
    return fs.existsSync(this.path("s.sock")) && this.ctl("pid").code === 0
  }

  /** State and the rest of the line, as `status` prints it. */
  status(name: string): string {
    const line = this.ctl("status", name).out.trimEnd()
    return line.replace(/^\S+\s+/, "")
  }

  async waitForState(name: string, state: string): Promise<void> {
    await waitFor(`${name} to be ${state}`, () => this.status(name).startsWith(state))
  }

  /** Of the pidfile. */
  pid(): number {
    return Number(fs.readFileSync(this.path("s.pid"), "utf8"))
  }

  /** Messages of the main log with their levels, without times. */
  log(): ReadonlyArray<string> {
    const path = this.path("s.log")
    if (!fs.existsSync(path)) return []
    return fs
      .readFileSync(path, "utf8")
      .split("\n")
      .map((line) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} /, ""))
      .filter((line) => line !== "")
  }

  async waitForLine(pattern: RegExp, withinMs = 20_000): Promise<void> {
    const holds = () => this.log().some((line) => pattern.test(line))
    await waitFor(`the log to say ${pattern}`, holds, withinMs).catch((error) => {
      throw new Error(`${error}; it says:\n${this.log().join("\n")}`)
    })
  }

  /** Ends everything in order, by force where that takes too long, and removes the directory. */
  async clear(): Promise<void> {
    if (fs.existsSync(this.path("s.pid")) && this.pid() > 1) this.#pids.add(this.pid())
    for (const begun of this.#begun) {
      if (begun.child.exitCode !== null || begun.child.signalCode !== null) continue
      begun.child.kill("SIGTERM")
      const impatient = setTimeout(() => begun.child.kill("SIGKILL"), 15_000)
      await begun.ended
      clearTimeout(impatient)
    }
    for (const pid of this.#pids) {
      if (isAlive(pid)) process.kill(pid, "SIGTERM")
      await waitFor("the daemon to end", () => !isAlive(pid))
    }
    await endEverythingOf(this.directory)
    fs.rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 })
  }

  #run(words: ReadonlyArray<string>): Ran {
    const ran = spawnSync(process.execPath, [reeve, ...words], {
      cwd: this.directory,
      env: this.environment,
      encoding: "utf8"
    })
    return { code: ran.status, out: ran.stdout, err: ran.stderr }
  }

  #spawn([file, ...words]: ReadonlyArray<string>): Begun {
    const child = spawn(file ?? "", words, {
      cwd: this.directory,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"]
    })
    const texts = { out: "", err: "" }
    child.stdout.on("data", (bytes: Buffer) => {
      texts.out += bytes
    })
    child.stderr.on("data", (bytes: Buffer) => {
      texts.err += bytes
    })
    const begun: Begun = {
      child,
      pid: child.pid ?? 0,
      out: () => texts.out,
      err: () => texts.err,
      ended: new Promise((resolve) => child.once("close", resolve))
    }
    this.#begun.push(begun)
    return begun
  }
}

/** Zombies are not. */
export const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(fs.readFileSync(`/proc/${pid}/status`, "utf8"))
  } catch {
    return false
  }
}

export const childrenOf = (pid: number): ReadonlyArray<number> =>
  fs
    .readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter((word) => word !== "")
    .map(Number)
