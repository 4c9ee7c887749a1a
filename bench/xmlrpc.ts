/**
 * How often a dashboard may ask: `getAllProcessInfo` with many programs, one client over a unix socket, against Debian's
 * supervisord and against reeve, one after the other. Prints calls per second of both and their ratio. Both read
 * the same configuration; ten of the processes run.
 *
 *   node bench/xmlrpc.ts [--programs 1000] [--seconds 5] [--entry src/main.ts]
 */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { parseArgs } from "node:util"

const { values } = parseArgs({
  options: {
    programs: { type: "string", default: "1000" },
    seconds: { type: "string", default: "5" },
    entry: { type: "string", default: "src/main.ts" }
  }
})
const programs = Number(values.programs)
const seconds = Number(values.seconds)
const startMs = 60_000
const running = 10

const main = async (): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), "reeve-bench-"))
  try {
    const old = await rate("supervisord", directory, ["/usr/bin/supervisord"])
    const own = await rate("reeve", directory, [
      process.execPath,
      resolve(values.entry),
      "supervisord"
    ])
    console.log(`supervisord  ${old.toFixed(1)} calls/s`)
    console.log(`reeve        ${own.toFixed(1)} calls/s`)
    console.log(`ratio        ${(own / old).toFixed(1)}`)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const rate = async (
  name: string,
  parent: string,
  [command = "", ...words]: ReadonlyArray<string>
): Promise<number> => {
  const directory = mkdtempSync(join(parent, `${name}-`))
  const socket = join(directory, "s.sock")
  const file = join(directory, "supervisord.conf")
  writeFileSync(file, configuration(directory, socket))
  const daemon = spawn(command, [...words, "-n", "-c", file], {
    cwd: directory,
    env: { ...process.env, XDG_STATE_HOME: directory, XDG_RUNTIME_DIR: directory },
    stdio: "ignore"
  })
  try {
    const client = await connected(socket, daemon)
    const until = performance.now() + seconds * 1000
    const from = performance.now()
    let calls = 0
    while (performance.now() < until) {
      const answer = await client.call()
      if (!answer.includes("<name>statename</name>")) throw new Error(`${name}: ${answer}`)
      calls++
    }
    const perSecond = calls / ((performance.now() - from) / 1000)
    client.close()
    return perSecond
  } finally {
    await ended(daemon)
  }
}

const configuration = (directory: string, socket: string): string => {
  const sections = Array.from({ length: programs }, (_, at) => {
    // Those that run have the higher number: they are stopped first.
    const how = at < running ? "autostart=true\npriority=999" : "autostart=false\npriority=1"
    return `[program:p${at}]\ncommand=/bin/sleep 1000\n${how}\nstdout_logfile=NONE\nstderr_logfile=NONE\n`
  })
  return `[unix_http_server]
file=${socket}
[supervisord]
logfile=${directory}/supervisord.log
pidfile=${directory}/supervisord.pid
childlogdir=${directory}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
${sections.join("")}`
}

const body =
  "<?xml version='1.0'?>\n<methodCall>\n<methodName>supervisor.getAllProcessInfo</methodName>\n" +
  "<params>\n</params>\n</methodCall>\n"
const request = [
  "POST /RPC2 HTTP/1.1",
  "Host: localhost",
  "Content-Type: text/xml",
  `Content-Length: ${body.length}`,
  "",
  body
].join("\r\n")

interface Client {
  /** The beginning of the answer, once all of it is there. */
  readonly call: () => Promise<string>
  readonly close: () => void
}

/** Once the daemon answers with all programs. */
const connected = async (path: string, daemon: ChildProcess): Promise<Client> => {
  const end = performance.now() + startMs
  while (performance.now() < end && daemon.exitCode === null) {
    if (existsSync(path)) {
      const client = await clientOf(path).catch(() => null)
      const answer = await client?.call().catch(() => "")
      if (client !== null && answer?.includes("<name>statename</name>") === true) {
        await pause(2_000)
        return client
      }
      client?.close()
    }
    await pause(200)
  }
  throw new Error(`nothing answers at ${path}`)
}

const clientOf = (path: string): Promise<Client> =>
  new Promise((done, refuse) => {
    const socket: Socket = connect(path)
    let chunks: Array<Buffer> = []
    let answered: { done: (text: string) => void; refuse: (error: Error) => void } | null = null
    let left = -1
    const fail = (error: Error) => {
      refuse(error)
      answered?.refuse(error)
    }
    socket.on("error", fail)
    socket.on("close", () => fail(new Error("closed")))
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk)
      if (left < 0) {
        const head = Buffer.concat(chunks).toString("latin1", 0, 4096)
        const split = head.indexOf("\r\n\r\n")
        const length = /content-length: *(\d+)/i.exec(head)?.[1]
        if (split < 0 || length === undefined) return
        left = Number(length) + split + 4 - chunks.reduce((sum, one) => sum + one.length, 0)
      } else left -= chunk.length
      if (left > 0) return
      const text = Buffer.concat(chunks.slice(0, 2)).toString("utf8", 0, 2048)
      chunks = []
      left = -1
      answered?.done(text)
    })
    socket.on("connect", () =>
      done({
        call: () =>
          new Promise((resolved, rejected) => {
            answered = { done: resolved, refuse: rejected }
            socket.write(request)
          }),
        close: () => socket.destroy()
      })
    )
  })

const ended = async (daemon: ChildProcess): Promise<void> => {
  if (daemon.exitCode !== null) return
  daemon.kill("SIGTERM")
  const end = performance.now() + startMs
  // Debian's walks all idle groups, a second each: it is not waited for once it has no processes.
  while (daemon.exitCode === null && performance.now() < end && hasChildren(daemon.pid)) {
    await pause(200)
  }
  daemon.kill("SIGKILL")
}

const hasChildren = (pid: number | undefined): boolean => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8") !== ""
  } catch {
    return false
  }
}

await main()
