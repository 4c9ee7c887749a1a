import { type ChildProcess, spawn } from "node:child_process"
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { build } from "rolldown"
import { describe } from "vitest"
import { FIONREAD, ioctl } from "../../src/os/libc.ts"
import { eventually, makeFifo, type spec, temporaryDirectory } from "../fixtures/logs/bench.ts"
import { numberedLine } from "../fixtures/logs/numberedLine.ts"

const KILLS = 32
/** A quarter of it is enough on an idle machine. */
const TIMEOUT_MS = 120_000
const root = fileURLToPath(new URL("../..", import.meta.url))
const WRITER = join(root, "test/fixtures/logs/numberedLines.ts")

interface Kind {
  readonly size: number
  readonly burst: number
  readonly pauseMs: number
  readonly settings: NonNullable<Parameters<typeof spec>[1]>
  /** What its files hold at the end. */
  readonly holds: "all" | "the last" | "all at least once"
}

const kinds: Readonly<Record<string, Kind>> = {
  paced: { size: 60, burst: 1, pauseMs: 1, settings: {}, holds: "all" },
  bursts: { size: 100, burst: 2000, pauseMs: 10, settings: {}, holds: "all" },
  blocks: { size: 65_536, burst: 8, pauseMs: 25, settings: {}, holds: "all" },
  rotated: {
    size: 100,
    burst: 200,
    pauseMs: 10,
    settings: { maxBytes: 20_000, backups: 5000 },
    holds: "all"
  },
  dropped: {
    size: 100,
    burst: 200,
    pauseMs: 5,
    settings: { maxBytes: 20_000, backups: 4 },
    holds: "the last"
  },
  events: { size: 100, burst: 200, pauseMs: 2, settings: { events: true }, holds: "all" },
  plain: {
    size: 100,
    burst: 50,
    pauseMs: 2,
    settings: { stripAnsi: true },
    holds: "all at least once"
  }
}

/** The survivor starts several times as fast in one piece. */
const bundled = (directory: string) =>
  Effect.promise(async () => {
    symlinkSync(join(root, "node_modules"), join(directory, "node_modules"))
    await build({
      input: {
        survivor: join(root, "test/fixtures/logs/survivor.ts"),
        logplane: join(root, "src/logs/worker.ts")
      },
      platform: "node",
      external: [/^node:/, "koffi"],
      logLevel: "silent",
      output: { dir: directory, format: "esm", chunkFileNames: "chunks/[name].js" }
    })
    return join(directory, "survivor.js")
  })

interface Child {
  readonly child: ChildProcess
  readonly exited: Promise<void>
  readonly said: () => string
}

const start = (
  command: ReadonlyArray<string>,
  stdout: "pipe" | number
): Effect.Effect<Child, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [...command], { stdio: ["pipe", stdout, "inherit"] })
      let said = ""
      child.stdout?.on("data", (bytes: Buffer) => {
        said += bytes.toString()
      })
      const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()))
      return { child, exited, said: () => said }
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )

/** All of a log, oldest first. */
const contents = (log: string): Buffer => {
  const [directory, name] = [join(log, ".."), log.slice(log.lastIndexOf("/") + 1)]
  const numbers = readdirSync(directory)
    .filter((entry) => entry.startsWith(`${name}.`))
    .map((entry) => Number(entry.slice(name.length + 1)))
  const ordered = numbers.sort((a, b) => b - a).map((n) => `${log}.${n}`)
  return Buffer.concat(
    [...ordered, log].filter((path) => existsSync(path)).map((p) => readFileSync(p))
  )
}

/** The first line that is not the one it should be; null: they are `first` to `last`, each once. */
const firstWrong = (bytes: Buffer, size: number, first: number, last: number): string | null => {
  for (let n = first, at = 0; n <= last; n++, at += size) {
    const line = bytes.subarray(at, at + size)
    if (line.toString("latin1") !== numberedLine(n, size))
      return `at ${at}, instead of ${n}: ${line.subarray(0, 200).toString("latin1")}`
  }
  const rest = bytes.length - (last - first + 1) * size
  return rest === 0 ? null : `${rest} bytes too many`
}

const missing = (bytes: Buffer, size: number, last: number): ReadonlyArray<number> => {
  const seen = new Set<number>()
  const pattern = new RegExp(`stdout (\\d{10}) x{${size - 19}}\\n`, "g")
  for (const [, number] of bytes.toString("latin1").matchAll(pattern)) seen.add(Number(number))
  return Array.from({ length: last }, (_, index) => index + 1).filter((n) => !seen.has(n))
}

const judge = (kind: Kind, bytes: Buffer, last: number): void => {
  switch (kind.holds) {
    case "all":
      assert.isNull(firstWrong(bytes, kind.size, 1, last))
      break
    case "the last": {
      // The oldest file may begin inside a line.
      const whole = bytes.subarray(bytes.length % kind.size)
      assert.isAtLeast(whole.length, 4 * 20_000 - kind.size)
      assert.isNull(firstWrong(whole, kind.size, last - whole.length / kind.size + 1, last))
      break
    }
    case "all at least once":
      assert.deepStrictEqual(missing(bytes, kind.size, last), [])
      break
  }
}

describe("a log plane whose process is killed again and again", () => {
  it.live(
    "has every line of every program in its file: once, in order, over all rotations",
    () =>
      Effect.gen(function* () {
        const directory = yield* temporaryDirectory
        const bundle = yield* bundled(directory)
        const stop = join(directory, "stop")
        const jobs = Object.entries(kinds).map(([name, kind]) => ({
          name,
          kind,
          fifo: makeFifo(directory, `${name}.fifo`),
          log: join(directory, `${name}.log`),
          count: join(directory, `${name}.count`)
        }))
        // The keeper's part: it has each pipe open for reading and never reads.
        const held = jobs.map(({ fifo }) =>
          openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
        )
        yield* Effect.addFinalizer(() => Effect.sync(() => held.map((fd) => closeSync(fd))))
        const writers = yield* Effect.forEach(jobs, ({ count, fifo, kind, name }) => {
          const { burst, pauseMs, size } = kind
          const options = { burst, pauseMs, size, coloured: name === "plain", stop, count }
          const out = openSync(fifo, constants.O_RDWR)
          const writer = start([WRITER, JSON.stringify(options)], out)
          return Effect.tap(writer, () => Effect.sync(() => closeSync(out)))
        })
        const survivors = JSON.stringify(
          jobs.map(({ fifo, kind, log, name }) => ({ name, fifo, log, settings: kind.settings }))
        )
        const prepare = start([bundle, survivors], "pipe")
        const warm = ({ said }: Child) =>
          eventually("the survivor is warm", () => said().includes("warm"), 30_000)
        let current = yield* prepare
        for (let n = 0; n < KILLS; n++) {
          yield* warm(current)
          current.child.stdin?.write("go\n")
          const next = yield* prepare
          // Every third dies while it attaches.
          if (n % 3 > 0) yield* warm(next)
          yield* Effect.sleep(Math.random() * 40)
          current.child.kill("SIGKILL")
          yield* Effect.promise(() => current.exited)
          assert.strictEqual(current.child.signalCode, "SIGKILL")
          current = next
        }
        yield* warm(current)
        current.child.stdin?.write("go\n")
        writeFileSync(stop, "")
        yield* Effect.promise(() => Promise.all(writers.map(({ exited }) => exited)))
        yield* eventually("the pipes are empty", () => held.every((fd) => waiting(fd) === 0))
        current.child.stdin?.end()
        yield* Effect.promise(() => current.exited)
        for (const { count, kind, log, name } of jobs) {
          const last = Number(readFileSync(count, "utf8"))
          assert.isAbove(last, 100, name)
          judge(kind, contents(log), last)
        }
      }),
    TIMEOUT_MS
  )
})

const waiting = (fd: number): number => {
  const out = Buffer.alloc(4)
  return ioctl(fd, FIONREAD, out) < 0 ? 0 : out.readInt32LE(0)
}
