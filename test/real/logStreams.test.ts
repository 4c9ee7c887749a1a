import { appendFileSync, renameSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Files } from "../../src/os/Files.ts"
import { FilesLive } from "../../src/os/FilesLive.ts"
import { nothingAdopted, Supervisor } from "../../src/supervise/Supervisor.ts"
import { logtailRoute, mainlogtailRoute } from "../../src/supervisord/http/logRoutes.ts"
import { serveHttp } from "../../src/supervisord/http/serveHttp.ts"
import { SupervisordControl } from "../../src/supervisord/SupervisordControl.ts"
import { running } from "../core/planning/world.ts"
import { specOf } from "../core/specOf.ts"
import { client, directory, unix } from "./httpScene.ts"
import { headOf, statusOf, until } from "./httpServer.ts"

describe("the log streams of supervisord mode", () => {
  /** `look`: before each look at the log's facts. */
  const followedWith = Effect.fnUntraced(function* (look: (log: string) => void) {
    const folder = yield* directory
    const socket = join(folder, "s")
    const log = join(folder, "web.log")
    const spec = specOf({ name: "web", group: "shop" })
    const watched = Effect.map(Files, (files) => ({
      ...files,
      stat: (path: string) =>
        Effect.andThen(
          Effect.sync(() => look(log)),
          files.stat(path)
        )
    }))
    const services = Layer.mergeAll(
      Layer.provide(Layer.effect(Files, watched), FilesLive),
      Layer.mock(SupervisordControl, {
        logfile: () => log,
        settings: unused,
        pid: 0,
        mood: () => "RUNNING"
      }),
      Layer.mock(Supervisor, {
        adoption: nothingAdopted,
        peek: () => [running(spec, 1)],
        beginCommand: () => 0,
        turnOf: (key) => key,
        logPath: (of, channel) => (of.key === spec.key && channel === "stdout" ? log : null)
      })
    )
    const routes = yield* Effect.all([logtailRoute, mainlogtailRoute]).pipe(
      Effect.provide(services)
    )
    yield* serveHttp({ servers: [unix(socket)] }, routes)
    return { socket, log }
  })
  const followed = followedWith(() => undefined)
  const get = (path: string, version = "1.1") => `GET ${path} HTTP/${version}\r\n\r\n`

  it.live("begin 1,024 bytes before the end, and go on in chunks", () =>
    Effect.gen(function* () {
      const { socket, log } = yield* followed
      writeFileSync(log, `${"a".repeat(2000)}${"b".repeat(1023)}\n`)
      utimesSync(log, 0, 1_795_331_142)
      const one = (yield* client(socket)).send(get("/logtail/shop:web/stdout"))
      yield* Effect.promise(() => until("its end", () => one.text.includes("b\n\r\n")))
      assert.deepStrictEqual(headOf(one.text), [
        "HTTP/1.1 200 OK",
        "Server: Medusa/1.12",
        "Date: now",
        `Last-Modified: ${new Date(1_795_331_142_000).toUTCString()}`,
        "Content-Type: text/plain;charset=utf-8",
        "X-Accel-Buffering: no",
        "Transfer-Encoding: chunked"
      ])
      const body = one.text.slice(one.text.indexOf("\r\n\r\n") + 4)
      assert.strictEqual(body, `400\r\n${"b".repeat(1023)}\n\r\n`)
      appendFileSync(log, "more\n")
      yield* Effect.promise(() => until("the next", () => one.text.endsWith("5\r\nmore\n\r\n")))
    })
  )

  it.live("come of a log that is just being rotated", () =>
    Effect.gen(function* () {
      let looks = 0
      const { socket, log } = yield* followedWith((path) => {
        looks += 1
        if (looks === 1) renameSync(path, `${path}.1`)
        if (looks === 2) writeFileSync(path, "anew\n")
      })
      writeFileSync(log, "full\n")
      const one = (yield* client(socket)).send(get("/mainlogtail"))
      yield* Effect.promise(() => until("the new file", () => one.text.includes("anew\n")))
    })
  )

  it.live("come to clients of HTTP/1.0 as they are", () =>
    Effect.gen(function* () {
      const { socket, log } = yield* followed
      writeFileSync(log, "one\n")
      const one = (yield* client(socket)).send(get("/mainlogtail", "1.0"))
      yield* Effect.promise(() => until("the log", () => one.text.endsWith("\r\n\r\none\n")))
      assert.notMatch(one.text, /chunked|X-Accel/)
      appendFileSync(log, "two\n")
      yield* Effect.promise(() => until("the next", () => one.text.endsWith("one\ntwo\n")))
      assert.isFalse(one.closed)
    })
  )

  it.live("of what is not there are 404, of other verbs 400", () =>
    Effect.gen(function* () {
      const { socket, log } = yield* followed
      const status = (text: string) => Effect.promise(() => statusOf(socket, text))
      assert.strictEqual(yield* status(get("/logtail/shop:web")), 404)
      assert.strictEqual(yield* status(get("/mainlogtail")), 404)
      writeFileSync(log, "")
      const absent = ["web", "shop:*", "shop", "shop:web/stderr", "shop:web/both", "", "%zz"]
      for (const name of absent) assert.strictEqual(yield* status(get(`/logtail/${name}`)), 404)
      assert.strictEqual(yield* status(get("/logtail")), 404)
      const head = "POST /logtail/shop:web HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
      assert.strictEqual(yield* status(head), 400)
      writeFileSync(log, "here\n")
      const one = (yield* client(socket)).send(get("/logtailfoo/shop%3Aweb"))
      yield* Effect.promise(() => until("the log", () => one.text.includes("here\n")))
    })
  )
})

const unused = () => {
  throw new Error("not part of this test")
}
