/**
 * One look of an exec probe: a command that runs as the program does, in a session of its own, with all that it starts killed
 * when it has ended or is interrupted. It dies with reeve. Its output is bounded and only told.
 */
import { type ChildProcess, spawn } from "node:child_process"
import * as Effect from "effect/Effect"
import { exitText } from "../../core/exitText.ts"
import { printable } from "../../core/printable.ts"
import { errnoOf } from "../errnoOf.ts"
import { type Chain, execChain } from "../execChain.ts"
import * as libc from "../libc.ts"
import type { SpawnRequest } from "../Spawner.ts"
import { startOpenFiles } from "../startOpenFiles.ts"
import { openFilesMethod, withStartOpenFiles } from "../startProcess.ts"
import type { Seen } from "./Seen.ts"

/** One that writes more than that is ended. */
const mostOutputBytes = 1024 * 1024
/** The end of its output, which is told. */
const toldBytes = 4096
const toldCharacters = 200
/** For what is still in its pipes when it has ended. */
const afterEndMs = 100

export const execLook = (request: SpawnRequest): Effect.Effect<Seen> =>
  Effect.callback<Seen>((resume) => {
    const method = openFilesMethod()
    const chain = chainOf(request, method)
    if (chain.kind === "impossible") {
      resume(Effect.succeed({ ok: false, text: chain.detail }))
      return
    }
    const start = () => startChild(chain, request)
    const run = new Run(
      attempt(method === "window" ? () => withStartOpenFiles(start) : start),
      (seen) => resume(Effect.succeed(seen))
    )
    return Effect.sync(() => run.end())
  })

/** It is to end with reeve, where the program for that is there. */
const chainOf = (request: SpawnRequest, method: ReturnType<typeof openFilesMethod>): Chain => {
  const now = method === "prlimit" ? libc.prlimit(0, libc.RLIMIT.NOFILE) : 0
  const openFiles = typeof now === "number" ? null : { soft: startOpenFiles(), hard: now.hard }
  const chain = execChain({ ...request, dieWithParent: true }, openFiles)
  return chain.kind === "chain" ? chain : execChain({ ...request, dieWithParent: false }, openFiles)
}

const startChild = (
  chain: Chain & { readonly kind: "chain" },
  { directory }: SpawnRequest
): ChildProcess => {
  const [argv0 = chain.file, ...rest] = chain.argv
  const environment = [...chain.environment].filter(([name]) => name !== "REEVE_SPAWN_ID")
  return spawn(chain.file, rest, {
    argv0,
    env: Object.fromEntries(environment),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    ...(directory === null ? {} : { cwd: directory })
  })
}

const attempt = (start: () => ChildProcess): ChildProcess | string => {
  try {
    return start()
  } catch (error) {
    return errnoOf(error)
  }
}

class Run {
  private readonly child: ChildProcess | null
  private readonly give: (seen: Seen) => void
  private output = Buffer.alloc(0)
  private written = 0
  private flooded = false
  /** Its number may be another's from now on. */
  private over = false
  private timer: NodeJS.Timeout | undefined

  constructor(started: ChildProcess | string, give: (seen: Seen) => void) {
    this.give = give
    this.child = typeof started === "string" ? null : started
    if (typeof started === "string") {
      give({ ok: false, text: `it cannot be started: ${started}` })
      return
    }
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on("data", (piece: Buffer) => this.take(piece))
      stream?.on("error", () => undefined)
    }
    started.on("error", (error) => {
      give({ ok: false, text: `it cannot be started: ${errnoOf(error)}` })
    })
    started.on("exit", (code, signal) => {
      this.kill()
      this.over = true
      const tell = () => this.tell(code, signal)
      started.on("close", tell)
      this.timer = setTimeout(tell, afterEndMs)
    })
  }

  end(): void {
    clearTimeout(this.timer)
    this.kill()
    this.child?.stdout?.destroy()
    this.child?.stderr?.destroy()
  }

  private take(piece: Buffer): void {
    this.written += piece.length
    this.output = Buffer.concat([this.output, piece.subarray(-toldBytes)]).subarray(-toldBytes)
    if (this.written <= mostOutputBytes || this.flooded) return
    this.flooded = true
    this.kill()
  }

  private tell(code: number | null, signal: NodeJS.Signals | null): void {
    this.end()
    const ended = exitText(
      code !== null
        ? { kind: "code", code }
        : { kind: "signal", signal: signal ?? "signal", number: 0, core: false }
    )
    const how = this.flooded ? `it writes more than ${mostOutputBytes / 1024 ** 2} MiB` : ended
    const said = this.said()
    this.give({ ok: code === 0 && !this.flooded, text: said === "" ? how : `${how}: ${said}` })
  }

  /** The last line of what it wrote. */
  private said(): string {
    const lines = this.output.toString("utf8").trimEnd().split("\n")
    return printable(lines.at(-1) ?? "").slice(-toldCharacters)
  }

  /** The whole group: what it started goes with it. */
  private kill(): void {
    const pid = this.child?.pid
    if (pid === undefined || this.over) return
    try {
      process.kill(-pid, "SIGKILL")
    } catch {
      // The group is empty.
    }
  }
}
