/**
 * A directory with programs, and the built command run in it as a user runs it. Every `up` that was begun here is ended, and
 * everything removed, by `clear`. What the daemon knows is read from its socket, so that looking is cheap.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import { request } from "node:http"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import type { DaemonInfo } from "../../src/api/messages.ts"
import type { GenerationSummary } from "../../src/domain/Generation.ts"
import type { Plan } from "../../src/domain/Plan.ts"
import type { InstanceStatus } from "../../src/domain/Status.ts"
import type { ReconcilerStatus } from "../../src/reconcile/Reconciler.ts"
import { endEverythingOf } from "./endEverythingOf.ts"
import { reeve, waitFor } from "./reeve.ts"

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Up {
  readonly child: ChildProcess
  readonly pid: number
  /** What it printed so far, both streams. */
  readonly said: () => string
  readonly ended: Promise<number | null>
}

export class Estate {
  readonly directory = fs.mkdtempSync(join(tmpdir(), "reeve-estate-"))
  readonly state = join(this.directory, ".reeve")
  readonly environment: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1" }
  /** Words before each command, such as those that make it another user's. */
  below: ReadonlyArray<string> = []
  readonly #ups: Array<Up> = []
  #mounts: ReadonlyArray<string> = []

  /** `files`: their texts by name, below `programs/`. */
  constructor(files: Readonly<Record<string, string>> = {}) {
    delete this.environment["REEVE_SOCKET"]
    fs.chmodSync(this.directory, 0o755)
    fs.mkdirSync(this.path("programs"))
    for (const [name, text] of Object.entries(files)) this.write(name, text)
  }

  path(...parts: ReadonlyArray<string>): string {
    return join(this.directory, ...parts)
  }

  write(name: string, text: string): void {
    const path = this.path("programs", name)
    fs.mkdirSync(dirname(path), { recursive: true })
    fs.writeFileSync(path, text)
  }

  remove(name: string): void {
    fs.rmSync(this.path("programs", name))
  }

  git(...args: ReadonlyArray<string>): string {
    const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    const ran = spawnSync("git", [...identity, ...args], { cwd: this.directory, encoding: "utf8" })
    if (ran.status !== 0) throw new Error(`git ${args.join(" ")}: ${ran.stderr}`)
    return ran.stdout.trim()
  }

  /** A small file system of its own, or null where mounting is not permitted. */
  mount(name: string, options: string): string | null {
    const path = this.path(name)
    fs.mkdirSync(path)
    const ran = spawnSync("mount", ["-t", "tmpfs", "-o", options, "reeve-test", path])
    if (ran.status !== 0) return null
    this.#mounts = [...this.#mounts, path]
    return path
  }

  /** Begins an `up` in the foreground of nobody. */
  begin(...args: ReadonlyArray<string>): Up {
    return this.beginBelow([], ...args)
  }

  /** `below`: words of a program that is to start it. */
  beginBelow(below: ReadonlyArray<string>, ...args: ReadonlyArray<string>): Up {
    const { child, texts, ended } = this.#spawn([...below, process.execPath, reeve, "up", ...args])
    const up: Up = {
      child,
      pid: child.pid ?? 0,
      said: () => texts.out + texts.err,
      ended: ended.then(({ code }) => code)
    }
    this.#ups.push(up)
    return up
  }

  /** Begins an `up` and waits until its first apply is over. */
  async up(...args: ReadonlyArray<string>): Promise<Up> {
    const up = this.begin(...args)
    await this.running(up)
    return up
  }

  async running(up: Up, withinMs = 30_000): Promise<void> {
    const isRunning = async () => {
      if (up.child.exitCode !== null) throw new Error(`up ended:\n${up.said()}`)
      const info = await this.info().catch(() => null)
      return info?.phase === "running" && info.keeper?.pid === up.pid
    }
    await waitFor("the daemon to run", isRunning, withinMs)
  }

  /** Runs a command to its end. */
  run(...args: ReadonlyArray<string>): Promise<Ended> {
    return this.runFile(reeve, ...args)
  }

  /** The same with another installation. */
  runFile(file: string, ...args: ReadonlyArray<string>): Promise<Ended> {
    return this.#spawn([process.execPath, file, ...args]).ended
  }

  async json(...args: ReadonlyArray<string>) {
    const { code, err, out } = await this.run(...args, "--json")
    if (code !== 0) throw new Error(`reeve ${args.join(" ")} ended with ${code}: ${err}`)
    return JSON.parse(out)
  }

  info = (): Promise<DaemonInfo> => this.get("/v1/daemon")
  instances = (): Promise<ReadonlyArray<InstanceStatus>> => this.get("/v1/instances")
  reconciler = (): Promise<ReconcilerStatus> => this.get("/v1/reconciler")
  generations = (): Promise<ReadonlyArray<GenerationSummary>> => this.get("/v1/generations")
  plan = (): Promise<Plan> => this.get("/v1/plan").then(({ plan }) => plan)

  async instance(address: string): Promise<InstanceStatus | undefined> {
    return (await this.instances()).find(({ spec }) => spec.address === address)
  }

  /** Of a process that must run. */
  async pid(address: string): Promise<number> {
    const pid = (await this.instance(address))?.process?.pid
    if (pid === undefined) throw new Error(`${address} has no process`)
    return pid
  }

  /** Of all that run, by address. */
  async pids(): Promise<Record<string, number>> {
    const running = (await this.instances()).flatMap(({ process: life, spec }) =>
      life === null ? [] : [[spec.address, life.pid] as const]
    )
    return Object.fromEntries(running)
  }

  /** Waits until the newest generation is another than `before` and is carried out. */
  async applied(before: number): Promise<GenerationSummary> {
    let newest: GenerationSummary | undefined
    const isApplied = async () => {
      newest = (await this.generations())[0]
      return newest !== undefined && newest.number > before && newest.outcome === "applied"
    }
    await waitFor(`a generation after ${before}`, isApplied).catch(async (error) => {
      throw new Error(`${error}; ${JSON.stringify([newest, await this.reconciler()])}`)
    })
    return newest ?? Promise.reject(new Error("no generation"))
  }

  async generation(): Promise<number> {
    return (await this.info()).generation ?? 0
  }

  /** Does it, and waits until what it led to is carried out: one generation, exactly. */
  async save(change: () => void): Promise<void> {
    const before = await this.generation()
    change()
    const { number } = await this.applied(before)
    if (number !== before + 1) throw new Error(`${number - before} generations of one save`)
  }

  /** What says when it is ready is. */
  async allReady(): Promise<void> {
    await waitFor("all to be ready", async () =>
      (await this.instances()).every(
        ({ ready, spec }) => spec.definition.ready === null || ready?.ok === true
      )
    )
  }

  async waitForState(address: string, state: string): Promise<InstanceStatus> {
    let found: InstanceStatus | undefined
    const isThere = async () => {
      found = await this.instance(address).catch(() => undefined)
      return found?.state === state
    }
    await waitFor(`${address} to be ${state}`, isThere)
    return found ?? Promise.reject(new Error(address))
  }

  async get(path: string) {
    const socket = this.environment["REEVE_SOCKET"] ?? join(this.state, "run/reeve.sock")
    const sent = request({ socketPath: socket, path, agent: false })
    const answered = once(sent, "response")
    sent.end()
    const [message] = await answered
    const parts: Array<Buffer> = []
    for await (const part of message) parts.push(part)
    return JSON.parse(Buffer.concat(parts).toString("utf8"))
  }

  /** reeve's own log. */
  log(): string {
    return fs.readFileSync(join(this.state, "logs/reeve.log"), "utf8")
  }

  /** Ends every `up` in order, by force where that takes too long, and removes the directory. */
  async clear(): Promise<void> {
    for (const up of this.#ups) await this.#end(up)
    await endEverythingOf(this.directory)
    for (const path of this.#mounts) spawnSync("umount", ["-l", path])
    fs.rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 })
  }

  async #end(up: Up): Promise<void> {
    if (up.child.exitCode !== null || up.child.signalCode !== null) return
    const info = await this.info().catch(() => null)
    up.child.kill("SIGTERM")
    // The keeper of a killed daemon stops what that left behind.
    const impatient = setTimeout(() => {
      if (info?.keeper?.pid === up.pid) process.kill(info.daemon.pid, "SIGKILL")
      else up.child.kill("SIGKILL")
    }, 15_000)
    await up.ended
    clearTimeout(impatient)
  }

  #spawn(command: ReadonlyArray<string>) {
    const [file, ...words] = [...this.below, ...command]
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
    const ended = new Promise<Ended>((resolve) =>
      child.once("close", (code) => resolve({ code, ...texts }))
    )
    return { child, texts, ended }
  }
}

/** A program that stays, counts as started at once, and ends at once on TERM; `fields` add to it. */
export const sleeper = (seconds: number, fields: Readonly<Record<string, unknown>> = {}) => ({
  command: ["sleep", String(seconds)],
  start: { stableAfter: "0s" },
  ...fields
})

/** The text of a file that exports these programs. */
export const declare = (programs: Readonly<Record<string, object>>): string =>
  [
    `import { defineProgram } from "reeve"\n`,
    ...Object.entries(programs).map(
      ([name, input]) => `export const ${name} = defineProgram(${JSON.stringify(input)})\n`
    )
  ].join("\n")

export const isRoot = process.geteuid?.() === 0

/** Words before a command that make it an ordinary user's; none where we are one. Throws where that user could not read reeve. */
export const ordinaryUser = (): ReadonlyArray<string> => {
  if (!isRoot) return []
  const user = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--"]
  const [file = "", ...words] = [...user, process.execPath, "--check", reeve]
  if (spawnSync(file, words).status !== 0) {
    throw new Error(
      `the user nobody cannot read ${reeve}: a checkout below a closed directory cannot be tested as root`
    )
  }
  return user
}
