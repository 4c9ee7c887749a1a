/**
 * Bytes through the log plane, beside `cat` writing to a file in the same run: `node bench/logplane.ts [MB]`. Prints one line for
 * large writes and one for 100-byte writes. The ratio is what counts: it holds on a slow or loaded machine too.
 */
import { spawn, spawnSync } from "node:child_process"
import { closeSync, constants, mkdtempSync, openSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { instanceKey } from "../src/domain/Instance.ts"
import { LogPlane } from "../src/logs/LogPlane.ts"
import { LogPlaneLive } from "../src/logs/LogPlaneLive.ts"
import { mkfifo } from "../src/os/libc.ts"

const megabytes = Number(process.argv[2] ?? 500)
const bytes = megabytes * 1_000_000
const directory = mkdtempSync(join(tmpdir(), "reeve-bench-"))
const sink = { instance: instanceKey("bench", "bench", 0), channel: "stdout" } as const
const settings = {
  file: { path: "" },
  maxBytes: 50 * 1024 * 1024,
  backups: 2,
  syslog: false,
  stripAnsi: false,
  captureMaxBytes: 0,
  events: false
}

const producer = (blockSize: number): string =>
  `head -c ${bytes} /dev/zero | dd bs=${blockSize} iflag=fullblock status=none`

/** Seconds that `cat` needs for the same bytes through a pipe. */
const cat = (blockSize: number): number => {
  const started = performance.now()
  spawnSync("sh", ["-c", `${producer(blockSize)} | cat > ${join(directory, "cat.log")}`])
  const seconds = (performance.now() - started) / 1000
  if (statSync(join(directory, "cat.log")).size !== bytes) throw new Error("cat lost bytes")
  return seconds
}

const run = (blockSize: number) =>
  Effect.gen(function* () {
    const plane = yield* LogPlane
    const path = join(directory, `${blockSize}.log`)
    const fifo = join(directory, `${blockSize}.fifo`)
    mkfifo(fifo, 0o600)
    yield* plane.configure(sink, { label: "bench", path, settings, protocol: false, openAs: null })
    yield* plane.attach(String(blockSize), fifo, sink)
    const out = openSync(fifo, constants.O_RDWR)
    const before = process.cpuUsage()
    const started = performance.now()
    const child = spawn("sh", ["-c", producer(blockSize)], { stdio: ["ignore", out, "inherit"] })
    closeSync(out)
    yield* Effect.promise(() => new Promise((resolve) => child.once("exit", resolve)))
    yield* plane.settle
    const seconds = (performance.now() - started) / 1000
    const { user, system } = process.cpuUsage(before)
    return { seconds, cpuPerGigabyte: (user + system) / 1e6 / (bytes / 1e9) }
  })

const main = Effect.gen(function* () {
  for (const blockSize of [1_048_576, 100]) {
    const plain = cat(blockSize)
    const { seconds, cpuPerGigabyte } = yield* run(blockSize)
    const rate = (s: number) => `${(megabytes / s).toFixed(0)} MB/s`
    process.stdout.write(
      `writes of ${blockSize} bytes: log plane ${rate(seconds)}, cat ${rate(plain)}, ` +
        `ratio ${(plain / seconds).toFixed(2)}, ${cpuPerGigabyte.toFixed(2)} CPU s/GB\n`
    )
  }
})

await Effect.runPromise(main.pipe(Effect.provide(LogPlaneLive), Effect.scoped))
rmSync(directory, { recursive: true })
