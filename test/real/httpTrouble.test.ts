import { appendFileSync, writeFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { callOf, HttpServer, headOf, post, until } from "./httpServer.ts"

/** What others wait at the median while something is wrong. */
const patienceMs = 50

describe("the servers of supervisord mode in trouble", () => {
  const server = new HttpServer()
  beforeAll(() => server.start())
  afterAll(() => server.stop())

  const answersOthers = async () => assert.isBelow(await server.median(), patienceMs)

  it("refuse malformed, deep, huge and expanding XML with 400, and serve the same client on", async () => {
    const client = server.client()
    const entity = (at: number) => `<!ENTITY a${at} "${`&a${at - 1};`.repeat(10)}">`
    const entities = Array.from({ length: 30 }, (_, at) => entity(at)).join("")
    const lol = `<!DOCTYPE l [<!ENTITY a "ha">${entities}]>`
    const bodies = [
      "<methodCall>",
      "\u0000",
      "<a>".repeat(1_000_000),
      "<value><array><data>".repeat(200_000),
      `<a>${"<b/>".repeat(1_000_000)}</a>`,
      `${lol}<methodCall><methodName>&a29;</methodName></methodCall>`,
      callOf(""),
      callOf("ping", "<param><value><int>x</int></value></param>"),
      Buffer.from([0x3c, 0x61, 0xff, 0x3e])
    ]
    for (const body of bodies) {
      assert.equal(await client.send(post(body)).status(), 400, body.toString().slice(0, 60))
    }
    assert.equal(await client.send(post(callOf("die"))).status(), 500)
    const nil = callOf("ping", "<param><value><nil/></value></param>")
    assert.equal(await client.send(post(nil)).status(), 500)
    assert.include(await client.send(post(callOf("ping"))).answer(), "pong")
  })

  it("read a body of 100 MB away, refuse it, and keep none of it", async () => {
    const before = server.memory().now
    const clients = Array.from({ length: 4 }, () => server.client())
    const head = "POST /RPC2 HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n"
    const megabyte = Buffer.alloc(1_000_000, "x")
    const sending = clients.map(async (client) => {
      client.send(head)
      for (let sent = 0; sent < 100; sent += 1) {
        if (!client.socket.write(megabyte)) {
          await new Promise((resolve) => client.socket.once("drain", resolve))
        }
      }
    })
    await answersOthers()
    await Promise.all(sending)
    for (const client of clients) {
      assert.equal(await client.status(), 413)
      await client.closing()
    }
    assert.isBelow(server.memory().now - before, 150)
  })

  it("take large bodies in turn, so that many together do not fill the memory", async () => {
    const before = server.memory().now
    const large = post(callOf("ping", `<param><value>${"x".repeat(15_000_000)}</value></param>`))
    const clients = Array.from({ length: 20 }, () => server.client().send(large))
    await answersOthers()
    for (const client of clients) {
      await until("its turn comes", () => client.received.length > 0, 40_000)
      assert.equal(await client.status(), 200)
    }
    assert.isBelow(server.memory().most - before, 500)
  })

  it("answer wrong paths and verbs as supervisord does", async () => {
    const client = server.client()
    const ask = (text: string) => client.send(text).status()
    assert.equal(await ask("GET /RPC2 HTTP/1.1\r\n\r\n"), 400)
    assert.equal(await ask("PUT /RPC2 HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"), 400)
    assert.equal(await ask("GET /nothing HTTP/1.1\r\n\r\n"), 404)
    assert.equal(await ask("DELETE /nothing HTTP/1.1\r\n\r\n"), 400)
    assert.equal(await ask("POST /RPC2 HTTP/1.1\r\n\r\n"), 411)
    assert.equal(await ask("POST /mainlogtail HTTP/1.1\r\nContent-Length: 0\r\n\r\n"), 400)
    assert.equal(await ask("GET /mainlogtail HTTP/1.1\r\n\r\n"), 404)
    const page = await client.send("GET /nothing HTTP/1.1\r\n\r\n").answer()
    assert.deepStrictEqual(headOf(page), [
      "HTTP/1.1 404 Not Found",
      "Server: Medusa/1.12",
      "Date: now",
      "Content-Length: 134",
      "Content-Type: text/html"
    ])
    const lines = page.slice(page.indexOf("\r\n\r\n") + 4).split("\r\n")
    assert.deepStrictEqual(lines.slice(4), [
      "<h1>Error response</h1>",
      "<p>Error code 404.",
      "<p>Message: Not Found.",
      "</body>",
      ""
    ])
  })

  it("hang up on garbage", async () => {
    for (const garbage of [
      "garbage\r\n\r\n",
      "\u0000\u0001\u0002",
      `GET /${"x".repeat(100_000)}`
    ]) {
      const client = server.client().send(garbage)
      await client.closing()
      assert.equal(client.text, "")
    }
  })

  it("interrupt a waiting call when its client goes away, also by half", async () => {
    for (const leave of [
      (client: ReturnType<typeof server.client>) => client.leave(),
      (client: ReturnType<typeof server.client>) => client.socket.end()
    ]) {
      const count = (word: string) => server.out.split(word).length - 1
      const [waiting, interrupted] = [count("waiting\n"), count("interrupted\n")]
      const client = server.client().send(post(callOf("wait")))
      await until("the call waits", () => count("waiting\n") > waiting)
      leave(client)
      await until("the call is interrupted", () => count("interrupted\n") > interrupted)
    }
    await answersOthers()
  })

  it("drop clients whose headers do not come in time", { timeout: 40_000 }, async () => {
    const slow = Array.from({ length: 50 }, () =>
      server.client().send("POST /RPC2 HTTP/1.1\r\nX: ")
    )
    const silent = server.client()
    const drip = setInterval(() => {
      for (const client of slow) client.send("x")
    }, 500)
    await answersOthers()
    for (const client of [...slow, silent]) await client.closing(30_000)
    clearInterval(drip)
  })

  it("serve 500 connections, and make room among more than they hold", {
    timeout: 40_000
  }, async () => {
    writeFileSync(server.log, "first line\n")
    const stream = server.client().send("GET /mainlogtail HTTP/1.1\r\n\r\n")
    const waiting = server.client().send(post(callOf("wait")))
    await until("the stream begins", () => stream.text.includes("first line"))
    const clients = Array.from({ length: 500 }, () => server.client(server.port))
    for (const client of clients) client.send(post(callOf("ping")))
    for (const client of clients) assert.equal(await client.status(), 200)
    await answersOthers()
    const more = Array.from({ length: 700 }, () => server.client())
    for (const client of more) client.send(post(callOf("ping")))
    for (const client of more) assert.equal(await client.status(), 200)
    await until("the idle ones make room", () => clients.some(({ closed }) => closed))
    await answersOthers()
    assert.isFalse(stream.closed || waiting.closed)
    for (const client of [...clients, ...more, stream, waiting]) client.leave()
  })

  it("keep little for readers that stop, and go on when they read again", async () => {
    writeFileSync(server.log, "first line\n")
    const stopped = Array.from({ length: 20 }, () =>
      server.client().send("GET /mainlogtail HTTP/1.1\r\n\r\n")
    )
    for (const client of stopped) {
      await until("the stream begins", () => client.text.includes("first line"))
      client.socket.pause()
    }
    const before = server.memory().now
    const piece = `${"x".repeat(1023)}\n`.repeat(1024)
    for (let megabyte = 0; megabyte < 40; megabyte += 1) appendFileSync(server.log, piece)
    const live = server.client().send("GET /mainlogtail HTTP/1.1\r\n\r\n")
    await until("others see the log", () => live.text.includes("xxx"))
    await answersOthers()
    assert.isBelow(server.memory().now - before, 150)
    appendFileSync(server.log, "the end\n")
    const [first] = stopped
    first?.socket.resume()
    await until("it catches up", () => first?.received.includes("the end\n") ?? false, 30_000)
    for (const client of [...stopped, live]) client.leave()
  })

  it("keep few answers that nobody reads", async () => {
    const before = server.memory().now
    const clients = Array.from({ length: 200 }, () => {
      const client = server.client()
      client.socket.pause()
      return client.send(post(callOf("big")))
    })
    await until("all are answered", () => server.out.split("big\n").length > clients.length, 20_000)
    await answersOthers()
    assert.isBelow(server.memory().now - before, 300)
    for (const { socket } of clients) socket.resume()
    const done = ({ closed, received }: (typeof clients)[number]) =>
      closed || received.length > 1_000_000
    await until("all have the rest, or their end", () => clients.every(done), 20_000)
    assert.isTrue(clients.some(({ received }) => received.length < 1_000_000))
    assert.isTrue(clients.some(({ received }) => received.length > 1_000_000))
    for (const client of clients) client.leave()
  })
})
