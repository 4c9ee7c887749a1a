/**
 * The datagram socket that a process finds as NOTIFY_SOCKET. It is bound where nobody else can enter and renamed into place with
 * its owner set, so that there never is one that others may write to.
 */
import * as fs from "node:fs"
import { join } from "node:path"
import { longestUnixPath } from "../../domain/limits.ts"
import * as libc from "../libc.ts"
import { makeDirectories } from "../makeDirectories.ts"
import type { Owner } from "./Notices.ts"

/** Below the directory; nobody else can enter it. */
export const hiddenFolder = ".new"

/** The descriptor, non-blocking. Throws an Error with a code or a sentence. */
export const bindNotifySocket = (directory: string, name: string, owner: Owner | null): number => {
  const path = join(directory, name)
  const hidden = join(directory, hiddenFolder)
  const fresh = join(hidden, name)
  if (Buffer.byteLength(fresh) > longestUnixPath) {
    throw new Error(
      `${path} is longer than the address of a socket can be; name another state directory with --state-dir`
    )
  }
  prepare(directory, owner)
  makeDirectories(hidden, 0o700)
  fs.rmSync(fresh, { force: true })
  const kind = libc.SOCK_DGRAM | libc.SOCK_NONBLOCK | libc.SOCK_CLOEXEC
  const fd = check(libc.socket(libc.AF_UNIX, kind, 0))
  try {
    const address = unixAddress(fresh)
    check(libc.bind(fd, address, address.length))
    fs.chmodSync(fresh, 0o600)
    if (owner !== null) fs.lchownSync(fresh, owner.uid, owner.gid)
    fs.renameSync(fresh, path)
    return fd
  } catch (error) {
    libc.close(fd)
    fs.rmSync(fresh, { force: true })
    throw error
  }
}

/** For a program of another user the directory can be passed through, but neither listed nor written to. */
const prepare = (directory: string, owner: Owner | null): void => {
  makeDirectories(directory, 0o711)
  const facts = fs.lstatSync(directory)
  if (!facts.isDirectory() || facts.uid !== process.geteuid?.() || (facts.mode & 0o022) !== 0) {
    throw new Error(`${directory} is not a directory that only reeve can write`)
  }
  if (owner !== null && (facts.mode & 0o111) !== 0o111) fs.chmodSync(directory, 0o711)
}

const unixAddress = (path: string): Uint8Array => {
  const text = Buffer.from(path)
  const bytes = Buffer.alloc(text.length + 3)
  bytes.writeUInt16LE(libc.AF_UNIX, 0)
  text.copy(bytes, 2)
  return bytes
}

const check = (result: number): number => {
  if (result < 0) throw Object.assign(new Error(), { code: libc.errnoName(result) })
  return result
}
