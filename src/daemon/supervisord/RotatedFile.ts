/**
 * The file of the main log: written line by line, and nothing is kept back here. It is rotated as supervisord rotates
 * (supervisord.md 3.2). A full disk or a vanished directory costs lines, never the daemon.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  renameSync,
  truncateSync,
  unlinkSync,
  writeSync
} from "node:fs"
import { rotationDue, rotationRenames } from "../../core/rotation.ts"
import { errnoOf } from "../../os/errnoOf.ts"

export interface RotatedFile {
  readonly write: (text: string) => void
  /** Closes and opens it anew: somebody moved it. */
  readonly reopen: () => void
  /** Removes it and opens a new one; the errno's name where that failed. */
  readonly clear: () => string | null
  readonly close: () => void
}

export interface RotatedFileOptions {
  readonly path: string
  /** 0: never rotated. */
  readonly maxBytes: number
  readonly backups: number
}

/** Or the errno's name, when it cannot be opened. */
export const openRotatedFile = (options: RotatedFileOptions): RotatedFile | string => {
  const { backups, maxBytes, path } = options
  let fd = -1
  let position = 0
  let regular = false
  const open = (): string | null => {
    try {
      fd = openSync(path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY, 0o666)
      const facts = fstatSync(fd)
      regular = facts.isFile()
      position = regular ? facts.size : 0
      return null
    } catch (error) {
      fd = -1
      return errnoOf(error)
    }
  }
  const close = () => {
    if (fd >= 0) closeSync(fd)
    fd = -1
  }
  const rotate = () => {
    if (backups === 0) truncateSync(path)
    for (const { from, to } of rotationRenames(path, backups, existsSync))
      attempt(() => renameSync(from, to))
    close()
    open()
  }
  const failed = open()
  if (failed !== null) return failed
  return {
    write: (text) => {
      if (fd < 0 && open() !== null) return
      attempt(() => {
        position += writeSync(fd, text)
        if (regular && rotationDue(position, maxBytes)) rotate()
      })
    },
    reopen: () => {
      close()
      open()
    },
    clear: () => {
      try {
        unlinkSync(path)
      } catch (error) {
        if (errnoOf(error) !== "ENOENT") return errnoOf(error)
      }
      close()
      return open()
    },
    close
  }
}

const { O_APPEND, O_CREAT, O_NOCTTY, O_WRONLY } = constants

/** What fails here is tried again with the next line. */
const attempt = (act: () => void): void => {
  try {
    act()
  } catch {
    // The line is lost; nothing else is.
  }
}
