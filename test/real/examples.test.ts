import { spawn } from "node:child_process"
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { reeve, reeveJson, waitFor } from "./reeve.ts"

const programs = fileURLToPath(new URL("../../programs", import.meta.url))
const top = mkdtempSync(`${tmpdir()}/reeve-examples-`)
const copy = `${top}/programs`
const stateDir = `${top}/state`

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() =>
        typeof address === "object" && address !== null
          ? resolve(address.port)
          : reject(new Error("no port"))
      )
    })
  })

interface Row {
  readonly state: string
  readonly spec: { readonly source: { readonly file: string } }
}

const statedIn = (file: string) =>
  readFileSync(`${copy}/${file}`, "utf8").match(/State: ([A-Z]+)/)?.[1]

let port = 0
let started = 0
let up: ReturnType<typeof spawn>

beforeAll(async () => {
  cpSync(programs, copy, { recursive: true, filter: (path) => !/\.log/.test(path) })
  port = await freePort()
  const ini = readFileSync(`${copy}/httpserver.ini`, "utf8")
  writeFileSync(`${copy}/httpserver.ini`, ini.replace("http.server 8000", `http.server ${port}`))
  started = performance.now()
  up = spawn(process.execPath, [reeve, "up", copy, "--state-dir", stateDir], {
    stdio: "ignore",
    cwd: top
  })
})

afterAll(async () => {
  const ended = new Promise((resolve) => up.once("exit", resolve))
  up.kill("SIGTERM")
  await ended
  rmSync(top, { recursive: true, force: true })
})

describe("the examples", () => {
  it("reach the states that their headers state, within ten seconds", async () => {
    const stated = readdirSync(copy, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name)
      .filter((file) => statedIn(file) !== undefined)
    assert.isAtLeast(stated.length, 5)
    const rows = (): ReadonlyArray<Row> => reeveJson("status", "--state-dir", stateDir)
    const reached = () => {
      const all = rows()
      return (
        all.length >= stated.length &&
        stated.every((file) => {
          const mine = all.filter((row) => row.spec.source.file.endsWith(`/${file}`))
          return mine.length > 0 && mine.every((row) => row.state === statedIn(file))
        })
      )
    }
    await waitFor("every example in its state", reached, 10_000 - (performance.now() - started))
  })

  it("serve the directory over HTTP, as the tutorial's server does", async () => {
    let body = ""
    await waitFor(
      "an answer",
      async () => {
        body = await fetch(`http://127.0.0.1:${port}/`).then(
          (response) => response.text(),
          () => ""
        )
        return body !== ""
      },
      10_000
    )
    assert.match(body, /httpserver\.ini/)
  })
})
