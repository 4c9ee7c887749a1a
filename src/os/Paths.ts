/**
 * Where reeve keeps its state, its socket and its logs: found (findPaths), and made where a command may write.
 */
import * as fs from "node:fs"
import { join } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { errnoOf } from "./errnoOf.ts"
import { findPaths, isRefusal, type PathOptions, type Paths, STATE_FOLDER } from "./findPaths.ts"
import { makeDirectories } from "./makeDirectories.ts"

/** `message` is one sentence for the user. */
export class PathRefused extends Data.TaggedError("PathRefused")<{
  readonly path: string
  readonly message: string
}> {}

export const resolvePaths = (options: PathOptions): Effect.Effect<Paths, PathRefused> =>
  Effect.suspend(() => {
    const found = findPaths(options)
    return isRefusal(found)
      ? Effect.fail(refused(found.path, found.message))
      : Effect.succeed(found)
  })

/** Makes the directories, each 0700 where it is new; `.reeve` gets a `.gitignore` of its own. */
export const makePaths = (paths: Paths): Effect.Effect<void, PathRefused> =>
  Effect.gen(function* () {
    const own = [paths.stateDirectory, paths.runtimeDirectory, paths.logDirectory]
    for (const path of own) {
      yield* Effect.try({
        try: () => makeDirectories(path, 0o700),
        catch: (error) => refused(path, `cannot make the directory ${path}: ${errnoOf(error)}`)
      })
    }
    if (paths.stateDirectory.endsWith(`/${STATE_FOLDER}`)) {
      yield* Effect.try({
        try: () => ignoreInGit(paths.stateDirectory),
        catch: (error) =>
          refused(
            paths.stateDirectory,
            `cannot write in ${paths.stateDirectory}: ${errnoOf(error)}`
          )
      })
    }
  })

const ignoreInGit = (stateDirectory: string): void => {
  const path = join(stateDirectory, ".gitignore")
  if (!fs.existsSync(path)) fs.writeFileSync(path, "*\n", { flag: "wx" })
}

const refused = (path: string, message: string): PathRefused => new PathRefused({ path, message })
