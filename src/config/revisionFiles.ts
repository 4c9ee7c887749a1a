/**
 * The files of a git revision, unpacked beside the working tree for as long as they are needed. Git is asked as the repository's
 * owner and runs nothing that it names. As root the repository must belong to whom the files of the entries may belong to: what
 * is in it is evaluated.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { displayPath } from "../core/displayPath.ts"
import type { Revision } from "../domain/Desired.ts"
import { archiveBytes, archiveTimeoutMs } from "../domain/limits.ts"
import { directoriesAbove, ownedPath } from "../os/fileOwnership.ts"
import { exists, type FoundUpwards, findUpwards } from "../os/findUpwards.ts"
import { Host } from "../os/Host.ts"
import { isBelow, type Overlay, ownerOf, placeOf, realAsFar, treePath } from "../os/overlay.ts"
import { runHelper } from "../os/runHelper.ts"
import { type Scan, scanEntries } from "../os/scanEntries.ts"
import { temporaryDirectory } from "../os/temporaryDirectory.ts"
import { Users } from "../os/Users.ts"
import { unpackArchive } from "../os/unpackArchive.ts"
import { gitCommand } from "./git.ts"
import { judgeOwnership } from "./ownership.ts"

/** It cannot be had; one sentence. */
export class RevisionFailure extends Data.TaggedError("RevisionFailure")<{
  readonly text: string
}> {}

export interface RevisionFiles {
  readonly overlay: Overlay
  /** Of the entries, with the paths that they have in the working tree. */
  readonly scan: Scan
  readonly git: Revision
}

/** `entries`: absolute, as the operator named them. The files go with the scope. */
export const revisionFiles = Effect.fnUntraced(function* (
  entries: ReadonlyArray<string>,
  revision: string
) {
  const { directory } = yield* Host
  const places = yield* Effect.sync(() => entries.map(realAsFar))
  const owners = yield* Effect.sync(() => [...new Set(places.map(ownerOf))])
  const repository = yield* repositoryOf(places, directory)
  yield* checkOwner(repository, owners)
  const commit = yield* commitOf(repository, revision)
  const at = yield* Effect.mapError(temporaryDirectory("reeve-revision"), (why) =>
    failed(`The files of revision ${revision} have no place: ${why}.`)
  )
  yield* unpack(repository, { revision, commit, at })
  const overlay: Overlay = { root: repository.directory, at }
  for (const place of places) {
    if (exists(placeOf(overlay, place))) continue
    const short = commit.slice(0, 7)
    return yield* failed(
      `Revision ${revision} (${short}) has no ${displayPath(place, directory)}: nothing was declared there then.`
    )
  }
  const files: RevisionFiles = {
    overlay,
    scan: yield* Effect.sync(() => scanRevision(overlay, places, owners)),
    git: { commit, dirty: false }
  }
  return files
})

const failed = (text: string) => new RevisionFailure({ text })

/** One that holds all entries: a revision of another says nothing of theirs. */
const repositoryOf = (places: ReadonlyArray<string>, directory: string) =>
  Effect.gen(function* () {
    const found = places.map((place) => ({ place, git: findUpwards(place, ".git") }))
    const without = found.find(({ git }) => git === null)
    if (without !== undefined) {
      const path = displayPath(without.place, directory)
      return yield* failed(`${path} is in no git repository, so there is no revision of it.`)
    }
    const [first, ...others] = found.flatMap(({ git }) => (git === null ? [] : [git]))
    if (first === undefined) return yield* failed("There are no files to look for in a revision.")
    const other = others.find((one) => one.directory !== first.directory)
    if (other === undefined) return first
    return yield* failed(
      `One revision cannot be of all files: they are in ${first.directory} and in ${other.directory}, two git repositories.`
    )
  })

const checkOwner = Effect.fnUntraced(function* (
  repository: FoundUpwards,
  owners: ReadonlyArray<number>
) {
  const { effectiveUid } = yield* Users
  if (effectiveUid !== 0) return
  const [fault] = judgeOwnership(
    ownedPath(repository.path),
    directoriesAbove(repository.path, new Map()),
    new Set([0, ...owners])
  ).filter(({ severity }) => severity === "error")
  if (fault !== undefined) return yield* failed(`${fault.message} (${fault.hint}).`)
})

const commitOf = Effect.fnUntraced(function* (repository: FoundUpwards, revision: string) {
  const command = yield* gitOf(repository, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${revision}^{commit}`
  ])
  const { code, failure, stderr, stdout } = yield* runHelper(command)
  const [commit] = /^[0-9a-f]{40,64}$/m.exec(stdout) ?? []
  if (code === 0 && commit !== undefined) return commit
  if (failure !== null) return yield* failed(`Git cannot be asked: ${failure}.`)
  const said = stderr.trim().split("\n", 1)[0] ?? ""
  const why = said === "" ? "" : ` (${said})`
  return yield* failed(`There is no revision ${revision} in ${repository.directory}${why}.`)
})

const gitOf = Effect.fnUntraced(function* (repository: FoundUpwards, words: ReadonlyArray<string>) {
  const command = yield* gitCommand(repository, repository.directory, words)
  if (command !== null) return command
  return yield* failed(
    `Git cannot be asked with the rights of the owner of ${repository.path}: setpriv (package util-linux) is missing.`
  )
})

/** Everything: what is imported may lie anywhere in it. */
const unpack = Effect.fnUntraced(function* (
  repository: FoundUpwards,
  {
    at,
    commit,
    revision
  }: { readonly at: string; readonly commit: string; readonly revision: string }
) {
  // Modes as private as the directory: nobody else has to read them.
  const words = ["-c", "tar.umask=0077", "archive", "--format=tar", commit]
  const command = yield* gitOf(repository, words)
  const limits = { timeoutMs: archiveTimeoutMs, outputBytes: archiveBytes }
  const why = yield* unpackArchive({ ...command, ...limits }, at)
  if (why !== null) {
    return yield* failed(`The files of revision ${revision} cannot be unpacked: ${why}.`)
  }
})

const scanRevision = (
  overlay: Overlay,
  places: ReadonlyArray<string>,
  owners: ReadonlyArray<number>
): Scan => {
  const found = scanEntries(places.map((place) => placeOf(overlay, place)))
  const back = (paths: ReadonlyArray<string>) => paths.map((path) => treePath(overlay, path))
  return {
    modules: back(found.modules).toSorted(),
    inis: back(found.inis).toSorted(),
    directories: back(found.directories).filter((path) => isBelow(overlay.root, path)),
    owners,
    problems: found.problems.map((problem) => ({
      ...problem,
      path: treePath(overlay, problem.path)
    }))
  }
}
