import { spawnSync } from "node:child_process"
import { once } from "node:events"
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs"
import { createConnection, createServer, type Socket } from "node:net"
import { dirname, join } from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { declare, Estate, isRoot, sleeper } from "./Estate.ts"
import { waitFor } from "./reeve.ts"
import { isAlive } from "./site.ts"

let estate: Estate
let socket: string
let clients: Array<Socket>

beforeEach(() => {
  clients = []
  estate = new Estate({ "web.ts": declare({ web: sleeper(7001) }) })
  socket = estate.path(".reeve/run/reeve.sock")
})

afterEach(async () => {
  for (const client of clients) client.destroy()
  await estate.clear()
})

const connect = async (): Promise<Socket> => {
  const client = createConnection(socket)
  clients.push(client)
  client.on("error", () => undefined)
  await once(client, "connect")
  return client
}

/** Ends with this status and sentence, and nothing was started. */
const refuses = async (args: ReadonlyArray<string>, code: number, text: RegExp) => {
  for (const more of [[], ["-d"]]) {
    const ran = await estate.run("up", ...more, ...args)
    assert.equal(ran.code, code, ran.err)
    assert.match(ran.err, text)
    assert.notInclude(ran.out, "started (pid")
  }
}

describe("a socket", () => {
  it("whose path is too long is refused by its name", async () => {
    const long = estate.path(`${"x".repeat(110)}.sock`)
    await refuses(["--socket", long], 1, /x{110}\.sock.*(ENAMETOOLONG|too long)/)
  })

  it("below a deep state directory has a short path that every command finds", async () => {
    const deep = estate.path("d".repeat(60), "e".repeat(60))
    const up = estate.begin("--state-dir", deep)
    const status = () => estate.run("status", "--state-dir", deep, "--json")
    await waitFor("web to run", async () => {
      const { code, out } = await status()
      return code === 0 && JSON.parse(out)[0]?.state === "RUNNING"
    })
    const down = await estate.run("down", "--state-dir", deep)
    assert.equal(down.code, 0, down.err)
    assert.equal(await up.ended, 0)
    assert.equal((await status()).code, 5)
  })

  it("that a dead process left behind is replaced", async () => {
    mkdirSync(dirname(socket), { recursive: true, mode: 0o700 })
    chmodSync(estate.state, 0o700)
    const bind =
      "require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 9))"
    spawnSync(process.execPath, ["-e", bind, socket])
    assert.isTrue(statSync(socket).isSocket())
    await estate.up()
    assert.isNumber(await estate.pid("web"))
  })

  it("that another program listens on is refused, and that program is left alone", async () => {
    mkdirSync(dirname(socket), { recursive: true, mode: 0o700 })
    chmodSync(estate.state, 0o700)
    const server = createServer((client) => client.on("error", () => undefined).end("mine"))
    server.listen(socket)
    await once(server, "listening")
    try {
      await refuses([], 1, /another process is listening on .*reeve\.sock/)
      const client = await connect()
      const [said] = await once(client, "data")
      assert.equal(String(said), "mine")
    } finally {
      server.close()
    }
  })

  it("is the user's own, as is all that reeve keeps", async () => {
    await estate.up()
    assert.equal(statSync(socket).mode & 0o777, 0o600)
    for (const path of [estate.state, dirname(socket), estate.path(".reeve/logs")]) {
      assert.equal(statSync(path).mode & 0o777, 0o700, path)
    }
  })
})

describe("two of them", () => {
  it("begun at the same time: one runs, the other ends with 5 and names it", async () => {
    const both = [estate.begin(), estate.begin()]
    const first = await Promise.race(both.map(async (up) => ({ up, code: await up.ended })))
    assert.equal(first.code, 5)
    await waitFor("its words", () =>
      /Another reeve.* already runs on .*\.reeve/.test(first.up.said())
    )
    const [other] = both.filter((up) => up !== first.up)
    if (other === undefined) return assert.fail("no other")
    await estate.running(other)
    const pid = await estate.pid("web")
    const third = await estate.run("up")
    assert.equal(third.code, 5)
    assert.include(third.err, `pid ${other.pid}`)
    assert.equal(await estate.pid("web"), pid)
    assert.isTrue(isAlive(pid))
  })
})

describe("a client", () => {
  const post = (path: string, length: number, body: string) =>
    [
      `POST /v1/${path} HTTP/1.1`,
      "Host: x",
      "Content-Type: application/json",
      `Content-Length: ${length}`,
      "",
      body
    ].join("\r\n")
  const sends: Readonly<Record<string, string | Buffer>> = {
    "random bytes": Buffer.from(Array.from({ length: 65_536 }, (_, at) => (at * 7919) % 256)),
    "half a request": post("apply", 100_000, "{"),
    "endless headers": `GET / HTTP/1.1\r\n${"X-Y: z\r\n".repeat(100_000)}`,
    "a body that is no JSON": post("apply", 3, "{{{"),
    "a body of another shape": post("instances/stop", 15, '{"targets":"x"}'),
    "a path that leads nowhere": "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "a promise of more than is allowed": post("apply", 9_999_999_999_999, "{")
  }

  it("that sends nonsense harms neither the daemon nor what runs", async () => {
    await estate.up()
    const before = await estate.pids()
    const { daemon } = await estate.info()
    for (const [name, bytes] of Object.entries(sends)) {
      const client = await connect()
      client.write(bytes)
      assert.equal((await estate.info()).daemon.pid, daemon.pid, name)
    }
    for (let at = 0; at < 100; at++) await connect()
    assert.deepEqual(await estate.pids(), before)
    assert.equal((await estate.run("status")).code, 0)
    await estate.save(() => estate.write("web.ts", declare({ web: sleeper(7002) })))
    assert.notInclude(estate.log(), "fatal")
  })

  it("that follows and never reads costs bounded memory, and nobody else waits for it", async () => {
    const text =
      "i=0; while [ $i -lt 100 ]; do i=$((i+1)); head -c 1000000 /dev/zero | tr '\\0' '\\n'; done; echo done; exec sleep 7011"
    estate.write("noise.ts", declare({ noise: sleeper(0, { command: ["sh", "-c", text] }) }))
    const up = estate.begin("--quiet", "--manual")
    await estate.running(up)
    const { daemon } = await estate.info()
    const kilobytes = () =>
      Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${daemon.pid}/status`, "utf8"))?.[1])
    for (let at = 0; at < 10; at++) {
      const client = await connect()
      client.pause()
      client.write("GET /v1/logs/follow?lines=0 HTTP/1.1\r\nHost: x\r\n\r\n")
      client.write("GET /v1/events/follow HTTP/1.1\r\nHost: x\r\n\r\n")
    }
    const log = estate.path(".reeve/logs/noise-stdout.log")
    const hasAll = () => {
      try {
        return readFileSync(log, "utf8").endsWith("done\n")
      } catch {
        // While it is rotated there is none for a moment.
        return false
      }
    }
    await waitFor("all of it", hasAll, 50_000)
    assert.equal((await estate.run("restart", "web")).code, 0)
    assert.equal((await estate.run("status")).code, 0)
    assert.isBelow(kilobytes(), 380_000)
    assert.equal((await estate.run("down")).code, 0)
    assert.equal(await up.ended, 0)
  })
})

describe("a state directory", () => {
  it("that belongs to somebody else is refused by its name", async () => {
    if (!isRoot) return refuses(["--state-dir", "/"], 1, /state directory \/ belongs to uid 0/)
    mkdirSync(estate.state, { mode: 0o700 })
    chownSync(estate.state, 65_534, 65_534)
    await refuses([], 1, /\.reeve belongs to uid 65534/)
    assert.isFalse(existsSync(join(estate.state, "lock")))
  })

  it("that others can write is refused by its name", async () => {
    mkdirSync(estate.state)
    chmodSync(estate.state, 0o777)
    await refuses([], 1, /\.reeve is writable by others/)
  })

  it("that is a file is refused by its name", async () => {
    await refuses(["--state-dir", estate.path("programs/web.ts")], 1, /web\.ts is not a directory/)
  })
})
