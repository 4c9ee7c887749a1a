import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as libc from "../../src/os/libc.ts"
import { Proc } from "../../src/os/Proc.ts"
import { ProcLive } from "../../src/os/ProcLive.ts"

describe("Proc", () => {
  it.live("tells what a process is, whatever its name holds", () =>
    Effect.gen(function* () {
      const proc = yield* Proc
      const child = spawn("/bin/sh", ["-c", "echo; read -r line"], {
        argv0: "a) S (1 2",
        detached: true
      })
      yield* Effect.promise(() => once(child.stdout, "data"))
      const pid = child.pid ?? 0
      const facts = yield* proc.facts(pid)
      assert.deepInclude(facts, {
        pid,
        parent: process.pid,
        group: pid,
        session: pid,
        command: "a) S (1 2 -c echo; read -r line"
      })
      assert.isAbove(facts?.startTicks ?? 0, 0)
      assert.isTrue((yield* proc.list).some((one) => one.pid === pid))
      const ended = once(child, "exit")
      yield* proc.signal(pid, 9, "group")
      yield* Effect.promise(() => ended)
      assert.isNull(yield* proc.facts(pid))
      assert.strictEqual((yield* Effect.flip(proc.signal(pid, 0, "process"))).errno, "ESRCH")
    }).pipe(Effect.provide(ProcLive))
  )

  it.live("looks at none of the known and of reeve's helpers, unless they are wanted", () =>
    Effect.gen(function* () {
      const proc = yield* Proc
      const helper = spawn("sleep", ["1000"])
      const pid = helper.pid ?? 0
      const look = (known: ReadonlyArray<number>, wanted: ReadonlyArray<number>) =>
        proc.others?.((one) => known.includes(one), new Set(wanted)) ?? Effect.die("is there")
      const all = yield* look([], [])
      assert.isFalse(all.some((one) => one.pid === pid))
      assert.deepInclude(
        all.find((one) => one.pid === process.pid),
        { parent: process.ppid, command: "" }
      )
      const few = yield* look([process.pid], [pid])
      assert.isFalse(few.some((one) => one.pid === process.pid))
      assert.deepInclude(
        few.find((one) => one.pid === pid),
        { parent: process.pid }
      )
      const ended = once(helper, "exit")
      helper.kill("SIGKILL")
      yield* Effect.promise(() => ended)
    }).pipe(Effect.provide(ProcLive))
  )

  it.live("knows at once that an ended process left nothing, its group and orphans apart", () =>
    Effect.gen(function* () {
      const proc = yield* Proc
      libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
      const leftBy = (script: string) =>
        Effect.gen(function* () {
          const leader = spawn("/bin/sh", ["-c", script], { detached: true })
          const [said] = yield* Effect.promise(() => once(leader.stdout, "data"))
          yield* Effect.promise(() => once(leader, "exit"))
          const may = () =>
            proc.mayHaveLeft?.([leader.pid ?? 0], new Set([process.pid])) ?? Effect.die("is there")
          return { left: Number(said), may }
        })
      const none = yield* leftBy("echo 0")
      assert.isFalse(yield* none.may())
      for (const how of ["sleep 1000 >/dev/null &", "setsid sleep 1000 >/dev/null &"]) {
        const { left, may } = yield* leftBy(`${how} echo $!`)
        assert.isTrue(yield* may())
        assert.isTrue(yield* none.may(), "anybody's orphan is one to look at")
        libc.kill(left, 9)
        assert.strictEqual(
          libc.waitid(libc.P_PID, left, Buffer.alloc(128), libc.WEXITED),
          0,
          "it has fallen to this process"
        )
        assert.isFalse(yield* may())
      }
      libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    }).pipe(Effect.provide(ProcLive))
  )

  it.live("never signals its own group or everything", () =>
    Effect.gen(function* () {
      const proc = yield* Proc
      for (const pid of [0, 1, -1, Number.NaN]) {
        assert.strictEqual((yield* Effect.flip(proc.signal(pid, 0, "group"))).errno, "ESRCH")
      }
      const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
      assert.strictEqual(proc.bootId, boot)
    }).pipe(Effect.provide(ProcLive))
  )
})
