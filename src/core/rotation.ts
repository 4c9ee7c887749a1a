/**
 * The arithmetic of log rotation (supervisord.md 3.2): when a file is due, which names shift, and how much one move may
 * put into a file. It touches no file, and it never splits a move: whoever moves bytes asks before, and rotates after.
 */

import { ENLARGED_PIPE_BYTES } from "./enlargedPipe.ts"

/** A file exceeds its limit by at most this much (design 9), as one read of supervisord would let it. */
export const MAX_OVERSHOOT_BYTES = 128 * 1024
/** The most that one move takes from a pipe: all that one can hold. */
export const MAX_MOVE_BYTES = ENLARGED_PIPE_BYTES

export interface Rename {
  readonly from: string
  readonly to: string
}

/** How many bytes one move may take now: what is left to `maxBytes` (0: no limit), or 128 KiB if that is more. */
export const moveLimit = (position: number, maxBytes: number): number =>
  maxBytes === 0
    ? MAX_MOVE_BYTES
    : Math.min(MAX_MOVE_BYTES, Math.max(maxBytes - position, MAX_OVERSHOOT_BYTES))

/** Asked after each move. */
export const rotationDue = (position: number, maxBytes: number): boolean =>
  maxBytes > 0 && position >= maxBytes

/**
 * The renames of one rotation, in order: `f.1` → `f.2` before `f` → `f.1`, so that the oldest goes. They reach up
 * to the first name that is free: a process that was killed between two of them leaves such a gap, and the rotation that
 * follows must not push another backup out. (Where somebody deleted a backup, those above the gap so stay a rotation longer
 * than with supervisord.) Files above `backups` are left alone. Empty for `backups` 0: then the file is truncated in place
 * and keeps its inode. `exists` is asked for names of backups, from `f.1` on.
 */
export const rotationRenames = (
  path: string,
  backups: number,
  exists: (name: string) => boolean
): ReadonlyArray<Rename> => {
  let last = 1
  while (last < backups && exists(`${path}.${last}`)) last++
  const renames: Array<Rename> = []
  for (let n = last - 1; n >= 1; n--) renames.push({ from: `${path}.${n}`, to: `${path}.${n + 1}` })
  if (backups > 0) renames.push({ from: path, to: `${path}.1` })
  return renames
}
