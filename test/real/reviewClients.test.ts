import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createConnection, type Socket } from "node:net"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { declare, Estate, sleeper } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

let estate: Estate

beforeAll(async () => {
  estate = new Estate({ "web.ts": declare({ web: sleeper(5130) }) })
  await estate.up()
})

afterAll(() => estate.clear())

const connect = async (): Promise<Socket> => {
  const client = createConnection(join(estate.state, "run/reeve.sock"))
  client.on("error", () => undefined)
  await once(client, "connect")
  return client
}

const head = (length: number) =>
  `POST /v1/apply HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`

describe("clients that send large bodies", () => {
  it("wait for each other, and neither fill the memory nor keep others waiting", async () => {
    const { daemon } = await estate.info()
    const kilobytes = () =>
      Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${daemon.pid}/status`, "utf8"))?.[1])
    const before = kilobytes()
    const clients = await Promise.all(Array.from({ length: 20 }, connect))
    const piece = Buffer.alloc(1024 * 1024, 32)
    for (const client of clients) {
      client.write(head(60_000_000))
      for (let at = 0; at < 50; at++) client.write(piece)
    }
    const sent = () => clients.filter(({ writableLength }) => writableLength === 0).length
    await waitFor("some to be read as far as they go", () => sent() >= 2)
    assert.equal((await estate.run("status")).code, 0)
    assert.isBelow(kilobytes() - before, 400_000)
    assert.isBelow(sent(), clients.length)
    for (const client of clients) client.destroy()

    const late = await connect()
    let answer = ""
    late.on("data", (bytes: Buffer) => {
      answer += bytes
    })
    late.write(head(3 * piece.length))
    for (let at = 0; at < 3; at++) late.write(piece)
    await waitFor("those who wait to be answered", () => /^HTTP\/1\.1 400 /.test(answer))
    late.destroy()
  })
})
