import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as libc from "../../src/os/libc.ts"
import { Proc } from "../../src/os/Proc.ts"
import { ProcLive } from "../../src/os/ProcLive.ts"
import { allProcesses } from "../../src/os/procStat.ts"
import { makeFoster, until } from "./foster.ts"
import { workspace } from "./runProgram.ts"

const space = workspace()
afterAll(space.remove)

const fifos = (name: string) => {
  const directory = join(space.path, name)
  mkdirSync(directory)
  return {
    directory,
    make: (fifo: string) => {
      const path = join(directory, fifo)
      assert.strictEqual(libc.mkfifo(path, 0o600), 0)
      return path
    }
  }
}

const sleep = ["/bin/sleep", "1000"]
const named = (spawnId: string) => [
  "PATH=/usr/bin:/bin",
  "SUPERVISOR_PROCESS_NAME=web-1",
  "SUPERVISOR_GROUP_NAME=web",
  `REEVE_SPAWN_ID=${spawnId}`
]
const childrenOf = (pid: number) => allProcesses().filter(({ parent }) => parent === pid)

describe("lives", () => {
  it.live("are found by their FIFO, also when its name is gone", () =>
    Effect.gen(function* () {
      const foster = yield* makeFoster()
      const proc = yield* Proc
      const { directory, make } = fifos("found")
      const first = make("a.b-1.stdout")
      const second = make("c.stdin")
      const [one] = yield* foster.start(sleep, { fifo: first, environment: named("a.b-1") })
      const [two] = yield* foster.start(sleep, { fifo: second })
      rmSync(second)
      const found = yield* proc.lives(directory, new Set())
      const wanted = [
        {
          pid: one?.pid,
          startTicks: one?.startTicks,
          spawnId: "a.b-1",
          parent: foster.pid,
          processName: "web-1",
          groupName: "web"
        },
        {
          pid: two?.pid,
          startTicks: two?.startTicks,
          spawnId: "c",
          parent: foster.pid,
          processName: null,
          groupName: null
        }
      ]
      const bySpawnId = [...found].sort((a, b) => (a.spawnId < b.spawnId ? -1 : 1))
      assert.deepStrictEqual<unknown>(bySpawnId, wanted)
      const others = yield* proc.lives(directory, new Set([one?.pid ?? 0]))
      assert.deepStrictEqual(
        others.map(({ spawnId }) => spawnId),
        ["c"]
      )
      rmSync(directory, { recursive: true })
      assert.strictEqual((yield* proc.lives(directory, new Set())).length, 2)
    }).pipe(Effect.scoped, Effect.provide(ProcLive))
  )

  it.live("are not their children, whatever session these lead, nor who has the variable", () =>
    Effect.gen(function* () {
      const foster = yield* makeFoster()
      const proc = yield* Proc
      const { directory, make } = fifos("strangers")
      const script = "setsid sleep 1000 & sleep 1001 & wait"
      const [leader] = yield* foster.start(["/bin/sh", "-c", script], {
        fifo: make("e.stdout"),
        environment: named("e")
      })
      yield* foster.start(sleep, { environment: named("f") })
      yield* foster.start(sleep, { fifo: make("no-stream") })
      const { pid = 0 } = leader ?? {}
      yield* until(() => childrenOf(pid).length === 2)
      yield* until(() => childrenOf(pid).some((one) => one.session === one.pid))
      const members = childrenOf(pid)
      assert.deepStrictEqual(
        (yield* proc.lives(directory, new Set())).map((found) => found.pid),
        [pid]
      )
      // Nor where the leader is known.
      assert.deepStrictEqual(yield* proc.lives(directory, new Set([pid])), [])
      for (const member of members) yield* proc.signal(member.pid, 9, "process")
    }).pipe(Effect.scoped, Effect.provide(ProcLive))
  )
})
