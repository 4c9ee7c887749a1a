/** A foreign parent of processes, and a Keeper in memory over one. */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { assert } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { exitStatus } from "../../src/os/exitStatus.ts"
import type { Keeper, OrphanExit } from "../../src/os/Keeper.ts"
import { NoKeeper, noKeeper } from "../../src/os/noKeeper.ts"
import { ProcLive } from "../../src/os/ProcLive.ts"
import { type Exited, Reaper } from "../../src/os/Reaper.ts"
import { ReaperLive } from "../../src/os/ReaperLive.ts"

export interface Started {
  readonly pid: number
  readonly startTicks: number
}

export interface Foster {
  readonly pid: number
  readonly start: (
    argv: ReadonlyArray<string>,
    options?: {
      readonly count?: number
      readonly fifo?: string
      readonly environment?: ReadonlyArray<string>
    }
  ) => Effect.Effect<ReadonlyArray<Started>>
  /** The oldest zombie that it has. */
  readonly next: Effect.Effect<OrphanExit | null>
  readonly reap: (pid: number) => Effect.Effect<void>
  /** From now on it reaps at once. */
  readonly auto: Effect.Effect<void>
  readonly die: Effect.Effect<void>
}

const fixture = fileURLToPath(new URL("../fixtures/foster.ts", import.meta.url))

/** `below`: what it leaves when it dies falls to a parent of its own, which reaps at once. It dies with the test. */
export const makeFoster = (below: "below" | "alone" = "alone") =>
  Effect.gen(function* () {
    const process = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(globalThis.process.execPath, [fixture, below], {
          stdio: ["pipe", "pipe", "inherit"]
        })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]()
    const answer = Effect.promise(async () => JSON.parse((await lines.next()).value ?? "null"))
    const ask = (order: Readonly<Record<string, unknown>>) =>
      Effect.andThen(
        Effect.sync(() => process.stdin.write(`${JSON.stringify(order)}\n`)),
        answer
      )
    const { pid } = yield* answer
    const made: Array<Started> = []
    const kill = (one: number) => {
      try {
        globalThis.process.kill(one, "SIGKILL")
      } catch {}
    }
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        kill(pid)
        for (const one of made) kill(-one.pid)
      })
    )
    const foster: Foster = {
      pid,
      start: (argv, options = {}) =>
        Effect.tap(ask({ do: "start", argv, ...options }), (started) =>
          Effect.sync(() => made.push(...started))
        ),
      next: Effect.map(ask({ do: "next" }), (exit) =>
        exit === null ? null : { ...exit, status: exitStatus(exit.code, exit.status) }
      ),
      reap: (one) => ask({ do: "reap", pid: one }),
      auto: ask({ do: "auto" }),
      die: Effect.sync(() => kill(pid))
    }
    return foster
  })

/** Looks each 10 ms, for 20 seconds at most. */
export const until = (holds: () => boolean) =>
  Effect.gen(function* () {
    for (let tries = 0; !holds(); tries += 1) {
      if (tries > 2000) assert.fail("the condition did not come true in 20 seconds")
      yield* Effect.sleep(10)
    }
  })

/** What the foster has is told from `hear` on, and reaped when `take` has returned. */
export const keeperOver = (foster: Foster) =>
  Effect.gen(function* () {
    const lost = yield* Deferred.make<void>()
    const keeper: Keeper["Service"] = {
      ...noKeeper,
      met: { ...noKeeper.met, protocol: 2, pid: foster.pid },
      present: () => !Deferred.isDoneUnsafe(lost),
      lost: Deferred.await(lost),
      hear: (take) =>
        Effect.gen(function* () {
          for (;;) {
            const exit = Deferred.isDoneUnsafe(lost) ? null : yield* foster.next
            if (exit === null) {
              yield* Effect.sleep(5)
              continue
            }
            yield* take(exit)
            if (!Deferred.isDoneUnsafe(lost)) yield* foster.reap(exit.pid)
          }
        })
    }
    return {
      keeper,
      lose: Effect.andThen(foster.die, Deferred.succeed(lost, undefined))
    }
  })

/** Where there is no keeper. */
export const alone = Layer.mergeAll(Layer.provide(ReaperLive, NoKeeper), ProcLive)
export const sh = (script: string) => ["/bin/sh", "-c", script]
export const adoptAll = (processes: ReadonlyArray<Started>) =>
  Effect.gen(function* () {
    const reaper = yield* Reaper
    return yield* Effect.forEach(processes, ({ pid, startTicks }) =>
      reaper.adopt({ pid, startTicks, spawnId: `spawn-${pid}` })
    )
  })

/** What is delivered from now on. */
export const running = Effect.gen(function* () {
  const reaper = yield* Reaper
  const seen: Array<Exited> = []
  yield* Effect.forkScoped(reaper.run((exited) => Effect.sync(() => void seen.push(exited))))
  return seen
})

export const statusOf = (seen: ReadonlyArray<Exited>, pid: number | undefined) =>
  seen.find((exited) => exited.pid === pid)?.status
