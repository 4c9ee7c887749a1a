import { statSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import { Terminal } from "../os/Terminal.ts"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"

/**
 * The files and directories of programs, absolute: those named, else `programs/` in the current directory or the nearest
 * above it. As root only the current directory counts: what is evaluated becomes root, and a parent may be anybody's.
 */
export const entriesOfCommand = Effect.fnUntraced(function* (paths: ReadonlyArray<string>) {
  const terminal = yield* Terminal
  if (paths.length > 0) {
    for (const path of paths) {
      if (statSync(path, { throwIfNoEntry: false }) === undefined) {
        return yield* usage(`There is no file or directory ${path}.`, null)
      }
    }
    return paths
  }
  const places = terminal.uid === 0 ? [terminal.directory] : upwards(terminal.directory)
  for (const place of places) {
    const candidate = join(place, "programs")
    if (statSync(candidate, { throwIfNoEntry: false })?.isDirectory() === true) return [candidate]
  }
  return yield* usage(
    `There is no programs/ directory in ${terminal.directory}${places.length > 1 ? " or above it" : ""}.`,
    "Make one with: reeve init   (or name files and directories)"
  )
})

const upwards = (directory: string): ReadonlyArray<string> =>
  dirname(directory) === directory ? [directory] : [directory, ...upwards(dirname(directory))]

const usage = (text: string, hint: string | null) =>
  new CliFailure({ text, hint, code: exitCodes.usage })
