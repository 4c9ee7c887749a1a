/** The servers of supervisord mode in a process of their own, with a small table of methods, and raw clients for them. */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createConnection, createServer, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const script = fileURLToPath(new URL("../fixtures/http/serve.ts", import.meta.url))

export const callOf = (method: string, params = ""): string =>
  `<?xml version='1.0'?>\n<methodCall>\n<methodName>${method}</methodName>\n<params>\n${params}</params>\n</methodCall>\n`

export const post = (body: string | Buffer, head: ReadonlyArray<string> = []): Buffer =>
  Buffer.concat([
    Buffer.from(
      ["POST /RPC2 HTTP/1.1", ...head, `Content-Length: ${Buffer.byteLength(body)}`, "", ""].join(
        "\r\n"
      )
    ),
    Buffer.from(body)
  ])

/** Status line and headers; a well-formed date is "now". */
export const headOf = (answer: string): ReadonlyArray<string> =>
  answer
    .slice(0, answer.indexOf("\r\n\r\n"))
    .split("\r\n")
    .map((line) =>
      line.replace(/^Date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} [\d: ]+ GMT$/, "Date: now")
    )

export const until = async (what: string, holds: () => boolean | Promise<boolean>, ms = 10_000) => {
  const deadline = performance.now() + ms
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0))
    })
  })

/** A connection that collects what it gets. */
export class Client {
  readonly socket: Socket
  closed = false
  #chunks: Array<Buffer> = []

  constructor(target: string | number) {
    this.socket =
      typeof target === "string" ? createConnection(target) : createConnection(target, "127.0.0.1")
    this.socket.on("data", (bytes: Buffer) => this.#chunks.push(bytes))
    this.socket.on("error", () => undefined)
    this.socket.on("close", () => {
      this.closed = true
    })
  }

  send(bytes: string | Uint8Array): this {
    this.socket.write(bytes)
    return this
  }

  get received(): Buffer {
    const all = this.#chunks.length === 1 ? this.#chunks[0] : undefined
    const received = all ?? Buffer.concat(this.#chunks)
    this.#chunks = [received]
    return received
  }

  get text(): string {
    return this.received.toString()
  }

  /** The next whole answer with a Content-Length, taken out of what was received. */
  async answer(): Promise<string> {
    let whole = -1
    await until("a whole answer", () => {
      const { received } = this
      const head = received.indexOf("\r\n\r\n")
      const length = /^Content-Length: (\d+)/im.exec(received.toString("latin1", 0, head))
      whole = head === -1 ? -1 : head + 4 + Number(length?.[1] ?? 0)
      return whole !== -1 && received.length >= whole
    })
    const { received } = this
    this.#chunks = [received.subarray(whole)]
    return received.toString("utf8", 0, whole)
  }

  async status(): Promise<number> {
    return Number(/^HTTP\/1\.1 (\d+)/.exec(await this.answer())?.[1])
  }

  closing(ms?: number): Promise<void> {
    return until("the connection ends", () => this.closed, ms)
  }

  leave(): void {
    this.socket.destroy()
  }
}

export class HttpServer {
  readonly directory = mkdtempSync(join(tmpdir(), "reeve-http-"))
  readonly socket = join(this.directory, "s.sock")
  readonly log = join(this.directory, "main.log")
  port = 0
  out = ""
  #child: ChildProcess | null = null
  readonly #clients: Array<Client> = []

  async start(): Promise<void> {
    this.port = await freePort()
    const child = spawn(process.execPath, [script, this.socket, `${this.port}`, this.log], {
      stdio: ["pipe", "pipe", "pipe"]
    })
    this.#child = child
    const collect = (bytes: Buffer) => {
      this.out += bytes.toString()
    }
    child.stdout.on("data", collect)
    child.stderr.on("data", collect)
    await until("the servers listen", () => this.out.includes("up\n"))
  }

  client(target: string | number = this.socket): Client {
    const client = new Client(target)
    this.#clients.push(client)
    return client
  }

  /** Resident memory in MiB: now, and the most it ever was. */
  memory(): { readonly now: number; readonly most: number } {
    const status = readFileSync(`/proc/${this.#child?.pid}/status`, "utf8")
    const of = (key: string) =>
      Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(status)?.[1]) / 1024
    return { now: of("VmRSS"), most: of("VmHWM") }
  }

  /** The median of so many calls, one after another, in ms. */
  async median(calls = 60): Promise<number> {
    const client = this.client()
    const times: Array<number> = []
    for (let call = 0; call < calls; call += 1) {
      const began = performance.now()
      client.send(post(callOf("ping")))
      if ((await client.status()) !== 200) throw new Error("a call was refused")
      times.push(performance.now() - began)
    }
    client.leave()
    return times.sort((a, b) => a - b)[calls >> 1] ?? Number.NaN
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.leave()
    const child = this.#child
    if (child !== null) {
      child.stdin?.end()
      const killer = setTimeout(() => child.kill("SIGKILL"), 5000)
      if (child.exitCode === null) await new Promise((resolve) => child.once("exit", resolve))
      clearTimeout(killer)
    }
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** The status of the answer to it. */
export const statusOf = async (
  target: string | number,
  request: string | Buffer
): Promise<number> => {
  const one = new Client(target)
  try {
    return await one.send(request).status()
  } finally {
    one.leave()
  }
}
