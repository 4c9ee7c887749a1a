import { statSync } from "node:fs"
import { connect, type Socket } from "node:net"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Client, makeClient } from "../../src/api/client.ts"
import { waitFor } from "./reeve.ts"
import { programFile, Site, sleeper } from "./site.ts"

const noise = programFile(
  "noise",
  ["sh", "-c", "while :; do echo 0123456789012345678901234567890123456789; done"],
  `start: { auto: false }, logs: { stdout: { maxSize: "1MB", backups: 0 } }`
)
const site = new Site({ "web.ts": sleeper("web", 1001), "noise.ts": noise })
let client: Client

beforeAll(() => {
  const up = site.run("up", "-d")
  assert.equal(up.code, 0, up.err)
  client = makeClient(site.socket)
})
afterAll(() => site.clear())

const open = (text: string | Uint8Array) =>
  new Promise<Socket>((resolve, reject) => {
    const socket = connect(site.socket, () => {
      socket.write(text)
      resolve(socket)
    })
    socket.once("error", reject)
  })

/** What the server answers before it closes, or the first bytes. */
const answerTo = (text: string | Uint8Array) =>
  new Promise<string>((resolve) => {
    const socket = connect(site.socket, () => socket.write(text))
    socket.once("data", (bytes) => {
      resolve(String(bytes))
      socket.destroy()
    })
    socket.on("error", () => resolve(""))
    socket.once("close", () => resolve(""))
  })

describe("the socket", () => {
  it("is its owner's alone", () => {
    assert.equal(statSync(site.socket).mode & 0o777, 0o600)
  })

  it("answers garbage with an error, and goes on", async () => {
    const pid = await site.pid("web")
    assert.match(
      await answerTo(Uint8Array.from({ length: 4096 }, (_, at) => at % 256)),
      /^HTTP\/1\.1 400/
    )
    assert.match(
      await answerTo(`GET / HTTP/1.1\r\n${"a: b\r\n".repeat(10_000)}`),
      /^HTTP\/1\.1 431/
    )
    const post = "POST /v1/apply HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    assert.match(await answerTo(`${post}content-length: 4\r\n\r\n{"a:`), /^HTTP\/1\.1 400/)
    assert.match(await answerTo(`${post}content-length: 2\r\n\r\n{}`), /^HTTP\/1\.1 400/)
    assert.match(await answerTo("GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\n"), /^HTTP\/1\.1 404/)
    assert.match(
      await answerTo("DELETE /v1/instances HTTP/1.1\r\nhost: x\r\n\r\n"),
      /^HTTP\/1\.1 40[45]/
    )
    assert.equal(await site.pid("web"), pid)
  })

  it("serves its OpenAPI description", async () => {
    const { status, text } = await site.get("/v1/openapi.json")
    assert.equal(status, 200)
    assert.isAbove(Object.keys(JSON.parse(text).paths).length, 15)
  })
})

describe("a client that never reads", () => {
  it("costs the daemon no memory, holds up no program, and does not delay the stop", async () => {
    const daemon = (await site.info()).daemon.pid
    const stuck = await Promise.all(
      Array.from({ length: 5 }, () =>
        open("GET /v1/logs/follow HTTP/1.1\r\nhost: x\r\n\r\n").then((socket) => socket.pause())
      )
    )
    await Effect.runPromise(client.start({ targets: ["noise"], who: "test", wait: true }))
    const rss = async () => {
      const { readFileSync } = process.getBuiltinModule("node:fs")
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${daemon}/status`, "utf8"))?.[1])
    }
    const logPath = (await site.status()).find(({ spec }) => spec.address === "noise")?.stdoutLog
    const before = await rss()
    let rotations = 0
    let size = 0
    await waitFor("20 MB of output", () => {
      const now = statSync(logPath ?? "").size
      if (now < size) rotations += 1
      size = now
      return rotations >= 20
    })
    assert.isBelow((await rss()) - before, 200_000, "KiB")
    assert.equal((await Effect.runPromise(client.list(["web"])))[0]?.state, "RUNNING")
    await Effect.runPromise(client.stop({ targets: ["noise"], who: "test" }))
    for (const socket of stuck) socket.destroy()
  })
})

describe("the client", () => {
  it("understands every answer of the server", async () => {
    const who = "test"
    const answers = await Effect.runPromise(
      Effect.all({
        info: client.info,
        list: client.list([]),
        overrides: client.overrides,
        plan: client.plan(true, null),
        reconciler: client.reconciler,
        generations: client.generations(5),
        generation: client.generation(1),
        diff: client.diff(1, 1),
        tail: client.tail(["web"], 5),
        events: client.events({ name: "web", after: null, limit: 5 }),
        since: client.events({ name: null, after: 1, limit: 5 }),
        restart: client.restart({ targets: ["web"], who, wait: true }),
        signal: client.signal({ targets: ["web"], who, signal: "CONT", scope: "process" }),
        scale: client.scale({ program: "web", instances: 1, who }),
        release: client.release({ targets: ["all"], who }),
        apply: client.apply({ who, protectedToo: false, wait: true, saved: null }),
        poke: client.poke,
        reopen: client.reopenLogs
      })
    )
    assert.equal(answers.list.length, 2)
    assert.deepEqual(answers.diff.plan.actions, [])
    assert.equal(answers.plan.desired?.programs.length, 2)
    assert.equal(answers.since[0]?.id, 2)
    assert.equal(answers.restart[0]?.outcome, "done")
  })

  it("is told errors with their facts", async () => {
    const unknown = await Effect.runPromise(
      Effect.flip(client.stop({ targets: ["wbe"], who: "t" }))
    )
    assert.equal(unknown._tag, "UnknownName")
    if (unknown._tag === "UnknownName") assert.include(unknown.suggestions, "web")
    const generation = await Effect.runPromise(Effect.flip(client.generation(999)))
    assert.equal(generation._tag, "UnknownGeneration")
    site.write("bad.ts", "export const = 5")
    const rejected = await Effect.runPromise(Effect.flip(client.plan(false, null)))
    process.getBuiltinModule("node:fs").rmSync(`${site.directory}/programs/bad.ts`)
    assert.equal(rejected._tag, "LoadRejected")
    const nobody = await Effect.runPromise(Effect.flip(makeClient(`${site.socket}x`).info))
    assert.equal(nobody._tag, "ConnectionFailure")
  })

  it("follows events from where it was, each once", async () => {
    const [last] = await Effect.runPromise(client.events({ name: null, after: null, limit: 1 }))
    const after = last?.id ?? 0
    const followed = Effect.scoped(
      Effect.gen(function* () {
        const stream = yield* client.followEvents({ name: "web", after, limit: null })
        yield* client.restart({ targets: ["web"], who: "test", wait: true })
        return yield* Stream.runCollect(
          Stream.takeUntil(stream, ({ body }) => body.kind === "state" && body.to === "RUNNING")
        )
      })
    )
    const ids = (await Effect.runPromise(followed)).map(({ id }) => id)
    assert.isAbove(ids.length, 2)
    assert.deepEqual(
      ids,
      [...new Set(ids)].sort((a, b) => a - b)
    )
    assert.isAbove(ids[0] ?? 0, after)
  })
})
