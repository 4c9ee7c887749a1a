/** Section 5.2: servers that refuse, are not there, are no supervisors, want a login, or are on their way down. */
import { createServer, type Server } from "node:http"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { freePort, head, type Lab, makeLab, settled } from "./supervisorctl/Lab.ts"
import { line, playCases } from "./supervisorctl/playCases.ts"

const checked = ["status", "pid", "start x", "stop x", "tail x", "fg x", "version", "signal HUP x"]
const unchecked = ["add x", "remove x", "update", "reread", "avail", "reload", "shutdown"]
const all = [...checked, ...unchecked]

const program = "[program:cat]\ncommand=/bin/cat\nstartsecs=0\n"

describe("where no supervisor answers", () => {
  let lab: Lab | null = null
  let port = 0
  const servers: Array<Server> = []
  const answers = async (status: number, body: string): Promise<string> => {
    const server = createServer((request, response) => {
      request.resume()
      if (status === 0) request.socket.destroy()
      else response.writeHead(status, { "Content-Type": "text/xml" }).end(body)
    })
    servers.push(server)
    const at = await freePort()
    await new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve))
    return `http://127.0.0.1:${at}`
  }
  const compare = async (url: string, words: string): Promise<void> => {
    if (lab === null) throw new Error("no directory")
    const at = lab
    const args = ["-s", url.replace("DIR", at.directory), ...words.split(" ")]
    const [theirs, ours] = await Promise.all([at.run("theirs", args), at.run("ours", args)])
    assert.deepEqual(settled(ours), settled(theirs))
  }
  beforeAll(async () => {
    lab = makeLab(head)
    lab.write("plain", "no socket")
    port = await freePort()
  })
  afterAll(async () => {
    for (const server of servers) server.close()
    await lab?.end()
  })
  it.for(all)("a socket that is absent: %s", (words) => compare("unix://DIR/none", words))
  it.for(all)("a port that is closed: %s", (words) => compare(`http://127.0.0.1:${port}`, words))
  it.for(["status", "add", "avail"])("a file that is no socket: %s", (words) =>
    compare("unix://DIR/plain", words)
  )
  it.for(["status", "pid", "add", "version"])("another protocol: %s", (words) =>
    compare("ftp://somewhere/x", words)
  )
  it("a port that is no number", () => compare("http://localhost:x", "status"))
  it("a host that is not known", () => compare("http://nowhere.invalid:9001", "status"))
  it("a server that fails", async () => compare(await answers(500, ""), "status"))
  it("a server without the path", async () => compare(await answers(404, ""), "reread"))
  it("a server that hangs up", async () => compare(await answers(0, ""), "status"))
  it("another version of the protocol", async () => {
    const value = "<methodResponse><params><param><value><string>4.0</string></value></param>"
    await compare(await answers(200, `${value}</params></methodResponse>`), "start x")
  })
})

playCases(
  "a server without the namespace",
  head.slice(0, head.indexOf("[rpcinterface")) + program,
  ["help", "status"].map((words) => line(words)),
  async () => undefined
)

const guarded = async () => {
  const port = await freePort()
  const login = "username=ann\npassword=se:cret\n"
  const config = `${head.replace("[supervisorctl]\n", `[supervisorctl]\n${login}`)}${program}
[inet_http_server]
port=127.0.0.1:${port}
username=ann
password=se:cret
`
  return { config, port }
}
const tcp = (words: string, ...flags: ReadonlyArray<string>) => ({
  args: ["-s", "http://127.0.0.1:PORT", ...flags, ...words.split(" ").filter((w) => w !== "")]
})
playCases("a server that wants a login", guarded, [
  { name: "it is given", ...tcp("status") },
  { name: "a log with it", ...tcp("tail cat") },
  { name: "a log that is absent, followed", ...tcp("tail -f none") },
  { name: "a wrong password", ...tcp("status", "-p", "wrong") },
  { name: "a wrong password without a check", ...tcp("avail", "-p", "wrong") },
  { name: "asked for in a session", ...tcp("", "-p", "no"), input: "ann\nse:cret\npid\n" },
  { name: "not given in a session", ...tcp("", "-p", "no"), input: "" },
  { name: "a name alone in a session", ...tcp("", "-p", "no"), input: "ann\n" }
])

describe("a server that is on its way down", () => {
  let lab: Lab | null = null
  const stubborn = `[program:stubborn]
command=/bin/sh -c 'trap "" TERM; while :; do sleep 1; done'
stopwaitsecs=40
killasgroup=true
startsecs=0
`
  beforeAll(async () => {
    lab = makeLab(head + stubborn)
    await lab.start()
    await lab.run("ours", ["shutdown"])
  })
  afterAll(() => lab?.end())
  it.for(["status", ...unchecked])("%s", async (words) => {
    if (lab === null) throw new Error("no server")
    const theirs = await lab.run("theirs", words.split(" "))
    assert.deepEqual(settled(await lab.run("ours", words.split(" "))), settled(theirs))
  })
})
