/**
 * Opens what a sink writes to, in a worker. A file is opened so that no link, device or second name can lead reeve
 * elsewhere; standard streams are recognised by name and duplicated, never reopened, so that they keep their offset. It never
 * waits for a reader or a terminal.
 */
import { logRights, type Rights } from "../core/logRights.ts"
import { asUser, effectiveUid } from "../os/asUser.ts"
import { close, F_DUPFD_CLOEXEC, F_GETFL, fcntl, lseek, O, open, SEEK_END } from "../os/libc.ts"
import { moveUp } from "../os/moveUp.ts"
import { componentsOf, fstat, isLocal, lstat, type NodeFacts } from "../os/syncFiles.ts"
import type { SinkSettings } from "./Message.ts"

export interface Target {
  readonly fd: number
  /** "file": regular, reeve alone writes it, can be rotated. "stream": all else. */
  readonly kind: "file" | "stream"
  /** Writing waits where the other end is full, unless poll is asked first. */
  readonly blocking: boolean
  readonly inode: number
  /** The user whose rights opened it, and must rename it. */
  readonly rights: Rights | null
  /** Not null: may block its thread; targets of one key share a worker. */
  readonly apart: string | null
}

const ENXIO = 6
const EBADF = 9
const EACCES = 13
const EMLINK = 31
const ELOOP = 40

/** The target, or the negated errno. */
export const openTarget = (path: string, settings: SinkSettings): Target | number => {
  const standard = standardStream(path)
  if (standard !== null) return duplicate(standard, path)
  const nodes = componentsOf(path)
  if (typeof nodes === "number") return nodes
  const judged = logRights(nodes, effectiveUid(), settings.openAs)
  if (judged.kind === "refuse") return -EACCES
  const rights = judged.kind === "as" ? judged.rights : null
  const shared = judged.kind === "own" && judged.shared
  return asUser(rights, () => {
    const before = lstat(path)
    if (typeof before !== "number") {
      if (before.kind === "link") return -ELOOP
      if (before.kind === "fifo" || before.kind === "device") {
        if (rights !== null || shared) return -EACCES
        return openStream(path, before)
      }
    }
    return openFile(path, settings, rights, shared)
  })
}

const openFile = (
  path: string,
  settings: SinkSettings,
  rights: Rights | null,
  shared: boolean
): Target | number => {
  const flags = O.WRONLY | O.CREAT | O.NOFOLLOW | O.NONBLOCK | O.CLOEXEC | O.NOCTTY
  const fd = open(path, flags, settings.mode)
  if (fd < 0) return fd
  const node = fstat(fd)
  const fault = typeof node === "number" ? node : refusal(node, settings, shared)
  if (typeof node === "number" || fault < 0) {
    close(fd)
    return fault
  }
  lseek(fd, 0, SEEK_END)
  const apart = isLocal(path) ? null : `device ${node.device}`
  return { fd: moveUp(fd), kind: "file", blocking: false, inode: node.inode, rights, apart }
}

const refusal = (node: NodeFacts, settings: SinkSettings, shared: boolean): number => {
  if (node.kind !== "file") return -ENXIO
  if (node.links !== 1) return -EMLINK
  if (!shared) return 0
  const owners = [0, effectiveUid(), settings.openAs?.uid]
  return owners.includes(node.uid) ? 0 : -EACCES
}

const openStream = (path: string, node: NodeFacts): Target | number => {
  // Both ways for a FIFO: then it needs no reader to be opened, and its reader may come and go.
  const way = node.kind === "fifo" ? O.RDWR : O.WRONLY
  const fd = open(path, way | O.NOFOLLOW | O.NONBLOCK | O.CLOEXEC | O.NOCTTY)
  if (fd < 0) return fd
  const apart = path === "/dev/null" ? null : path
  return { fd, kind: "stream", blocking: false, inode: node.inode, rights: null, apart }
}

/** /dev/stdout, /dev/stderr, /dev/fd/N, /proc/self/fd/N. Above 2 a descriptor may be reeve's own: its database. */
const standardStream = (path: string): number | null => {
  if (path === "/dev/stdout") return 1
  if (path === "/dev/stderr") return 2
  const match = /^\/(?:dev|proc\/self)\/fd\/(\d{1,7})$/.exec(path)
  return match === null ? null : Number(match[1])
}

const duplicate = (of: number, path: string): Target | number => {
  if (of > 2) return -EBADF
  const fd = fcntl(of, F_DUPFD_CLOEXEC, 3)
  if (fd < 0) return fd
  const node = fstat(fd)
  if (typeof node === "number") {
    close(fd)
    return node
  }
  const blocking = node.kind !== "file" && (fcntl(fd, F_GETFL) & O.NONBLOCK) === 0
  return { fd, kind: "stream", blocking, inode: node.inode, rights: null, apart: path }
}
