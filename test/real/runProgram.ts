/** Runs one program through the Spawner and the Reaper with output to a FIFO, and gives what it printed and how it ended. */
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ExitStatus } from "../../src/domain/State.ts"
import { Fifo } from "../../src/os/Fifo.ts"
import { FifoLive } from "../../src/os/FifoLive.ts"
import { NoKeeper } from "../../src/os/noKeeper.ts"
import { Reaper } from "../../src/os/Reaper.ts"
import { ReaperLive } from "../../src/os/ReaperLive.ts"
import { Spawner, type SpawnFailure, type SpawnRequest } from "../../src/os/Spawner.ts"
import { SpawnerLive } from "../../src/os/SpawnerLive.ts"

export const noLimits: SpawnRequest["limits"] = {
  openFiles: null,
  processes: null,
  coreSize: null,
  fileSize: null,
  addressSpace: null,
  stack: null,
  lockedMemory: null,
  cpu: null,
  nice: null,
  oomScoreAdjust: null,
  memory: null,
  memoryGraceMs: 10_000,
  memoryMax: null,
  cpus: null,
  tasks: null
}

export const request = (
  argv: readonly [string, ...ReadonlyArray<string>],
  parts: Partial<SpawnRequest> = {}
): SpawnRequest => ({
  spawnId: "test",
  file: argv[0],
  argv,
  environment: new Map([["PATH", "/usr/bin:/bin"]]),
  directory: null,
  stdin: { kind: "null" },
  stdout: null,
  stderr: null,
  readyPipe: null,
  sockets: [],
  credentials: null,
  umask: null,
  limits: noLimits,
  cgroup: null,
  dieWithParent: false,
  ...parts
})

export interface Ran {
  readonly output: string
  readonly status: ExitStatus
}

/** A directory for one test file; removed by `remove`. */
export const workspace = () => {
  const path = fs.mkdtempSync(join(tmpdir(), "reeve-test-"))
  fs.chmodSync(path, 0o755)
  return { path, remove: () => fs.rmSync(path, { recursive: true, force: true }) }
}

const layers = Layer.mergeAll(SpawnerLive, Layer.provide(ReaperLive, NoKeeper))

export const runProgram = (
  directory: string,
  wanted: SpawnRequest
): Effect.Effect<Ran, SpawnFailure> =>
  Effect.scoped(
    Effect.gen(function* () {
      const fifo = yield* Fifo
      const spawner = yield* Spawner
      const reaper = yield* Reaper
      const path = yield* Effect.orDie(fifo.make("out", null))
      const reading = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
      yield* Effect.addFinalizer(() => Effect.sync(() => fs.closeSync(reading)))
      const ended = yield* Deferred.make<ExitStatus>()
      const spawned = yield* spawner.spawn({ ...wanted, stdout: path, stderr: "stdout" })
      yield* Effect.forkScoped(
        reaper.run(({ pid, status }) =>
          pid === spawned.pid ? Effect.asVoid(Deferred.succeed(ended, status)) : Effect.void
        )
      )
      const status = yield* Deferred.await(ended)
      return { output: drain(reading), status }
    })
  ).pipe(Effect.provide(Layer.merge(layers, FifoLive({ directory: join(directory, "fifos") }))))

const drain = (fd: number): string => {
  const chunks: Array<Buffer> = []
  const buffer = Buffer.alloc(65536)
  for (;;) {
    try {
      const count = fs.readSync(fd, buffer)
      if (count === 0) break
      chunks.push(Buffer.from(buffer.subarray(0, count)))
    } catch {
      break
    }
  }
  return Buffer.concat(chunks).toString()
}
