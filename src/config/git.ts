/**
 * What git says of the directory of the entries: commit, and whether anything in it differs from that. It is information
 * for people: it never fails, never waits long, and never runs what a foreign repository names (hooks, monitors).
 */
import * as Effect from "effect/Effect"
import type { Revision } from "../domain/Desired.ts"
import { gitTimeoutMs } from "../domain/limits.ts"
import { exists, type FoundUpwards, findUpwards } from "../os/findUpwards.ts"
import { Host } from "../os/Host.ts"
import { type HelperCommand, runHelper } from "../os/runHelper.ts"
import { Users } from "../os/Users.ts"

const unknownRevision: Revision = { commit: null, dirty: false }

/** `directory`: absolute. Unknown without git, without a repository or a commit, and when git refuses or is slow. */
export const gitRevision = Effect.fn("gitRevision")(function* (directory: string) {
  const found = yield* Effect.sync(() => findUpwards(directory, ".git"))
  if (found === null) return unknownRevision
  const command = yield* gitCommand(found, directory, question)
  if (command === null) return unknownRevision
  const result = yield* runHelper(command)
  // Cut output means many changes; the commit stands in the first lines.
  const whole = result.code === 0 || result.failure === "output"
  return whole ? readStatus(result.stdout) : unknownRevision
})

/** Git with the rights of the repository's owner, to be run in `directory`; null: that cannot be done. */
export const gitCommand = Effect.fnUntraced(function* (
  repository: FoundUpwards,
  directory: string,
  words: ReadonlyArray<string>
) {
  const host = yield* Host
  const prefix = yield* asOwner(repository)
  if (prefix === null) return null
  const [file = "git", ...args] = [
    ...prefix.words,
    "git",
    ...safeOptions,
    "-C",
    directory,
    ...words
  ]
  const command: HelperCommand = {
    file,
    args,
    directory: "/",
    environment: {
      PATH: host.environment.get("PATH") ?? "/usr/local/bin:/usr/bin:/bin",
      HOME: prefix.home ?? host.environment.get("HOME") ?? "/",
      LC_ALL: "C",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_TERMINAL_PROMPT: "0",
      GIT_NO_LAZY_FETCH: "1"
    },
    timeoutMs: gitTimeoutMs,
    outputBytes: 65_536
  }
  return command
})

/** A repository may name programs in its configuration; none of them is needed here. */
const safeOptions = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]

const question = [
  "status",
  "--porcelain=v2",
  "--branch",
  "--untracked-files=normal",
  "--ignore-submodules=all",
  "--no-renames",
  "--",
  "."
]

/** Commit and changes in git's `--porcelain=v2 --branch` form. */
const readStatus = (text: string): Revision => {
  const lines = text.split("\n")
  const [, commit] = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(text) ?? []
  if (commit === undefined) return unknownRevision
  return { commit, dirty: lines.some((line) => line !== "" && !line.startsWith("#")) }
}

interface Prefix {
  readonly words: ReadonlyArray<string>
  readonly home: string | null
}

/** How to run git with the rights of the repository's owner; null: that cannot be done. */
const asOwner = Effect.fnUntraced(function* (repository: FoundUpwards) {
  const users = yield* Users
  const nobody: Prefix = { words: [], home: null }
  if (users.effectiveUid !== 0 || repository.uid === 0) return nobody
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find(exists)
  if (setpriv === undefined) return null
  const owner = yield* users.find(String(repository.uid))
  const words =
    owner === null
      ? [`--reuid=${repository.uid}`, `--regid=${repository.uid}`, "--clear-groups"]
      : [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, "--init-groups"]
  const prefix: Prefix = { words: [setpriv, ...words, "--"], home: owner?.home ?? null }
  return prefix
})
