import { execFileSync } from "node:child_process"
import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type { ExitStatus } from "../../src/domain/State.ts"
import { Keeper } from "../../src/os/Keeper.ts"
import * as libc from "../../src/os/libc.ts"
import { Proc } from "../../src/os/Proc.ts"
import { ProcLive } from "../../src/os/ProcLive.ts"
import { processFacts, startTicksOf } from "../../src/os/procStat.ts"
import { type Exited, Reaper } from "../../src/os/Reaper.ts"
import { ReaperLive } from "../../src/os/ReaperLive.ts"
import {
  adoptAll,
  alone,
  keeperOver,
  makeFoster,
  running,
  type Started,
  sh,
  statusOf,
  until
} from "./foster.ts"
import { workspace } from "./runProgram.ts"

const under = (keeper: Keeper["Service"]) =>
  Layer.mergeAll(Layer.provide(ReaperLive, Layer.succeed(Keeper, keeper)), ProcLive)

const space = workspace()
afterAll(space.remove)

const isRoot = process.geteuid?.() === 0
const runFixture = (name: string, before: ReadonlyArray<string> = []) => {
  const fixture = fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))
  const [file = "", ...words] = [...before, process.execPath, fixture]
  return JSON.parse(execFileSync(file, words, { encoding: "utf8", timeout: 30_000 }))
}

/** With so many free descriptors. */
const withFree = <A>(free: number, act: () => A): A => {
  const lowest = libc.open("/dev/null", libc.O.RDONLY)
  const before = libc.prlimit(0, libc.RLIMIT.NOFILE)
  if (typeof before === "number") return assert.fail(libc.errnoName(before))
  const filled = libc.open("/dev/null", libc.O.RDONLY)
  libc.prlimit(0, libc.RLIMIT.NOFILE, { soft: BigInt(filled), hard: before.hard })
  if (free === 1) libc.close(lowest)
  try {
    return act()
  } finally {
    libc.prlimit(0, libc.RLIMIT.NOFILE, before)
    if (free === 0) libc.close(lowest)
    libc.close(filled)
  }
}

const ended = (signal: string, number: number): ExitStatus => ({
  kind: "signal",
  signal,
  number,
  core: false
})

/** Each process waits for this file to be there, or for the test's end. */
const gate = () => {
  const path = join(space.path, `gate-${Math.random()}`)
  return {
    open: () => execFileSync("touch", [path]),
    wait: (script: string) =>
      sh(`until [ -e ${path} ] || [ ! -d ${space.path} ]; do sleep 0.05; done; ${script}`)
  }
}

describe("Reaper.adopt", () => {
  it.live("delivers what the keeper has, which stays a zombie until onExit has returned", () =>
    Effect.gen(function* () {
      const foster = yield* makeFoster()
      const { keeper } = yield* keeperOver(foster)
      const [one] = yield* foster.start(sh("sleep 0.2; exit 7"))
      const [stranger] = yield* foster.start(sh("exit 3"))
      yield* Effect.gen(function* () {
        assert.deepStrictEqual(yield* adoptAll(one === undefined ? [] : [one]), ["watched"])
        const reaper = yield* Reaper
        const seen: Array<Exited & { readonly state: string | undefined }> = []
        yield* Effect.forkScoped(
          reaper.run((exited) =>
            Effect.sync(() => {
              seen.push({ ...exited, state: processFacts(exited.pid)?.state })
            })
          )
        )
        yield* until(() => seen.length === 2)
        const pid = one?.pid ?? 0
        assert.deepStrictEqual(seen, [
          { pid: stranger?.pid ?? 0, status: { kind: "code", code: 3 }, known: false, state: "Z" },
          {
            pid,
            status: { kind: "code", code: 7 },
            known: true,
            spawnId: `spawn-${pid}`,
            state: "Z"
          }
        ])
        yield* until(() => processFacts(pid) === null)
      }).pipe(Effect.provide(under(keeper)))
    }).pipe(Effect.scoped)
  )

  it.live("tells by pidfd how a process ended whose parent reaps it, also before run began", () =>
    Effect.gen(function* () {
      const foster = yield* makeFoster()
      yield* foster.auto
      const early = gate()
      const late = gate()
      const [first, second] = [
        ...(yield* foster.start(early.wait("exit 5"))),
        ...(yield* foster.start(late.wait("kill -KILL $$")))
      ]
      const [third] = yield* foster.start(late.wait("exit 0"))
      const all = [first, second, third].flatMap((one) => one ?? [])
      assert.deepStrictEqual(yield* adoptAll(all), ["watched", "watched", "watched"])
      early.open()
      yield* until(() => processFacts(first?.pid ?? 0) === null)
      const seen = yield* running
      yield* until(() => seen.length === 1)
      late.open()
      yield* until(() => seen.length === 3)
      assert.isTrue(seen.every(({ known }) => known))
      assert.deepStrictEqual(statusOf(seen, first?.pid), { kind: "code", code: 5 })
      assert.deepStrictEqual(statusOf(seen, third?.pid), { kind: "code", code: 0 })
      assert.deepStrictEqual(statusOf(seen, second?.pid), ended("SIGKILL", 9))
    }).pipe(Effect.scoped, Effect.provide(alone))
  )

  it.live("tells how a process ended whose parent does not reap", () =>
    Effect.gen(function* () {
      const foster = yield* makeFoster()
      const processes = [
        ...(yield* foster.start(sh("exit 0"))),
        ...(yield* foster.start(sh("exit 9"))),
        ...(yield* foster.start(sh("kill -TERM $$")))
      ]
      yield* until(() => processes.every(({ pid }) => processFacts(pid)?.state === "Z"))
      yield* adoptAll(processes)
      const seen = yield* running
      yield* until(() => seen.length === 3)
      assert.deepStrictEqual(
        processes.map(({ pid }) => statusOf(seen, pid)),
        [{ kind: "code", code: 0 }, { kind: "code", code: 9 }, ended("SIGTERM", 15)]
      )
    }).pipe(Effect.scoped, Effect.provide(alone))
  )

  it.live("tells how an orphan ended, whoever took it in", () =>
    Effect.gen(function* () {
      const path = join(space.path, "orphan")
      const opened = gate()
      const [, , script = ""] = opened.wait("exit 6")
      execFileSync("/bin/sh", ["-c", `setsid sh -c '${script}' >/dev/null 2>&1 & echo $! >${path}`])
      const pid = Number(readFileSync(path, "utf8"))
      rmSync(path)
      yield* until(() => processFacts(pid)?.session === pid)
      assert.notStrictEqual(processFacts(pid)?.parent, process.pid)
      yield* adoptAll([{ pid, startTicks: startTicksOf(pid) ?? 0 }])
      const seen = yield* running
      opened.open()
      yield* until(() => seen.length === 1)
      assert.deepStrictEqual(statusOf(seen, pid), { kind: "code", code: 6 })
    }).pipe(Effect.scoped, Effect.provide(alone))
  )

  it.live(
    "watches or finds gone each process that ends in that instant, and delivers it once",
    () =>
      Effect.gen(function* () {
        const foster = yield* makeFoster()
        yield* foster.auto
        const seen = yield* running
        const watched: Array<number> = []
        let gone = 0
        for (let round = 0; round < 20; round += 1) {
          const processes = yield* foster.start(sh("exit 4"), { count: 10 })
          const answers = yield* adoptAll(processes)
          for (const [index, { pid }] of processes.entries()) {
            if (answers[index] === "watched") watched.push(pid)
            else gone += 1
          }
        }
        yield* until(() => seen.length >= watched.length)
        assert.strictEqual(watched.length + gone, 200)
        assert.deepStrictEqual(
          seen.map(({ pid }) => pid).sort((a, b) => a - b),
          watched.sort((a, b) => a - b)
        )
        for (const { status } of seen) assert.deepStrictEqual(status, { kind: "code", code: 4 })
      }).pipe(Effect.scoped, Effect.provide(alone))
  )

  it.live("delivers 500 that end at once, each once", () =>
    Effect.gen(function* () {
      const foster = yield* makeFoster()
      yield* foster.auto
      const processes = yield* foster.start(["/bin/sleep", "1000"], { count: 500 })
      const seen = yield* running
      const answers = yield* adoptAll(processes)
      assert.isTrue(answers.every((answer) => answer === "watched"))
      for (const { pid } of processes) process.kill(pid, "SIGTERM")
      yield* until(() => seen.length >= 500)
      assert.strictEqual(new Set(seen.map(({ pid }) => pid)).size, 500)
      for (const { status } of seen) assert.deepStrictEqual(status, ended("SIGTERM", 15))
      assert.strictEqual(seen.length, 500)
    }).pipe(Effect.scoped, Effect.provide(alone))
  )

  it.live("hears of exits by pidfd when the keeper is lost, each once", () =>
    Effect.gen(function* () {
      const foster = yield* makeFoster("below")
      const { keeper, lose } = yield* keeperOver(foster)
      const before = gate()
      const after = gate()
      const first = yield* foster.start(before.wait("exit 1"), { count: 5 })
      const second = yield* foster.start(after.wait("exit 2"), { count: 5 })
      yield* Effect.gen(function* () {
        yield* adoptAll([...first, ...second])
        const reaper = yield* Reaper
        const seen: Array<Exited> = []
        const shown = yield* Deferred.make<void>()
        const handled = yield* Deferred.make<void>()
        yield* Effect.forkScoped(
          reaper.run((exited) =>
            Effect.gen(function* () {
              // The third is shown by the keeper, and not taken when that dies.
              if (seen.length === 2) {
                yield* Deferred.succeed(shown, undefined)
                yield* Deferred.await(handled)
              }
              seen.push(exited)
            })
          )
        )
        before.open()
        yield* Deferred.await(shown)
        yield* lose
        yield* until(() => first.slice(3).every(({ pid }) => processFacts(pid) === null))
        yield* Deferred.succeed(handled, undefined)
        after.open()
        yield* until(() => seen.length >= 10)
        assert.strictEqual(seen.length, 10)
        const wanted = [...first, ...second].map(({ pid }) => pid).sort((a, b) => a - b)
        assert.deepStrictEqual(
          seen.map(({ pid }) => pid).sort((a, b) => a - b),
          wanted
        )
        for (const { pid } of first) {
          assert.deepStrictEqual(statusOf(seen, pid), { kind: "code", code: 1 })
        }
        for (const { pid } of second) {
          assert.deepStrictEqual(statusOf(seen, pid), { kind: "code", code: 2 })
        }
      }).pipe(Effect.provide(under(keeper)))
    }).pipe(Effect.scoped)
  )

  it.live("tells an exit again that was interrupted before it was handled", () =>
    Effect.gen(function* () {
      const foster = yield* makeFoster()
      const [one] = yield* foster.start(sh("exit 5"))
      yield* until(() => processFacts(one?.pid ?? 0)?.state === "Z")
      yield* adoptAll(one === undefined ? [] : [one])
      const reaper = yield* Reaper
      let begun = false
      const first = yield* Effect.forkChild(
        reaper.run(() =>
          Effect.suspend(() => {
            begun = true
            return Effect.never
          })
        )
      )
      yield* until(() => begun)
      yield* Fiber.interrupt(first)
      const seen = yield* running
      yield* until(() => seen.length === 1)
      assert.deepStrictEqual(statusOf(seen, one?.pid), { kind: "code", code: 5 })
    }).pipe(Effect.scoped, Effect.provide(alone))
  )

  it.live("watches also what it has no descriptor for", () =>
    Effect.gen(function* () {
      const foster = yield* makeFoster()
      const processes = yield* foster.start(["/bin/sleep", "1000"], { count: 2 })
      const [one, two] = processes
      const [gone] = yield* foster.start(["/bin/true"])
      yield* until(() => processFacts(gone?.pid ?? 0)?.state === "Z")
      yield* foster.reap(gone?.pid ?? 0)
      const reaper = yield* Reaper
      const adopt = ({ pid, startTicks }: Started, free: number) =>
        withFree(free, () => Effect.runSync(reaper.adopt({ pid, startTicks, spawnId: "one" })))
      assert.deepStrictEqual(
        [one, two, gone].map((started, free) => (started ? adopt(started, free % 2) : null)),
        ["watched", "watched", "gone"]
      )
      const seen = yield* running
      const proc = yield* Proc
      for (const { pid } of processes) yield* proc.signal(pid, 15, "group")
      yield* until(() => seen.length === 2)
      for (const { pid } of processes) {
        assert.deepStrictEqual(statusOf(seen, pid), ended("SIGTERM", 15))
      }
    }).pipe(Effect.scoped, Effect.provide(alone))
  )

  it.live("takes no process for another that began at another time", () =>
    Effect.gen(function* () {
      const foster = yield* makeFoster()
      const [one] = yield* foster.start(["/bin/sleep", "1000"])
      const { pid = 0, startTicks = 0 } = one ?? {}
      assert.deepStrictEqual(yield* adoptAll([{ pid, startTicks: startTicks - 1 }]), ["gone"])
      assert.deepStrictEqual(yield* adoptAll([{ pid: 4_000_000, startTicks }]), ["gone"])
    }).pipe(Effect.scoped, Effect.provide(alone))
  )

  it("neither adopts nor signals a stranger that has the number of an adopted process", () => {
    const flags = isRoot ? [] : ["--user", "--map-root-user"]
    const unshare = ["unshare", ...flags, "--pid", "--fork", "--mount-proc", "--kill-child"]
    assert.deepStrictEqual(runFixture("reusedPid.ts", unshare), {
      same: true,
      adopted: "watched",
      process: "ESRCH",
      group: "ESRCH",
      again: "gone",
      strangerLives: true,
      delivered: [{ kind: "code", code: 8 }]
    })
  })

  it("does all this for an ordinary user, and lets the process end while it waits", () => {
    const began = performance.now()
    assert.deepStrictEqual(runFixture("adoptAsNobody.ts"), {
      adopted: ["watched", "watched", "watched"],
      statuses: [
        { kind: "code", code: 5 },
        { kind: "signal", signal: "SIGKILL", number: 9, core: false }
      ],
      afterwards: "ESRCH"
    })
    assert.isBelow(performance.now() - began, 10_000)
  })
})
