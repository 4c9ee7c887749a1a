import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Proc } from "../../src/os/Proc.ts"
import { processFacts } from "../../src/os/procStat.ts"
import { Reaper } from "../../src/os/Reaper.ts"
import { adoptAll, alone, makeFoster, running, sh, statusOf, until } from "./foster.ts"
import { workspace } from "./runProgram.ts"

const space = workspace()
afterAll(space.remove)

describe("signals to adopted processes", () => {
  it.live("reach it and its group, and tell that it has ended", () =>
    Effect.gen(function* () {
      const foster = yield* makeFoster()
      yield* foster.auto
      const path = join(space.path, "member")
      const [one] = yield* foster.start(
        sh(`trap 'exit 3' USR1; sleep 1000 & echo $! >${path}; while :; do wait; done`)
      )
      const pid = one?.pid ?? 0
      const member = () => {
        try {
          return Number(readFileSync(path, "utf8"))
        } catch {
          return 0
        }
      }
      yield* until(() => member() > 0)
      const proc = yield* Proc
      yield* adoptAll(one === undefined ? [] : [one])
      yield* proc.signal(pid, 0, "process")
      yield* proc.signal(pid, 0, "group")
      yield* proc.signal(pid, 10, "process")
      yield* until(() => processFacts(pid) === null)
      assert.strictEqual((yield* Effect.flip(proc.signal(pid, 0, "process"))).errno, "ESRCH")
      assert.isNotNull(processFacts(member()))
      // The group outlives its leader, and is still no other's.
      yield* proc.signal(pid, 9, "group")
      yield* until(() => processFacts(member()) === null)
      assert.strictEqual((yield* Effect.flip(proc.signal(pid, 9, "group"))).errno, "ESRCH")
      const seen = yield* running
      yield* until(() => seen.length === 1)
      assert.deepStrictEqual(statusOf(seen, pid), { kind: "code", code: 3 })
    }).pipe(Effect.scoped, Effect.provide(alone))
  )

  it.live("find what it left behind with the parent that it had", () =>
    Effect.gen(function* () {
      const foster = yield* makeFoster()
      const [one] = yield* foster.start(sh("setsid sleep 1003 & sleep 0.2; exit 0"), {
        environment: ["PATH=/usr/bin:/bin", "REEVE_SPAWN_ID=left"]
      })
      const { pid = 0, startTicks = 0 } = one ?? {}
      const reaper = yield* Reaper
      const proc = yield* Proc
      yield* reaper.adopt({ pid, startTicks, spawnId: "left" })
      const seen = yield* running
      yield* until(() => seen.length === 1)
      const left = yield* proc.descendants(pid)
      assert.deepStrictEqual(
        left.map(({ command, parent }) => ({ command, parent })),
        [{ command: "sleep 1003", parent: foster.pid }]
      )
      for (const { pid: leftover } of left) yield* proc.signal(leftover, 9, "process")
    }).pipe(Effect.scoped, Effect.provide(alone))
  )
})
