/**
 * Blocking file calls for threads that may block (the log plane's workers), in the convention of libc.ts: a result, or the
 * negated errno; nothing throws. Never for the daemon's main thread.
 */
import * as fs from "node:fs"
import { join } from "node:path"

export interface NodeFacts {
  readonly kind: "file" | "directory" | "link" | "fifo" | "device" | "other"
  readonly uid: number
  readonly gid: number
  readonly mode: number
  readonly links: number
  readonly size: number
  readonly inode: number
  readonly device: number
}

export const lstat = (path: string): NodeFacts | number => attempt(() => facts(fs.lstatSync(path)))
export const fstat = (fd: number): NodeFacts | number => attempt(() => facts(fs.fstatSync(fd)))
export const rename = (from: string, to: string): number =>
  attempt(() => done(fs.renameSync(from, to)))
export const unlink = (path: string): number => attempt(() => done(fs.unlinkSync(path)))
export const truncate = (fd: number): number => attempt(() => done(fs.ftruncateSync(fd, 0)))

/** File systems whose calls may wait for another machine or process: NFS, SMB, CIFS, FUSE, 9p, Ceph, AFS. */
const REMOTE = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x65735546, 0x01021997, 0x00c36400, 0x5346414f
])

/** False where the file lies on another machine, as far as the file system's type tells. */
export const isLocal = (path: string): boolean => {
  const type = attempt(() => fs.statfsSync(path).type)
  return !REMOTE.has(type)
}

export interface PathComponent extends NodeFacts {
  readonly path: string
}

/** The directories that lead to a file, from `/` on, links resolved where they appear; links themselves included. */
export const componentsOf = (file: string): ReadonlyArray<PathComponent> | number => {
  const found: Array<PathComponent> = []
  const walk = (at: string, names: ReadonlyArray<string>, links: number): number => {
    let here = at
    for (const [index, name] of names.entries()) {
      const path = join(here, name)
      const node = lstat(path)
      if (typeof node === "number") return node
      found.push({ ...node, path })
      if (node.kind === "link") {
        if (links > 40) return -40
        const target = attempt(() => fs.readlinkSync(path))
        if (typeof target === "number") return target
        const rest = [...target.split("/"), ...names.slice(index + 1)].filter((n) => n !== "")
        return walk(target.startsWith("/") ? "/" : here, rest, links + 1)
      }
      here = path
    }
    return 0
  }
  const root = lstat("/")
  if (typeof root === "number") return root
  found.push({ ...root, path: "/" })
  const parts = file.split("/").filter((name) => name !== "")
  const failed = walk("/", parts.slice(0, -1), 0)
  return failed < 0 ? failed : found
}

const facts = (stat: fs.Stats): NodeFacts => ({
  kind: kindOf(stat),
  uid: stat.uid,
  gid: stat.gid,
  mode: stat.mode & 0o7777,
  links: stat.nlink,
  size: stat.size,
  inode: stat.ino,
  device: stat.dev
})

const kindOf = (stat: fs.Stats): NodeFacts["kind"] => {
  if (stat.isFile()) return "file"
  if (stat.isDirectory()) return "directory"
  if (stat.isSymbolicLink()) return "link"
  if (stat.isFIFO()) return "fifo"
  return stat.isCharacterDevice() ? "device" : "other"
}

const done = (_: void): number => 0

const attempt = <A>(f: () => A): A | number => {
  try {
    return f()
  } catch (error) {
    if (error instanceof Error && "errno" in error && typeof error.errno === "number")
      return error.errno
    throw error
  }
}
