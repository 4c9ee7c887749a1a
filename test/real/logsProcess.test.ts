import { spawn } from "node:child_process"
import { closeSync, constants, openSync, readFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describe } from "vitest"
import type { PlaneWorker } from "../../src/logs/PlaneWorker.ts"
import { WorkerPool } from "../../src/logs/WorkerPool.ts"
import {
  eventually,
  makeFifo,
  program,
  sizeOf,
  stdoutOf,
  temporaryDirectory,
  writer
} from "../fixtures/logs/bench.ts"

const HOST = fileURLToPath(new URL("../fixtures/logs/host.ts", import.meta.url))

/** A process with a log plane, once it moves bytes. */
const host = Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, [HOST, ...args], { stdio: "pipe" })),
    (running) => Effect.sync(() => running.kill("SIGKILL"))
  )
  let said = ""
  const out: Array<Buffer> = []
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString()
  })
  child.stdout.on("data", (bytes: Buffer) => out.push(bytes))
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()))
  yield* eventually("the host is ready", () => said.includes("ready"), 20_000)
  return { child, exited, out }
})

describe("a log plane in a process of its own", () => {
  it.live("SIGKILL at any moment loses no byte and doubles none", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const log = join(directory, "f")
      const fifo = makeFifo(directory, "life")
      // The keeper's part: a read end that is never read keeps what waits while no reader lives.
      const keep = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
      const { child, exited } = yield* program(fifo, "seq", ["1", "6000000"])
      for (let n = 0; n < 6 && child.exitCode === null; n++) {
        const plane = yield* host([log, fifo])
        yield* Effect.sleep(`${5 + n * 7} millis`)
        plane.child.kill("SIGKILL")
        yield* Effect.promise(() => plane.exited)
      }
      const last = yield* host([log, fifo])
      yield* Effect.promise(() => exited)
      last.child.stdin.end()
      yield* Effect.promise(() => last.exited)
      closeSync(keep)
      const lines = readFileSync(log, "latin1").split("\n")
      assert.strictEqual(lines.length, 6_000_001)
      assert.isTrue(lines.every((line, index) => index === 6_000_000 || line === String(index + 1)))
    })
  )

  it.live("/dev/stdout takes all output, whatever limit is set (G16 is not copied)", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const fifo = makeFifo(directory, "life")
      const plane = yield* host(["/dev/stdout", fifo, "100"])
      const { exited } = yield* program(fifo, "seq", ["1", "20000"])
      yield* Effect.promise(() => exited)
      yield* eventually("the last line is out", () =>
        Buffer.concat(plane.out).toString().endsWith("\n20000\n")
      )
      const lines = Buffer.concat(plane.out).toString().split("\n")
      assert.strictEqual(lines.length, 20_001)
    })
  )

  it.live("a process whose log plane waits in poll ends when it is told to", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const plane = yield* host([join(directory, "f"), makeFifo(directory, "life")])
      plane.child.stdin.end()
      yield* Effect.promise(() => plane.exited)
      assert.strictEqual(plane.child.exitCode, 0)
    })
  )
})

describe("a thread of the log plane that dies", () => {
  it.live("is replaced, and nothing that was written meanwhile is lost", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const path = join(directory, "f")
      const fifo = makeFifo(directory, "life")
      const reports: Array<string> = []
      const pool = new WorkerPool({
        syslog: { path: "/dev/log", tag: "reeve" },
        onReport: (report) => reports.push(report.kind),
        onUnwatched: () => undefined
      })
      const settings = {
        label: "web",
        path,
        mode: 0o644,
        maxBytes: 0,
        backups: 0,
        syslog: false,
        stripAnsi: false,
        captureMaxBytes: 0,
        events: false,
        protocol: false,
        openAs: null
      }
      const worker = yield* Effect.callback<PlaneWorker>((resume) =>
        pool.configure(1, settings, null, (_, home) => resume(Effect.succeed(home)))
      )
      const streams = new Map([["life", { fifo, otherwise: null, released: false, watch: null }]])
      const id = stdoutOf("web")
      pool.sinks.set(1, {
        number: 1,
        id,
        settings,
        worker,
        dropped: false,
        homeless: false,
        streams
      })
      worker.ask(
        {
          kind: "attach",
          id: pool.id(),
          stream: "life",
          fifo,
          otherwise: null,
          sink: 1,
          watch: null
        },
        () => {}
      )
      const { fd } = yield* writer(fifo)
      writeSync(fd, "before\n")
      yield* eventually("the line is moved", () => sizeOf(path) === 7)
      const broken = JSON.parse(`{ "kind": "configure", "id": ${pool.id()}, "sink": 1 }`)
      const answer = yield* Effect.callback<string>((resume) =>
        worker.ask(broken, ({ kind }) => resume(Effect.succeed(kind)))
      )
      assert.strictEqual(answer, "failed")
      writeSync(fd, "meanwhile\n")
      pool.watch()
      yield* eventually("the new thread has moved it", () => sizeOf(path) === 17)
      yield* eventually("it is told", () => reports.length === 2)
      assert.deepStrictEqual(reports, ["trouble", "recovered"])
      yield* Effect.callback<void>((resume) => pool.stop(() => resume(Effect.void)))
    })
  )
})
