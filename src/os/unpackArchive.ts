/**
 * Runs a program that writes a tar archive, and unpacks that into a directory. Both are helpers of reeve's in sessions of their
 * own, and are killed with all that they started when time is up, or when nobody waits any more.
 */
import { type ChildProcess, spawn } from "node:child_process"
import * as Effect from "effect/Effect"
import { errnoOf } from "./errnoOf.ts"
import type { HelperCommand } from "./runHelper.ts"

/** `outputBytes`: of the archive. Null: done; else why not, without its end. */
export const unpackArchive = (
  archiver: HelperCommand,
  target: string
): Effect.Effect<string | null> =>
  Effect.callback<string | null>((resume) => {
    const { args, directory, environment, file } = archiver
    // A session of its own, and pipes in all three places.
    const options = { detached: true }
    const from = spawn(file, [...args], { ...options, cwd: directory, env: { ...environment } })
    const to = spawn("tar", ["-x", "-o", "-f", "-", "-C", target], {
      ...options,
      cwd: "/",
      env: { PATH: environment["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C" }
    })
    const both = [from, to]
    const said = new Map<ChildProcess, string>()
    let failure: string | null = null
    let open = both.length
    let bytes = 0
    const closed = Promise.withResolvers<void>()
    const end = (why: string): void => {
      failure ??= why
      for (const child of both) killGroup(child)
    }
    const timer = setTimeout(() => end("it took too long"), archiver.timeoutMs)
    for (const child of both) {
      const name = child === to ? "tar" : "git"
      child.stdin.on("error", () => undefined)
      child.stderr.on("data", (chunk: Buffer) => {
        said.set(child, ((said.get(child) ?? "") + chunk.toString("utf8")).slice(0, stderrLength))
      })
      child.on("error", (error) => end(`${name} cannot be run: ${errnoOf(error)}`))
      child.on("close", (code) => {
        if (code !== 0) failure ??= `${name} failed: ${firstLine(said.get(child) ?? "")}`
        if (--open > 0) return
        clearTimeout(timer)
        closed.resolve()
        resume(Effect.succeed(failure))
      })
    }
    from.stdin.end()
    from.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > archiver.outputBytes) end("it is too large")
    })
    from.stdout.pipe(to.stdin)
    to.stdout.resume()
    // Nothing may be written any more when the directory is removed.
    return Effect.promise(() => {
      end("nobody waits any more")
      return closed.promise
    })
  })

const stderrLength = 2_000

const firstLine = (text: string): string => text.trim().split("\n", 1)[0] || "it says no more"

const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, "SIGKILL")
  } catch {
    // The group is empty already.
  }
}
