/** What clients may do to a whole supervisord. Single answers are checked in httpTrouble. */
import * as fs from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Client, callOf, post, until } from "./httpServer.ts"
import { TroubledDaemon } from "./TroubledDaemon.ts"

const cat = "[program:cat]\ncommand=/bin/cat\n"
const line = "x".repeat(63)
const flood = `[program:flood]
command=/bin/sh -c 'yes ${line} | head -c 300000000; touch done; exec sleep 1000'
directory=%(here)s
autostart=false
stdout_logfile=%(here)s/flood.log
stdout_logfile_maxbytes=20MB
stdout_logfile_backups=1
`

describe("a supervisord with bad clients", () => {
  const daemon = new TroubledDaemon(cat + flood)
  beforeAll(() => daemon.up())
  afterAll(() => daemon.clear())

  it("answers others while many send what is malformed, deep, expanding, or for nobody", async () => {
    const entities = Array.from(
      { length: 30 },
      (_, at) => `<!ENTITY a${at} "${`&a${at - 1};`.repeat(10)}">`
    ).join("")
    const texts = [
      post("<methodCall>"),
      post("\u0000"),
      post("<a>".repeat(300_000)),
      post("<value><array><data>".repeat(60_000)),
      post(`<a>${"<b/>".repeat(300_000)}</a>`),
      post(`<!DOCTYPE l [${entities}]><methodCall><methodName>&a29;</methodName></methodCall>`),
      post(callOf("supervisor.startProcess", "<param><value><int>x</int></value></param>")),
      Buffer.from("PUT /RPC2 HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"),
      Buffer.from("GET /RPC2 HTTP/1.1\r\n\r\n"),
      Buffer.from("DELETE /nothing HTTP/1.1\r\n\r\n")
    ]
    await daemon.endures(async () => {
      for (let round = 0; round < 3; round += 1) {
        const client = daemon.client()
        for (const text of texts) {
          const status = await client.send(text).status()
          assert.include([400, 404, 405], status, text.toString().slice(0, 80))
        }
        await client.send("BREW /RPC2 HTTP/1.1\r\n\r\n").closing()
      }
    }, 250)
  })

  it("reads bodies of 100 MB away and keeps none of them", async () => {
    const megabyte = Buffer.alloc(1_000_000, "x")
    await daemon.endures(async () => {
      const clients = Array.from({ length: 3 }, () => daemon.client())
      const sending = clients.map(async (client) => {
        client.send("POST /RPC2 HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n")
        for (let sent = 0; sent < 100; sent += 1) await written(client, megabyte)
        assert.equal(await client.status(), 413)
      })
      await Promise.all(sending)
    }, 150)
  })

  it("answers others among 500 connections that are half open, slow, or silent", async () => {
    await daemon.endures(async () => {
      const clients = Array.from({ length: 500 }, () => daemon.client())
      for (const [at, client] of clients.entries()) {
        if (at % 4 === 0) client.send("POST /RPC2 HTTP/1.1\r\nX: ")
        if (at % 4 === 1) client.send("POST /RPC2 HTTP/1.1\r\nContent-Length: 1000\r\n\r\n<")
        if (at % 4 === 2) client.send("POST").socket.end()
      }
      for (let drop = 0; drop < 20; drop += 1) {
        for (const client of clients) if (client.socket.writable) client.send("x")
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      const asked = daemon.client().send(post(callOf("supervisor.getPID")))
      assert.equal(await asked.status(), 200)
      for (const client of clients) client.leave()
    }, 150)
  })

  it("keeps little for readers that stop reading a tail of a log that is flooded", async () => {
    const soon =
      "<param><value>flood</value></param><param><value><boolean>0</boolean></value></param>"
    await daemon.endures(async () => {
      await daemon.call("supervisor.startProcess", soon)
      const readers = Array.from({ length: 10 }, () =>
        daemon.client().send("GET /logtail/flood HTTP/1.1\r\n\r\n")
      )
      for (const reader of readers) {
        await until("its tail begins", () => reader.text.includes("xxx"))
        reader.socket.pause()
      }
      await until("the flood ends", () => fs.existsSync(daemon.site.path("done")), 40_000)
      for (const reader of readers) reader.leave()
    }, 250)
    await daemon.site.waitForState("flood", "RUNNING")
  })
})

const written = (client: Client, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    if (client.socket.write(bytes)) resolve()
    else client.socket.once("drain", () => resolve())
  })
