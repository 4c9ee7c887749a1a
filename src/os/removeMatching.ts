/** Removes the files of one directory whose names match. */
import { readdir, unlink } from "node:fs/promises"
import { join } from "node:path"
import * as Effect from "effect/Effect"

/** The paths that could not be removed; null: the directory cannot be read. */
export const removeMatching = (
  directory: string,
  pattern: RegExp
): Effect.Effect<ReadonlyArray<string> | null> =>
  Effect.promise(async () => {
    const names = await readdir(directory).catch(() => null)
    if (names === null) return null
    const failed: Array<string> = []
    for (const name of names.filter((name) => pattern.test(name))) {
      const path = join(directory, name)
      await unlink(path).catch(() => failed.push(path))
    }
    return failed
  })
