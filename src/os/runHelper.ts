/**
 * Runs a helper program of reeve's (git, a compiler) to its end and gives what it printed. Node spawns and reaps it; it
 * has no input and a session of its own, and is killed with all that it started when time is up.
 */
import { type ChildProcess, spawn } from "node:child_process"
import * as Effect from "effect/Effect"
import { errnoOf } from "./errnoOf.ts"

export interface HelperCommand {
  readonly file: string
  readonly args: ReadonlyArray<string>
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** More output than that ends the program; what came until then is given. */
  readonly outputBytes: number
}

export interface HelperResult {
  /** Null: killed, or never started. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** "timeout", "output", or the errno of a failed start; null: it ended by itself. */
  readonly failure: string | null
}

export const runHelper = (command: HelperCommand): Effect.Effect<HelperResult> =>
  Effect.callback<HelperResult>((resume) => {
    const output = { stdout: "", stderr: "" }
    let failure: string | null = null
    const child = spawn(command.file, [...command.args], {
      cwd: command.directory,
      env: { ...command.environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true
    })
    const give = (why: string) => {
      failure ??= why
      killGroup(child)
    }
    const timer = setTimeout(() => give("timeout"), command.timeoutMs)
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].on("data", (chunk: Buffer) => {
        output[stream] += chunk.toString("utf8")
        if (output[stream].length > command.outputBytes) give("output")
      })
    }
    child.on("error", (error) => {
      clearTimeout(timer)
      resume(Effect.succeed({ ...output, code: null, failure: failure ?? errnoOf(error) }))
    })
    child.on("close", (code) => {
      clearTimeout(timer)
      resume(Effect.succeed({ ...output, code, failure }))
    })
    return Effect.sync(() => {
      clearTimeout(timer)
      killGroup(child)
    })
  })

const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, "SIGKILL")
  } catch {
    // The group is empty already.
  }
}
