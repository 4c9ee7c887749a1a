/** Debian's supervisord in a directory of its own, and both clients to ask it the same. */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { fileURLToPath } from "node:url"
import { childrenOf } from "../../real/SupervisordSite.ts"

const entry = fileURLToPath(new URL("../../../src/cli/supervisorctlMain.ts", import.meta.url))
export const clients = {
  theirs: ["/usr/bin/supervisorctl"],
  ours: [process.execPath, entry]
} as const
export type Client = keyof typeof clients

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly input?: string
  readonly variables?: Readonly<Record<string, string>>
  /** Sends SIGINT once standard output holds this text. */
  readonly interruptAt?: string
}

const environment = { PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8", HOME: tmpdir() }

/** Runs one client to its end, away from any terminal. */
export const runClient = (
  client: Client,
  args: ReadonlyArray<string>,
  directory: string,
  { input = "", interruptAt, variables = {} }: RunOptions = {}
): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const [file = "", ...words] = clients[client]
    const child = spawn(file, [...words, ...args], {
      cwd: directory,
      env: { ...environment, ...variables },
      detached: true
    })
    let stdout = ""
    let stderr = ""
    let interrupted = false
    child.stdout.on("data", (part: Buffer) => {
      stdout += part.toString("latin1")
      if (interrupted || interruptAt === undefined || !stdout.includes(interruptAt)) return
      interrupted = true
      child.kill("SIGINT")
    })
    child.stderr.on("data", (part: Buffer) => {
      stderr += part.toString("latin1")
    })
    const timer = setTimeout(() => {
      child.kill("SIGKILL")
      reject(new Error(`${client} ${args.join(" ")} does not end; it said: ${stdout}${stderr}`))
    }, 60_000)
    child.once("error", reject)
    child.once("close", (code) => {
      clearTimeout(timer)
      resolve({ code, stdout, stderr })
    })
    child.stdin.on("error", () => undefined)
    child.stdin.end(input)
  })

export const until = async (what: string, holds: () => boolean | Promise<boolean>) => {
  const deadline = Date.now() + 30_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what} does not come true`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })

export interface Lab {
  readonly directory: string
  readonly write: (name: string, text: string) => void
  readonly read: (name: string) => string
  readonly start: () => Promise<void>
  /** Ends what runs of it, at once. */
  readonly kill: () => Promise<void>
  /** All is gone afterwards. */
  readonly end: () => Promise<void>
  readonly run: (
    client: Client,
    args: ReadonlyArray<string>,
    options?: RunOptions
  ) => Promise<Outcome>
}

/** `DIR` stands for its directory in every text. The configuration is `s.conf`, the socket `s.sock`. */
export const makeLab = (config: string): Lab => {
  const directory = mkdtempSync(`${tmpdir()}/reeve-ctl-`)
  const placed = (text: string): string => text.replaceAll("DIR", directory)
  const write = (name: string, text: string): void =>
    writeFileSync(`${directory}/${name}`, placed(text))
  write("s.conf", config)
  // For logs that cannot be made once it is gone.
  mkdirSync(`${directory}/gone`)
  let child: ChildProcess | null = null
  let ended = Promise.resolve()
  const run: Lab["run"] = (client, args, options) =>
    runClient(client, ["-c", "s.conf", ...args], directory, options)
  const kill = async (): Promise<void> => {
    const pid = child?.pid
    if (child?.exitCode !== null || child.signalCode !== null || pid === undefined) return
    child.kill("SIGTERM")
    const timer = setTimeout(() => {
      // Its programs lead groups of their own, and outlive it when it is killed.
      const left = childrenOf(pid)
      child?.kill("SIGKILL")
      for (const group of left) process.kill(-group, "SIGKILL")
    }, 4_000)
    await ended
    clearTimeout(timer)
  }
  return {
    directory,
    write,
    read: (name) => readFileSync(`${directory}/${name}`, "utf8"),
    run,
    kill,
    start: async () => {
      const started = spawn("/usr/bin/supervisord", ["-n", "-c", "s.conf"], {
        cwd: directory,
        env: environment,
        stdio: "ignore",
        detached: true
      })
      child = started
      ended = new Promise((resolve) => started.once("close", () => resolve()))
      const answers = async () => ![4, 7].includes((await run("ours", ["version"])).code ?? 4)
      await until("the server answers", answers)
    },
    end: async () => {
      await kill()
      rmSync(directory, { recursive: true, force: true })
    }
  }
}

/** What every configuration needs; no program yet. */
export const head = `[supervisord]
logfile=DIR/main.log
pidfile=DIR/s.pid
childlogdir=DIR
nocleanup=true
user=root
[unix_http_server]
file=DIR/s.sock
[supervisorctl]
serverurl=unix://DIR/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
`

/** Pids and times differ from one moment to the next; the places in Python's files have no counterpart. */
export const settled = ({ code, stderr, stdout }: Outcome): Outcome => ({
  code,
  stdout: withoutMoments(stdout),
  stderr: withoutMoments(stderr)
})

const withoutMoments = (text: string): string =>
  text
    .replace(/pid \d+, uptime \d+:\d\d:\d\d/g, "pid N, uptime T")
    .replace(/[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M/g, "DATE")
    .replace(/^.*GetPassWarning.*\n.*\n/m, "")
    .replace(/: file: .* line: \d+$/gm, ": file: F line: N")
