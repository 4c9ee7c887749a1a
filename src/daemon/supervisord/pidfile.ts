import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync
} from "node:fs"
import * as Effect from "effect/Effect"
import { errnoOf } from "../../os/errnoOf.ts"

/**
 * Writes the pid, for all to read; fails with the errno's name. As supervisord, it overwrites what another left there; but it
 * follows no link, so that nobody can have another file overwritten.
 */
export const writePidfile = (path: string, pid: number): Effect.Effect<void, string> =>
  Effect.try({
    try: () => {
      const file = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, 0o644)
      try {
        writeSync(file, `${pid}\n`)
      } finally {
        closeSync(file)
      }
    },
    catch: errnoOf
  })

/** Only what still holds this pid: another may have written its own since. */
export const removePidfile = (path: string, pid: number): Effect.Effect<void> =>
  Effect.sync(() => {
    try {
      if (lstatSync(path).isFile() && readFileSync(path, "utf8").trim() === String(pid)) {
        unlinkSync(path)
      }
    } catch {
      // It is gone already.
    }
  })

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_TRUNC, O_WRONLY } = constants
