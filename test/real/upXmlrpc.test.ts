/** reeve's own supervisorctl, and HTTP as it is, against the socket of `reeve up`. */
import { once } from "node:events"
import * as fs from "node:fs"
import { type IncomingMessage, request } from "node:http"
import { connect } from "node:net"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { declare, Estate, sleeper } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

const estate = new Estate({
  "web.ts": declare({ web: sleeper(1001, { instances: 2 }) }),
  "old.ini": '[program:old]\ncommand=/bin/sh -c "echo words; exec sleep 1002"\nstartsecs=0\n'
})
const socket = estate.path(".reeve/run/reeve.sock")

beforeAll(async () => {
  fs.writeFileSync(estate.path("ctl.conf"), "[supervisorctl]\n")
  await estate.up("--quiet")
})
afterAll(() => estate.clear())

const ctl = async (...args: ReadonlyArray<string>): Promise<string> => {
  const server = ["-c", estate.path("ctl.conf"), "-s", `unix://${socket}`]
  const { code, err, out } = await estate.run("supervisorctl", ...server, ...args)
  return `${code} ${out}${err}`
}

const call = (method: string): string =>
  `<?xml version='1.0'?><methodCall><methodName>${method}</methodName><params/></methodCall>`

interface Asked {
  readonly path: string
  readonly body?: string
}

const ask = ({ body, path }: Asked): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const method = body === undefined ? "GET" : "POST"
    const sent = request({ socketPath: socket, path, method, agent: false }, resolve)
    sent.once("error", reject)
    sent.end(body)
  })

const textOf = async (message: IncomingMessage): Promise<string> => {
  let text = ""
  for await (const part of message) text += part
  return text
}

describe("reeve supervisorctl against reeve up", () => {
  it("controls typed and ini programs", async () => {
    assert.match(await ctl("status"), /^0 old +RUNNING .*\nweb:0 +RUNNING .*\nweb:1 +RUNNING .*\n$/)
    assert.equal(await ctl("stop", "web:0"), "0 web:0: stopped\n")
    assert.equal((await estate.instance("web:0"))?.state, "STOPPED")
    assert.equal(await ctl("start", "web:0"), "0 web:0: started\n")
    const before = await estate.pid("old")
    assert.equal(await ctl("restart", "old"), "0 old: stopped\nold: started\n")
    assert.notEqual(await estate.pid("old"), before)
    assert.equal(await ctl("pid"), `0 ${(await estate.info()).keeper?.pid}\n`)
  })

  it("updates with a save what the save itself would change, once", async () => {
    const before = await estate.pid("web:1")
    await estate.save(() =>
      estate.write("web.ts", declare({ web: sleeper(2001, { instances: 2 }) }))
    )
    assert.equal(await ctl("update"), "0 ")
    const after = await estate.pid("web:1")
    assert.notEqual(after, before)
    assert.equal(await ctl("reread"), "0 No config updates to processes\n")
    assert.equal(await estate.pid("web:1"), after)
  })

  it("hears in one sentence that there is no reload", async () => {
    const told = await ctl("reload")
    assert.match(told, /^1 .*FAILED: reeve up takes over changed files.*use update, or restart all/)
  })
})

describe("the socket of reeve up", () => {
  it("answers XML-RPC with supervisord's headers, beside the typed API", async () => {
    const answer = await ask({ path: "/RPC2", body: call("supervisor.getSupervisorVersion") })
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers["content-type"], "text/xml")
    assert.equal(answer.headers.server, "Medusa/1.12")
    assert.include(await textOf(answer), "<string>4.2.5</string>")
    const typed = await ask({ path: "/v1/daemon" })
    assert.equal(typed.statusCode, 200)
    assert.notEqual(typed.headers.server, "Medusa/1.12")
    typed.resume()
    for (const [path, status] of [
      ["/RPC2", 400],
      ["/logtail/none", 404],
      ["/nothing", 404]
    ] as const) {
      const refused = await ask({ path })
      assert.equal(refused.statusCode, status, path)
      refused.resume()
    }
    const garbage = await ask({ path: "/RPC2", body: "<no" })
    assert.equal(garbage.statusCode, 400)
    garbage.resume()
    assert.equal(fs.statSync(socket).mode & 0o777, 0o600)
  })

  it("follows the log of a program and its own", async () => {
    for (const [path, text] of [
      ["/logtail/old", "words"],
      ["/mainlogtail", "entered RUNNING state"]
    ] as const) {
      const answer = await ask({ path })
      assert.equal(answer.statusCode, 200)
      assert.equal(answer.headers["content-type"], "text/plain;charset=utf-8")
      let seen = ""
      answer.on("data", (part) => {
        seen += part
      })
      await waitFor(text, () => seen.includes(text))
      answer.destroy()
    }
  })

  it("keeps a connection of a client of supervisord's that is idle for longer than its own limit", async () => {
    const connection = connect(socket)
    const ended = once(connection, "end").then(() => "ended")
    try {
      let answers = ""
      connection.on("data", (bytes) => {
        answers += bytes
      })
      const body = call("supervisor.getPID")
      const head = `POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`
      const count = () => answers.split("HTTP/1.1 200 OK").length - 1
      connection.write(head + body)
      await waitFor("an answer", () => count() === 1)
      connection.setTimeout(7_000)
      const idle = once(connection, "timeout").then(() => "idle")
      assert.equal(await Promise.race([ended, idle]), "idle")
      connection.write(head + body)
      await waitFor("another answer", () => count() === 2)
    } finally {
      connection.destroy()
    }
  })

  it("is what programs find as SUPERVISOR_SERVER_URL", async () => {
    const environment = fs.readFileSync(`/proc/${await estate.pid("old")}/environ`, "utf8")
    assert.include(environment.split("\0"), `SUPERVISOR_SERVER_URL=unix://${socket}`)
  })

  it("says to everybody that it ends, and ends in order", async () => {
    const { keeper } = await estate.info()
    assert.equal(await ctl("shutdown"), "0 Shut down\n")
    await waitFor("the end", () => !fs.existsSync(`/proc/${keeper?.pid}`))
    assert.match(await ctl("status"), /no such file/)
  })
})
