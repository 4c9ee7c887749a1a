/** A directory of its own with programs in it, and the command run there as a user runs it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { DaemonInfo } from "../../src/api/messages.ts"
import type { InstanceStatus } from "../../src/domain/Status.ts"
import { endEverythingOf } from "./endEverythingOf.ts"

const main = fileURLToPath(new URL("../../dist/reeve.js", import.meta.url))

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export class Site {
  readonly directory = mkdtempSync(join(tmpdir(), "reeve-site-"))
  readonly socket = join(this.directory, ".reeve/run/reeve.sock")
  readonly environment: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1" }
  readonly #started: Array<ChildProcess> = []

  constructor(files: Readonly<Record<string, string>>) {
    delete this.environment["REEVE_SOCKET"]
    mkdirSync(join(this.directory, "programs"))
    for (const [name, text] of Object.entries(files)) this.write(name, text)
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.directory, "programs", name), text)
  }

  run(...args: ReadonlyArray<string>): Ran {
    const ran = spawnSync(process.execPath, [main, ...args], {
      cwd: this.directory,
      env: this.environment,
      encoding: "utf8",
      timeout: 50_000
    })
    return { code: ran.status, out: ran.stdout, err: ran.stderr }
  }

  /** In the foreground of nobody: its output is collected. */
  start(...args: ReadonlyArray<string>) {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: this.directory,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"]
    })
    this.#started.push(child)
    const collected = { out: "", err: "" }
    child.stdout.on("data", (bytes) => {
      collected.out += bytes
    })
    child.stderr.on("data", (bytes) => {
      collected.err += bytes
    })
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve))
    return { child, collected, ended }
  }

  /** Empty while no daemon answers. */
  async status(): Promise<ReadonlyArray<InstanceStatus>> {
    const answer = await this.get("/v1/instances").catch(() => null)
    return answer?.status === 200 ? JSON.parse(answer.text) : []
  }

  /** Of one instance. */
  async pid(address: string): Promise<number | null> {
    const all = await this.status()
    return all.find(({ spec }) => spec.address === address)?.process?.pid ?? null
  }

  async info(): Promise<DaemonInfo> {
    return JSON.parse((await this.get("/v1/daemon")).text)
  }

  get(path: string): Promise<{ readonly status: number; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const { request } = process.getBuiltinModule("node:http")
      const sent = request({ socketPath: this.socket, path, agent: false }, (message) => {
        let text = ""
        message.setEncoding("utf8")
        message.on("data", (part) => {
          text += part
        })
        message.on("end", () => resolve({ status: message.statusCode ?? 0, text }))
      })
      sent.on("error", reject)
      sent.end()
    })
  }

  log(): string {
    return readFileSync(join(this.directory, ".reeve/logs/reeve.log"), "utf8")
  }

  /** Stops what still runs here, and removes the directory. */
  async clear(): Promise<void> {
    this.run("down")
    for (const child of this.#started) child.kill("SIGKILL")
    await endEverythingOf(this.directory)
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 })
  }
}

export const isAlive = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) !== "Z"
  } catch {
    return false
  }
}

/** A program file; `fields` is the text of further ones. */
export const programFile = (name: string, command: ReadonlyArray<string>, fields = ""): string =>
  [
    `import { defineProgram } from "reeve"`,
    "",
    `export const ${name} = defineProgram({ command: ${JSON.stringify(command)}, ${fields} })`,
    ""
  ].join("\n")

/** A program that stays, ends at once on TERM, and can be found. */
export const sleeper = (name: string, seconds: number): string =>
  programFile(name, ["sleep", String(seconds)], `start: { stableAfter: "0s" }`)
