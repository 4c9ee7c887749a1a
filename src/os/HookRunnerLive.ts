/**
 * The HookRunner on this machine. Node starts and reaps the process, since its output is read here; what it is started with
 * (user, limits, directory) goes through the same exec chain as a program's. The kernel kills it when the daemon ends, however.
 */
import { type ChildProcess, spawn } from "node:child_process"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { signalNumber } from "../domain/Signal.ts"
import type { ExitStatus } from "../domain/State.ts"
import { errnoOf } from "./errnoOf.ts"
import { type Chain, execChain } from "./execChain.ts"
import { type HookEnd, type HookOrder, HookRunner } from "./HookRunner.ts"
import { LineTail } from "./LineTail.ts"
import { startTicksOf } from "./procStat.ts"
import type { Spawned, SpawnRequest } from "./Spawner.ts"
import { openFilesNow } from "./SpawnerLive.ts"
import { openFilesMethod } from "./startProcess.ts"

/** How long output is waited for whose writer has ended or got SIGKILL: another process may hold the pipe. */
const lastOutputMs = 200

/** A process that SIGKILL does not end sits in the kernel; it is waited for no longer. */
const killedMs = 1_000

export const HookRunnerLive = Layer.succeed(HookRunner, {
  run: (order: HookOrder, began: (process: Spawned) => Effect.Effect<void>) =>
    // Between the start and the end nothing may come that does not know of the process.
    Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        const hook = start(order)
        if ("kind" in hook) return Effect.succeed(hook)
        const ended = Effect.callback<HookEnd>((resume) => {
          void hook.ended.then((end) => resume(Effect.succeed(end)))
        })
        const whole = Effect.andThen(
          hook.process === null ? Effect.void : began(hook.process),
          ended
        )
        return Effect.onInterrupt(restore(whole), () =>
          Effect.promise(() => {
            hook.kill()
            return hook.ended
          })
        )
      })
    )
})

/** A timer counts in 31 bits of milliseconds: 24 days. */
const longestTimerMs = 2 ** 31 - 1

interface Running {
  /** Null: there is none, and the end says why. */
  readonly process: Spawned | null
  readonly ended: Promise<HookEnd>
  readonly kill: () => void
}

const start = ({ request, timeoutMs }: HookOrder): Running | HookEnd => {
  const chain = chainOf(request)
  if (chain.kind === "impossible") return notStarted(chain.detail)
  try {
    const child = spawn(chain.file, chain.argv.slice(1), {
      argv0: chain.argv[0] ?? chain.file,
      cwd: request.directory ?? undefined,
      env: Object.fromEntries(chain.environment),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true
    })
    const { pid } = child
    const process = pid === undefined ? null : { pid, startTicks: startTicksOf(pid) ?? 0 }
    return { process, ...attend(child, timeoutMs) }
  } catch (error) {
    return notStarted(`it could not be started: ${errnoOf(error)}`)
  }
}

const notStarted = (text: string): HookEnd => ({ kind: "notStarted", text })

/** It dies with the daemon by setpriv; where there is none, and no user to change to, it is started without. */
const chainOf = (request: SpawnRequest): Chain => {
  const openFiles = openFilesMethod() === "asIs" ? null : openFilesNow()
  const chain = execChain({ ...request, dieWithParent: true }, openFiles)
  return chain.kind === "impossible" && request.credentials === null
    ? execChain({ ...request, dieWithParent: false }, openFiles)
    : chain
}

const attend = (child: ChildProcess, timeoutMs: number) => {
  const tail = new LineTail()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => tail.add(chunk))
    stream?.on("error", () => undefined)
  }
  let status: ExitStatus | null = null
  let expired = false
  const { promise, resolve } = Promise.withResolvers<HookEnd>()
  const finish = (): void => {
    clearTimeout(timer)
    for (const stream of [child.stdout, child.stderr]) stream?.destroy()
    const output = tail.finish()
    resolve(
      expired || status === null
        ? { kind: "timeout", ...output }
        : { kind: "ended", status, ...output }
    )
  }
  const kill = (): void => {
    if (status !== null) return
    killGroup(child)
    setTimeout(finish, killedMs).unref()
  }
  const expire = (): void => {
    expired = true
    kill()
  }
  const timer = setTimeout(expire, Math.min(timeoutMs, longestTimerMs))
  child.once("exit", (code, signal) => {
    clearTimeout(timer)
    status = statusOf(code, signal)
    killGroup(child)
    setTimeout(finish, lastOutputMs).unref()
  })
  child.once("close", finish)
  child.on("error", (error) => {
    clearTimeout(timer)
    resolve(notStarted(`it could not be started: ${errnoOf(error)}`))
  })
  return { ended: promise, kill }
}

const killGroup = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, "SIGKILL")
  } catch {
    // The group is empty already.
  }
}

const statusOf = (code: number | null, signal: NodeJS.Signals | null): ExitStatus => {
  if (code !== null) return { kind: "code", code }
  if (signal === null) return { kind: "unknown" }
  return { kind: "signal", signal, number: signalNumber(signal) ?? 0, core: false }
}
