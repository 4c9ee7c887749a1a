/**
 * Whether the files that a process was made from are still what they were. Only what is certain is told: content that was
 * compared, a program whose file the kernel calls deleted, or whose path leads to another file by now. What cannot be looked at
 * is not told: a process in another file system than reeve's, a file that is too large, or on a network that does not answer.
 */
import { constants, readlinkSync } from "node:fs"
import * as fs from "node:fs/promises"
import { sourceBytes } from "../domain/limits.ts"
import type { ProcessSources } from "../domain/ProcessSources.ts"
import { sourceDigest } from "./sourceDigest.ts"

/** "program": what was executed, or an interpreter. `at`: wall clock, milliseconds; null: not known since when. */
export interface ChangedFile {
  readonly what: "program" | "script" | "envFile" | "secret"
  readonly path: string
  readonly how: "changed" | "removed"
  readonly at: number | null
}

export interface Made {
  readonly pid: number
  readonly spawnId: string
  readonly sources: ProcessSources
}

export const changedFiles = async (made: Made): Promise<ReadonlyArray<ChangedFile>> => {
  const { command, files } = made.sources
  const isScript = command.digest !== null
  const program = isScript ? await changedScript(made) : await changedCommand(command)
  // A replaced program is told once; of a script the interpreter may be another one as well.
  const executed = program !== null && !isScript ? null : await changedExecutable(made)
  const others = await Promise.all(
    files.map((file) => changedContent(made.spawnId, file.role, file.path, file.digest))
  )
  return [program, executed, ...others].filter((one) => one !== null)
}

type Command = ProcessSources["command"]

const changedScript = ({ sources: { command }, spawnId }: Made): Promise<ChangedFile | null> =>
  changedContent(spawnId, "script", command.path, command.digest ?? "")

const changedCommand = async ({ inode, path }: Command): Promise<ChangedFile | null> => {
  const now = await factsOf(path)
  if (now === "missing") return { what: "program", path, how: "removed", at: null }
  if (now === null || now.inode === inode) return null
  return { what: "program", path, how: "changed", at: now.changedAt }
}

/** What the kernel executes. One that removed itself, as self-extracting programs do, is none of reeve's business. */
const changedExecutable = async ({ pid }: Made): Promise<ChangedFile | null> => {
  try {
    if (readlinkSync(`/proc/${pid}/ns/mnt`) !== readlinkSync("/proc/self/ns/mnt")) return null
    const link = readlinkSync(`/proc/${pid}/exe`)
    if (!link.endsWith(deleted)) return null
    const path = link.slice(0, -deleted.length)
    const now = await factsOf(path)
    if (now === null || now === "missing") return null
    return { what: "program", path, how: "changed", at: now.changedAt }
  } catch {
    // It has ended, or belongs to somebody whose processes may not be looked at.
    return null
  }
}

const deleted = " (deleted)"

const changedContent = async (
  spawnId: string,
  what: ChangedFile["what"],
  path: string,
  digest: string
): Promise<ChangedFile | null> => {
  const now = await contentOf(path)
  if (now === null) return null
  if (now === "missing") return { what, path, how: "removed", at: null }
  return sourceDigest(spawnId, now.text) === digest
    ? null
    : { what, path, how: "changed", at: now.changedAt }
}

/** Null: it cannot be looked at. */
const factsOf = async (path: string) => {
  try {
    const { ctimeMs, ino } = await fs.stat(path)
    return { inode: ino, changedAt: Math.round(ctimeMs) }
  } catch (error) {
    return isMissing(error) ? ("missing" as const) : null
  }
}

const contentOf = async (path: string) => {
  try {
    // Waits for no writer, and takes no terminal for its own: the path may be anything by now.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY
    const file = await fs.open(path, flags)
    try {
      const facts = await file.stat()
      if (!facts.isFile() || facts.size > sourceBytes) return null
      const text = (await file.readFile()).toString("utf8")
      return { text, changedAt: Math.round(facts.mtimeMs) }
    } finally {
      await file.close()
    }
  } catch (error) {
    return isMissing(error) ? ("missing" as const) : null
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")
