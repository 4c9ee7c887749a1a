/**
 * Starts the process that evaluates the user's files: a session of its own, little memory, little time, no input. It is
 * reeve's helper, not a supervised program, so Node spawns and reaps it. Ends as a group: what the files started goes
 * with it.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { Socket } from "node:net"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { saysOutOfMemory } from "../core/saysOutOfMemory.ts"
import {
  evaluationFrames,
  evaluationHeapMb,
  evaluationMemoryBytes,
  evaluationOpenFiles,
  evaluationOutputBytes,
  evaluationResultBytes,
  evaluationTimeoutMs
} from "../domain/limits.ts"
import { entryPath } from "./Entries.ts"
import { frameReader, lengthFrame } from "./lengthFrames.ts"

export interface EvaluatorOptions {
  readonly environment: ReadonlyMap<string, string>
  readonly directory: string
}

export interface EvaluatorEnd {
  /** What the process said, in order. */
  readonly frames: ReadonlyArray<unknown>
  /** "answered": the last frame came. "broken": it said what is no frame, or too much. "failed": it could not be started. */
  readonly how: "answered" | "exited" | "broken" | "failed"
  readonly code: number | null
  readonly signal: string | null
  /** The errno of a failed start. */
  readonly failure: string | null
}

export interface EvaluatorProcess {
  /** Sends the request and waits for the frame that `isLast`, or for the end. May be called once. */
  readonly ask: (
    request: unknown,
    isLast: (frame: unknown) => boolean
  ) => Effect.Effect<EvaluatorEnd>
  /** What it printed so far. */
  readonly output: () => { readonly text: string; readonly outOfMemory: boolean }
  /** The frames so far, for when time is up. */
  readonly frames: () => ReadonlyArray<unknown>
  readonly alive: () => boolean
  /** Kills the group. Done at once; the process is reaped later. */
  readonly end: Effect.Effect<void>
  /** Waits until what it printed before its last frame is read: that waits in the pipes already. Two turns of the loop. */
  readonly drained: Effect.Effect<void>
  /** Fulfilled when the process is reaped and its output is read. */
  readonly closed: Effect.Effect<void>
}

export const startEvaluator = (options: EvaluatorOptions): Effect.Effect<EvaluatorProcess> =>
  Effect.sync(() => {
    const state: State = { frames: [], isLast: null, text: "", outOfMemory: false }
    const result = Deferred.makeUnsafe<EvaluatorEnd>()
    const closed = Deferred.makeUnsafe<void>()
    const finish = (end: Omit<EvaluatorEnd, "frames">) => {
      Deferred.doneUnsafe(result, Effect.succeed({ ...end, frames: [...state.frames] }))
    }
    const child = start(options)
    child.on("error", (error) => {
      finish({ ...unknownEnd, how: "failed", failure: errnoOf(error) })
      Deferred.doneUnsafe(closed, Effect.void)
    })
    child.on("exit", () => killGroup(child))
    child.on("close", (code, signal) => {
      finish({ ...unknownEnd, how: "exited", code, signal })
      Deferred.doneUnsafe(closed, Effect.void)
    })
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", collectOutput(state))
    const wire = wireOf(child)
    wire?.on("error", () => undefined)
    const feed = frameReader(evaluationResultBytes, (frame) => {
      if (state.frames.length < evaluationFrames) state.frames.push(frame)
      if (state.isLast?.(frame) === true) finish({ ...unknownEnd, how: "answered" })
    })
    let bytes = 0
    wire?.on("data", (chunk: Buffer) => {
      bytes += chunk.length
      // The files can write there too: what comes is bounded in size and in number.
      const bounded = bytes <= 2 * evaluationResultBytes && state.frames.length < evaluationFrames
      if (bounded && feed(chunk)) return
      finish({ ...unknownEnd, how: "broken" })
      wire.destroy()
    })
    return {
      ask: (request, isLast) =>
        Effect.suspend(() => {
          state.isLast = isLast
          wire?.write(lengthFrame(request))
          return Deferred.await(result)
        }),
      output: () => ({ text: state.text, outOfMemory: state.outOfMemory }),
      frames: () => [...state.frames],
      alive: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
      end: Effect.sync(() => killGroup(child)),
      drained,
      closed: Deferred.await(closed)
    }
  })

const drained = Effect.callback<void>((resume) => {
  setImmediate(() => setImmediate(() => resume(Effect.void)))
})

const unknownEnd = { code: null, signal: null, failure: null }

interface State {
  readonly frames: Array<unknown>
  isLast: ((frame: unknown) => boolean) | null
  text: string
  outOfMemory: boolean
}

const start = ({ environment, directory }: EvaluatorOptions): ChildProcess => {
  const node = [
    process.execPath,
    `--max-old-space-size=${evaluationHeapMb}`,
    "--disable-warning=ExperimentalWarning",
    entryPath("evaluator")
  ]
  const [file = process.execPath, ...args] = [...limited(), ...node]
  return spawn(file, args, {
    cwd: directory,
    detached: true,
    env: withoutNodeOptions(environment),
    stdio: ["ignore", "pipe", "pipe", "pipe"]
  })
}

/** util-linux sets what Node cannot; where it is missing the heap limit and the timeout remain. */
const limited = (): ReadonlyArray<string> => {
  const prlimit = ["/usr/bin/prlimit", "/bin/prlimit"].find((path) => existsSync(path))
  const cpuSeconds = Math.ceil(evaluationTimeoutMs / 1000) + 2
  return prlimit === undefined
    ? []
    : [
        prlimit,
        `--data=${evaluationMemoryBytes}`,
        `--cpu=${cpuSeconds}`,
        `--nofile=${evaluationOpenFiles}`,
        "--core=0",
        "--"
      ]
}

/** Options meant for other programs (inspectors, loaders) must not reach into the evaluation. */
const withoutNodeOptions = (environment: ReadonlyMap<string, string>): NodeJS.ProcessEnv =>
  Object.fromEntries([...environment].filter(([name]) => name !== "NODE_OPTIONS"))

const wireOf = (child: ChildProcess): Socket | null => {
  const wire = child.stdio[3]
  return wire instanceof Socket ? wire : null
}

const collectOutput = (state: State) => (chunk: Buffer) => {
  const text = chunk.toString("utf8")
  if (saysOutOfMemory(text)) state.outOfMemory = true
  if (state.text.length < evaluationOutputBytes) {
    state.text = (state.text + text).slice(0, evaluationOutputBytes)
  }
}

const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, "SIGKILL")
  } catch {
    // The group is empty already.
  }
}

const errnoOf = (error: Error): string =>
  "code" in error && typeof error.code === "string" ? error.code : error.message
