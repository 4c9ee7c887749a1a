/** Programs whose health a test decides from outside: a server that answers as it is told, and one that tells what it is told. */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { InstanceStatus } from "../../src/domain/Status.ts"
import { compileC } from "../fixtures/compileC.ts"
import type { Estate } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/probed/${name}`, import.meta.url))

/** A server in a directory of its own, with a Unix socket `s` unless it has a port. */
export class Server {
  readonly directory: string
  readonly socket: string
  readonly command: ReadonlyArray<string>

  constructor(estate: Estate, name: string, port: number | null = null) {
    this.directory = estate.path(name)
    this.socket = join(this.directory, "s")
    fs.mkdirSync(this.directory)
    fs.writeFileSync(join(this.directory, "hits"), "")
    this.mode("200")
    const place = port === null ? this.socket : String(port)
    const start = `rm -f ${this.socket}; exec "$@"`
    const words = [process.execPath, fixture("serve.mjs"), this.directory, place]
    this.command = ["sh", "-c", start, "sh", ...words]
  }

  mode(text: string): void {
    const path = join(this.directory, "mode")
    fs.writeFileSync(`${path}.new`, text)
    fs.renameSync(`${path}.new`, path)
  }

  hits(): number {
    return fs.statSync(join(this.directory, "hits")).size
  }

  headers(): string {
    return fs.readFileSync(join(this.directory, "headers"), "utf8")
  }

  /** A probe of it. */
  http(fields: Readonly<Record<string, unknown>> = {}) {
    return { kind: "http", url: "http://x/health", socket: this.socket, every: "100ms", ...fields }
  }
}

/** A program that tells what a test writes to it. */
export class Teller {
  readonly command: ReadonlyArray<string>
  readonly #fifo: string

  constructor(estate: Estate, name: string) {
    const made = estate.path("teller")
    if (!fs.existsSync(made)) compileC(fixture("teller.c"), estate.directory, "teller")
    this.#fifo = estate.path(`${name}.orders`)
    spawnSync("mkfifo", [this.#fifo])
    fs.chmodSync(this.#fifo, 0o666)
    this.command = [made, this.#fifo]
  }

  tell(line: string): void {
    fs.writeFileSync(this.#fifo, `${line}\n`)
  }
}

/** A port of 127.0.0.1 that nobody uses now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() =>
        typeof address === "object" && address !== null
          ? resolve(address.port)
          : reject(new Error("no port"))
      )
    })
  })

/** Waits until this holds of an instance; gives it. */
export const until = async (
  estate: Estate,
  address: string,
  what: string,
  holds: (instance: InstanceStatus) => boolean
): Promise<InstanceStatus> => {
  let found: InstanceStatus | undefined
  await waitFor(`${address} ${what}`, async () => {
    found = await estate.instance(address).catch(() => undefined)
    return found !== undefined && holds(found)
  }).catch((error) => {
    throw new Error(`${error}; it is ${JSON.stringify({ ...found, spec: null, started: null })}`)
  })
  return found ?? Promise.reject(new Error(address))
}

export const untilReady = (estate: Estate, address: string, ready = true) =>
  until(
    estate,
    address,
    ready ? "to be ready" : "not to be ready",
    (it) => it.state === "RUNNING" && it.ready?.ok === ready
  )
