import { execFile, execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { userInfo } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { HttpServerSettings } from "../../src/domain/SupervisordConfig.ts"
import { rpcRoute } from "../../src/supervisord/http/rpcRoute.ts"
import { serveHttp } from "../../src/supervisord/http/serveHttp.ts"
import { Rpc, RpcFault } from "../../src/supervisord/Rpc.ts"
import { client, directory, nobody, unix } from "./httpScene.ts"
import { callOf, freePort, headOf, post, statusOf } from "./httpServer.ts"

const rpc = Layer.succeed(Rpc, {
  call: (method, params) => {
    if (method === "supervisor.echo") return Effect.succeed(params)
    return Effect.fail(new RpcFault({ code: 1, text: "UNKNOWN_METHOD" }))
  }
})
const inet = (port: number, more: Partial<Extract<HttpServerSettings, { kind: "inet" }>> = {}) => ({
  kind: "inet" as const,
  section: "inet_http_server",
  ...nobody,
  host: "127.0.0.1",
  port,
  ...more
})
const serve = (...servers: ReadonlyArray<HttpServerSettings>) =>
  Effect.flatMap(rpcRoute, (route) => serveHttp({ servers }, [route])).pipe(Effect.provide(rpc))
const refusalOf = (settings: HttpServerSettings) =>
  Effect.map(Effect.flip(Effect.scoped(serve(settings))), ({ text }) => text)

const basic = (text: string) => `Authorization: Basic ${Buffer.from(text).toString("base64")}`
const ping = callOf("supervisor.echo")

describe("the sockets of supervisord mode", () => {
  it.live("have the mode and owner asked for, and go with their server", () =>
    Effect.gen(function* () {
      const path = join(yield* directory, "s.sock")
      const { uid, gid } = userInfo()
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* serve(unix(path, { mode: 0o666, owner: { uid, gid } }))
          assert.strictEqual(statSync(path).mode & 0o777, 0o666)
          assert.strictEqual(statSync(path).uid, uid)
          assert.strictEqual(yield* Effect.promise(() => statusOf(path, post(ping))), 200)
        })
      )
      assert.isFalse(existsSync(path))
    })
  )

  it.live("replace a socket that nobody answers on, and say so", () =>
    Effect.gen(function* () {
      const path = join(yield* directory, "s.sock")
      leaveStale(path)
      assert.isTrue(statSync(path).isSocket())
      const said: Array<string> = []
      const write = process.stderr.write
      process.stderr.write = (text: string | Uint8Array) => said.push(String(text)) > 0
      yield* Effect.ensuring(
        serve(unix(path)),
        Effect.sync(() => {
          process.stderr.write = write
        })
      )
      assert.deepStrictEqual(said, [`Unlinking stale socket ${path}\n`])
      assert.strictEqual(yield* Effect.promise(() => statusOf(path, post(ping))), 200)
    })
  )

  it.live("are refused in supervisord's words", () =>
    Effect.gen(function* () {
      const folder = yield* directory
      const port = yield* Effect.promise(freePort)
      yield* serve(unix(join(folder, "s")), inet(port))
      const inUse =
        "Another program is already listening on a port that one of our HTTP servers is configured to use.  " +
        "Shut this program down first before starting supervisord."
      assert.strictEqual(yield* refusalOf(unix(join(folder, "s"))), inUse)
      assert.strictEqual(yield* refusalOf(inet(port)), inUse)
      const errno = (name: string) =>
        `Cannot open an HTTP server: socket.error reported errno.${name}`
      assert.strictEqual(yield* refusalOf(unix(join(folder, "no/s"))), errno("ENOENT (2)"))
      const foreign = inet(port, { host: "192.0.2.1" })
      assert.strictEqual(yield* refusalOf(foreign), errno("EADDRNOTAVAIL (99)"))
      const ipv6 = yield* refusalOf(inet(port, { host: "::1" }))
      assert.strictEqual(ipv6, "Cannot open an HTTP server: socket.error reported -9")
      // The one that was there first still answers.
      const status = yield* Effect.promise(() => statusOf(join(folder, "s"), post(ping)))
      assert.strictEqual(status, 200)
    })
  )

  it.live("are refused, and removed, where their owner may not be set", () =>
    Effect.gen(function* () {
      const folder = yield* directory
      chmodSync(folder, 0o777)
      const script = fileURLToPath(new URL("../fixtures/http/chownAsNobody.ts", import.meta.url))
      const path = join(folder, "s")
      const text = execFileSync(process.execPath, [script, path], { encoding: "utf8" })
      const [before = "", after = ""] = text.split(/\(\w+\) can/)
      assert.strictEqual(
        before,
        `Not permitted to chown ${path} to uid/gid (0, -1); adjust "sockchown" value in config file ` +
          "or on command line to values that the current user "
      )
      assert.strictEqual(after, " successfully chown")
      assert.deepStrictEqual(readdirSync(folder), [])
    })
  )

  it.live("never take the place of a file that is no socket", () =>
    Effect.gen(function* () {
      const path = join(yield* directory, "precious")
      writeFileSync(path, "data")
      const text = yield* refusalOf(unix(path))
      assert.strictEqual(
        text,
        `Cannot open an HTTP server: ${path} exists and is not a socket; remove it`
      )
      assert.isTrue(statSync(path).isFile())
    })
  )
})

describe("access to the servers of supervisord mode", () => {
  const sha = `{SHA}${createHash("sha1").update("se:cret é").digest("hex")}`
  for (const [kind, password] of [
    ["plain", "se:cret é"],
    ["{SHA}", sha]
  ] as const) {
    it.live(`needs name and password where they are set (${kind})`, () =>
      Effect.gen(function* () {
        const path = join(yield* directory, "s")
        yield* serve(unix(path, { username: "user", password }))
        const status = (...head: ReadonlyArray<string>) =>
          Effect.promise(() => statusOf(path, post(ping, head)))
        assert.strictEqual(yield* status(basic("user:se:cret é")), 200)
        assert.strictEqual(yield* status(basic("user:se:cret é").replace("Basic", "bAsIc")), 200)
        assert.strictEqual(yield* status(), 401)
        assert.strictEqual(yield* status(basic("user:wrong")), 401)
        assert.strictEqual(yield* status(basic("User:se:cret é")), 401)
        assert.strictEqual(yield* status(basic(`user:${sha}`)), 401)
        assert.strictEqual(yield* status("Authorization: Digest x"), 401)
        assert.strictEqual(yield* status("Authorization: Basic !"), 400)
        assert.strictEqual(yield* status(basic("nocolon")), 400)
      })
    )
  }

  it.live("guards every path, and ends the connection that is refused", () =>
    Effect.gen(function* () {
      const path = join(yield* directory, "s")
      yield* serve(unix(path, { username: "user", password: "p" }))
      for (const target of ["/", "/RPC2", "/logtail/x", "/mainlogtail", "/nothing"]) {
        const one = (yield* client(path)).send(`GET ${target} HTTP/1.1\r\n\r\n`)
        yield* Effect.promise(() => one.closing())
        assert.deepStrictEqual(headOf(one.text).slice(0, 5), [
          "HTTP/1.1 401 Unauthorized",
          "Server: Medusa/1.12",
          "Date: now",
          "Connection: close",
          'WWW-Authenticate: Basic realm="default"'
        ])
      }
    })
  )

  it.live("is open where the name is empty", () =>
    Effect.gen(function* () {
      const path = join(yield* directory, "s")
      yield* serve(unix(path, { username: "", password: "" }))
      assert.strictEqual(yield* Effect.promise(() => statusOf(path, post(ping))), 200)
    })
  )
})

describe("HTTP of supervisord mode", () => {
  it.live("keeps connections of 1.1 and those of 1.0 that ask for it", () =>
    Effect.gen(function* () {
      const path = join(yield* directory, "s")
      yield* serve(unix(path))
      const first = yield* client(path)
      for (let call = 0; call < 3; call += 1) {
        const text = yield* Effect.promise(() => first.send(post(ping)).answer())
        const body = text.slice(text.indexOf("\r\n\r\n") + 4)
        assert.match(body, /^<\?xml version='1\.0'\?>\n<methodResponse>\n/)
        assert.deepStrictEqual(headOf(text), [
          "HTTP/1.1 200 OK",
          "Server: Medusa/1.12",
          "Date: now",
          "Content-Type: text/xml",
          `Content-Length: ${body.length}`
        ])
      }
      assert.isFalse(first.closed)
      yield* Effect.promise(() => first.send(post(ping, ["Connection: close"])).closing())
      assert.notMatch(first.text, /^Connection:/im)

      const old = (request: Buffer) => request.toString().replace("HTTP/1.1", "HTTP/1.0")
      const second = (yield* client(path)).send(old(post(ping, ["Connection: Keep-Alive"])))
      const kept = yield* Effect.promise(() => second.answer())
      assert.match(kept, /\r\nContent-Length: \d+\r\nConnection: Keep-Alive\r\n\r\n/)
      yield* Effect.promise(() => second.send(old(post(ping))).closing())
      assert.notMatch(second.text, /^Connection:/im)
    })
  )

  it.live("answers requests that came in one piece, in order", () =>
    Effect.gen(function* () {
      const port = yield* Effect.promise(freePort)
      yield* serve(inet(port))
      const one = yield* client(port)
      const call = (n: number) =>
        post(callOf("supervisor.echo", `<param><value>n${n}</value></param>`))
      one.send(Buffer.concat([call(0), call(1), call(2)]))
      for (const n of [0, 1, 2]) {
        assert.include(yield* Effect.promise(() => one.answer()), `<string>n${n}</string>`)
      }
    })
  )

  it.live("serves Python's xmlrpc.client, on several servers at once", () =>
    Effect.gen(function* () {
      const ports = [yield* Effect.promise(freePort), yield* Effect.promise(freePort)]
      yield* serve(...ports.map((port) => inet(port, { username: "user", password: "p" })))
      const script = `
import sys, xmlrpc.client as client
for port in sys.argv[1:]:
    proxy = client.ServerProxy("http://user:p@localhost:%s/RPC2" % port)
    value = ["é<&>", 1, True, 1.5, {"a": [], "": "x"}]
    assert proxy.supervisor.echo(*value) == value
    try:
        proxy.nothing()
    except client.Fault as fault:
        assert (fault.faultCode, fault.faultString) == (1, "UNKNOWN_METHOD")
    try:
        client.ServerProxy("http://localhost:%s/RPC2" % port).supervisor.echo()
    except client.ProtocolError as error:
        assert error.errcode == 401, error
print("all well")
`
      const out = yield* Effect.promise(() => python(script, ports.map(String)))
      assert.strictEqual(out, "all well\n")
    })
  )
})

/** A socket whose process is gone. */
const leaveStale = (path: string): void => {
  const bind = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"
  execFileSync("python3", ["-c", bind, path])
}

const python = (script: string, args: ReadonlyArray<string>): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile("python3", ["-c", script, ...args], (error, out) =>
      error === null ? resolve(out) : reject(error)
    )
  })
