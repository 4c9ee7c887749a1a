import { randomBytes } from "node:crypto"
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync
} from "node:fs"

/**
 * Puts a file in its place at once: whoever looks sees the old one or the new one. A link of that name is replaced, never
 * followed. Throws.
 */
export const replaceFile = (path: string, text: string, mode: number): void => {
  const beside = `${path}.${randomBytes(6).toString("hex")}.new`
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants
  const file = openSync(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode)
  try {
    try {
      // Whatever the umask is.
      fchmodSync(file, mode)
      writeFileSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}
