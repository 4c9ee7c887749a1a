import * as fs from "node:fs"
import { createConnection, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type { ListeningSocket } from "../../src/domain/ListeningSocket.ts"
import { ListenSocketsLive } from "../../src/os/ListenSocketsLive.ts"
import { NoKeeper } from "../../src/os/noKeeper.ts"
import { UsersLive } from "../../src/os/UsersLive.ts"
import { ProgramSockets, type SocketRequest } from "../../src/supervise/ProgramSockets.ts"
import { ProgramSocketsLive } from "../../src/supervise/ProgramSocketsLive.ts"

const layer = ProgramSocketsLive.pipe(
  Layer.provide(Layer.mergeAll(ListenSocketsLive, UsersLive, NoKeeper))
)

let directory: string
beforeEach(() => {
  directory = fs.mkdtempSync(join(tmpdir(), "reeve-fastcgi-"))
})
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }))

const unix = (
  more: Partial<ListeningSocket & { readonly kind: "unix" }> = {}
): ListeningSocket => ({
  kind: "unix",
  path: join(directory, "app.sock"),
  owner: null,
  mode: 0o700,
  backlog: null,
  ...more
})

const request = (holder: string, socket: ListeningSocket, program = "app/app"): SocketRequest => ({
  holder,
  claim: null,
  program,
  name: null,
  socket,
  user: null
})

const using = <A, E>(act: (sockets: ProgramSockets["Service"]) => Effect.Effect<A, E>) =>
  Effect.runPromise(ProgramSockets.use(act).pipe(Effect.provide(layer)))

/** "connected", or the name of the error. */
const knock = (to: string | number): Promise<string> =>
  new Promise((resolve) => {
    const client = typeof to === "string" ? createConnection(to) : createConnection(to, "127.0.0.1")
    client.once("connect", () => {
      client.destroy()
      resolve("connected")
    })
    client.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""))
  })

const linkOf = (fd: number): string => fs.readlinkSync(`/proc/self/fd/${fd}`)

const refusal = (socket: ListeningSocket) =>
  using((sockets) => Effect.flip(sockets.acquire(request("1", socket)))).then(({ text }) => text)

describe("a Unix socket of a FastCGI program", () => {
  it("is one descriptor for all its processes, and gone with the last of them", () =>
    using(
      Effect.fnUntraced(function* (sockets) {
        const { path } = { path: join(directory, "app.sock") }
        const first = yield* sockets.acquire(request("1", unix()))
        const second = yield* sockets.acquire(request("2", unix()))
        assert.strictEqual(first, second)
        assert.match(linkOf(first), /^socket:/)
        assert.deepEqual(yield* sockets.held, [{ url: `unix://${path}`, fd: first }])
        assert.strictEqual(yield* Effect.promise(() => knock(path)), "connected")
        yield* sockets.release("1")
        yield* sockets.release("1")
        assert.isTrue(fs.lstatSync(path).isSocket())
        yield* sockets.release("2")
        assert.deepEqual(fs.readdirSync(directory), [])
        assert.deepEqual(yield* sockets.held, [])
      })
    ))

  it("is closed in children, and blocking for those that get it", () =>
    using(
      Effect.fnUntraced(function* (sockets) {
        const fd = yield* sockets.acquire(request("1", unix()))
        const flags = /flags:\s+(\d+)/.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))
        const bits = Number.parseInt(flags?.[1] ?? "0", 8)
        assert.strictEqual(bits & 0o2000000, 0o2000000)
        assert.strictEqual(bits & 0o4000, 0)
        yield* sockets.release("1")
      })
    ))

  it("has its mode and owner", () =>
    using(
      Effect.fnUntraced(function* (sockets) {
        yield* sockets.acquire(request("1", unix({ mode: 0o624 })))
        assert.strictEqual(fs.statSync(join(directory, "app.sock")).mode & 0o777, 0o624)
        yield* sockets.release("1")
        if (process.getuid?.() !== 0) return
        yield* sockets.acquire(request("2", unix({ owner: "nobody:daemon" })))
        const owned = fs.statSync(join(directory, "app.sock"))
        assert.deepEqual([owned.uid, owned.gid], [65534, 1])
        yield* sockets.release("2")
        yield* sockets.acquire({ ...request("3", unix()), user: { uid: 65534, gid: 65534 } })
        assert.strictEqual(fs.statSync(join(directory, "app.sock")).uid, 65534)
        yield* sockets.release("3")
      })
    ))

  it("takes the place of one that nobody listens on", async () => {
    const path = join(directory, "app.sock")
    const stale = await using((sockets) => sockets.acquire(request("1", unix())))
    fs.linkSync(path, `${path}.kept`)
    fs.closeSync(stale)
    fs.rmSync(path)
    fs.renameSync(`${path}.kept`, path)
    assert.strictEqual(await knock(path), "ECONNREFUSED")
    await using(
      Effect.fnUntraced(function* (sockets) {
        yield* sockets.acquire(request("1", unix()))
        assert.strictEqual(yield* Effect.promise(() => knock(path)), "connected")
        yield* sockets.release("1")
      })
    )
  })

  it("does not take the place of a living one, of a file, or of a link", async () => {
    const path = join(directory, "app.sock")
    const url = `unix://${path}`
    const server = createServer().listen(path)
    await new Promise((resolve) => server.once("listening", resolve))
    assert.strictEqual(
      await refusal(unix()),
      `Could not create FastCGI socket ${url}: [Errno 98] Address already in use`
    )
    assert.strictEqual(await knock(path), "connected")
    await new Promise((resolve) => server.close(resolve))
    const file = `Could not create FastCGI socket ${url}: ${path} exists and is not a socket; remove it`
    fs.writeFileSync(path, "precious")
    assert.strictEqual(await refusal(unix()), file)
    assert.strictEqual(fs.readFileSync(path, "utf8"), "precious")
    fs.renameSync(path, join(directory, "target"))
    fs.symlinkSync(join(directory, "target"), path)
    assert.strictEqual(await refusal(unix()), file)
    assert.strictEqual(fs.readFileSync(join(directory, "target"), "utf8"), "precious")
  })

  it("is refused with the reason, and leaves nothing behind", async () => {
    const before = fs.readdirSync("/proc/self/fd").length
    const missing = join(directory, "none", "app.sock")
    assert.strictEqual(
      await refusal(unix({ path: missing })),
      `Could not create FastCGI socket unix://${missing}: [Errno 2] No such file or directory`
    )
    assert.match(
      await refusal(unix({ owner: "nobody-of-that-name" })),
      /: Invalid socket_owner value nobody-of-that-name$/
    )
    assert.deepEqual(fs.readdirSync(directory), [])
    assert.isAtMost(fs.readdirSync("/proc/self/fd").length, before + 1)
  })

  it("is made anew at its path when it changes; older processes keep theirs", () =>
    using(
      Effect.fnUntraced(function* (sockets) {
        const path = join(directory, "app.sock")
        const old = yield* sockets.acquire(request("1", unix()))
        const fresh = yield* sockets.acquire(request("2", unix({ mode: 0o666 })))
        assert.notStrictEqual(old, fresh)
        assert.strictEqual(fs.statSync(path).mode & 0o777, 0o666)
        yield* sockets.release("1")
        assert.strictEqual(yield* Effect.promise(() => knock(path)), "connected")
        const other = request("3", unix(), "other/other")
        const { text } = yield* Effect.flip(sockets.acquire(other))
        assert.match(text, /: the program app\/app listens there$/)
        yield* sockets.release("2")
        assert.deepEqual(fs.readdirSync(directory), [])
      })
    ))
})

describe("a program that was renamed", () => {
  it("finds its socket under its new name", () =>
    using(
      Effect.fnUntraced(function* (sockets) {
        const fd = yield* sockets.acquire(request("1", unix()))
        assert.strictEqual(yield* sockets.acquire(request("2", unix(), "new/new")), fd)
        yield* sockets.release("1")
        yield* sockets.release("2")
        assert.deepEqual(fs.readdirSync(directory), [])
      })
    ))
})

describe("a TCP socket of a FastCGI program", () => {
  const freePort = (): Promise<number> =>
    new Promise((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        server.close(() => resolve(port))
      })
    })

  const tcp = (host: string, port: number, backlog: number | null = null): ListeningSocket => ({
    kind: "tcp",
    host,
    port,
    backlog
  })

  it("is listened on by number and by name, and keeps its descriptor with another backlog", async () => {
    const port = await freePort()
    await using(
      Effect.fnUntraced(function* (sockets) {
        for (const host of ["127.0.0.1", "localhost"]) {
          const fd = yield* sockets.acquire(request("1", tcp(host, port)))
          assert.strictEqual(yield* Effect.promise(() => knock(port)), "connected")
          assert.strictEqual(yield* sockets.acquire(request("2", tcp(host, port, 5))), fd)
          yield* sockets.release("1")
          yield* sockets.release("2")
          assert.strictEqual(yield* Effect.promise(() => knock(port)), "ECONNREFUSED")
        }
      })
    )
  })

  it("is listened on by a number of version 6", async () => {
    const port = await freePort()
    const answer = await using(
      Effect.fnUntraced(function* (sockets) {
        yield* sockets.acquire(request("1", tcp("::1", port)))
        const hex = port.toString(16).toUpperCase().padStart(4, "0")
        const table = fs.readFileSync("/proc/self/net/tcp6", "utf8")
        yield* sockets.release("1")
        return table.includes(`00000000000000000000000001000000:${hex} `)
      })
    ).catch((error: unknown) => String(error))
    // A machine without version 6 says so.
    assert.isTrue(answer === true || String(answer).includes("[Errno"), String(answer))
  })

  it("is refused where somebody listens, and where the host has no address", async () => {
    const server = createServer().listen(0, "127.0.0.1")
    await new Promise((resolve) => server.once("listening", resolve))
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    assert.strictEqual(
      await refusal(tcp("127.0.0.1", port)),
      `Could not create FastCGI socket tcp://127.0.0.1:${port}: [Errno 98] Address already in use`
    )
    await new Promise((resolve) => server.close(resolve))
    assert.match(await refusal(tcp("no-such-host.invalid", 9000)), /: \[Errno -2\] Name or service/)
  })
})
