/**
 * ListenSockets on this machine. A Unix socket is reachable from the moment it is bound; so it is bound in a fresh directory
 * that nobody else can enter, reached by its descriptor, and only renamed into place with its mode and owner set. No step
 * follows a link, and nothing but a socket is replaced.
 */
import * as fs from "node:fs"
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { errnoOf } from "./errnoOf.ts"
import { ListenFailure, type ListenOn, type ListenSocket, ListenSockets } from "./ListenSockets.ts"
import * as libc from "./libc.ts"
import { probeSocket } from "./Sockets.ts"
import { type SocketAddress, socketAddress } from "./socketAddress.ts"
import { whoListens } from "./whoListens.ts"

/** Linux's SOMAXCONN; the kernel takes less where net.core.somaxconn says so. */
const mostWaiting = 4096

export const ListenSocketsLive = Layer.succeed(ListenSockets, {
  open: (on: ListenOn, { replace }: { readonly replace: boolean }) =>
    on.kind === "tcp" ? openTcp(on) : openUnix(on, replace),
  copy: (pid: number, fd: number, on: ListenOn) => {
    const copied = libc.copyDescriptor(pid, fd)
    if (copied < 0) return null
    if (isListening(copied))
      return { fd: copied, inode: on.kind === "unix" ? inodeOf(on.path) : null }
    libc.close(copied)
    return null
  },
  occupant: whoListens,
  relisten: (fd: number, backlog: number | null) => {
    libc.listen(fd, backlog ?? mostWaiting)
  },
  close: ({ fd, inode }: ListenSocket, path: string | null) => {
    if (path !== null && inode !== null && inode === inodeOf(path)) {
      fs.rmSync(path, { force: true })
    }
    libc.close(fd)
  }
})

const isListening = (fd: number): boolean => {
  const value = Buffer.alloc(4)
  const length = Buffer.alloc(4)
  length.writeInt32LE(4, 0)
  const asked = libc.getsockopt(fd, libc.SOL_SOCKET, libc.SO_ACCEPTCONN, value, length)
  return asked >= 0 && value.readInt32LE(0) !== 0
}

type Unix = ListenOn & { readonly kind: "unix" }

type Tcp = ListenOn & { readonly kind: "tcp" }

const openTcp = (on: Tcp): Effect.Effect<ListenSocket, ListenFailure> =>
  on.host === ""
    ? openTcpAt({ ...on, host: "::" }, "both").pipe(
        Effect.catchIf(
          ({ errno }) => errno !== null && withoutVersion6.has(errno),
          () => openTcpAt({ ...on, host: "0.0.0.0" }, "default")
        )
      )
    : openTcpAt(on, on.onlyVersion6 ? "version6" : "default")

/** What a kernel without IPv6 says, or one where it is turned off. */
const withoutVersion6: ReadonlySet<string> = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL"])

/** Which connections an address of version 6 takes. */
type Versions = "both" | "version6" | "default"

const openTcpAt = Effect.fnUntraced(function* (on: Tcp, versions: Versions) {
  const address = yield* socketAddress(on.host, on.port)
  if (address === null) {
    const reason = "Name or service not known"
    return yield* new ListenFailure({ text: `[Errno -2] ${reason}`, reason, errno: null })
  }
  return yield* attempt(() => listening(address.family, on.backlog, bindTcp(address, versions)))
})

/** Binds, listens, and gives the inode of the file, if there is one. */
type Bind = (fd: number, listen: () => void) => number | null

const bindTcp =
  (address: SocketAddress, versions: Versions): Bind =>
  (fd, listen) => {
    const set = (level: number, option: number, value: number) => {
      const bytes = Buffer.alloc(4)
      bytes.writeInt32LE(value, 0)
      check(libc.setsockopt(fd, level, option, bytes, bytes.length))
    }
    set(libc.SOL_SOCKET, libc.SO_REUSEADDR, 1)
    if (address.family === libc.AF_INET6 && versions !== "default") {
      set(libc.IPPROTO_IPV6, libc.IPV6_V6ONLY, versions === "version6" ? 1 : 0)
    }
    check(libc.bind(fd, address.bytes, address.bytes.length))
    listen()
    return null
  }

const openUnix = Effect.fnUntraced(function* (on: Unix, replace: boolean) {
  const state = yield* probeSocket(on.path).pipe(Effect.mapError(({ reason }) => failure(reason)))
  if (state === "notASocket") {
    return yield* worded(`${on.path} exists and is not a socket; remove it`)
  }
  if (state === "answers" && !replace) {
    return yield* failure("EADDRINUSE")
  }
  return yield* attempt(() => listening(libc.AF_UNIX, on.backlog, bindUnix(on)))
})

/** What fails leaves no descriptor. */
const listening = (family: number, backlog: number | null, bind: Bind): ListenSocket => {
  const fd = check(libc.socket(family, libc.SOCK_STREAM | libc.SOCK_CLOEXEC, 0))
  try {
    const inode = bind(fd, () => {
      check(libc.listen(fd, backlog ?? mostWaiting))
    })
    return { fd, inode }
  } catch (error) {
    libc.close(fd)
    throw error
  }
}

const bindUnix =
  (on: Unix): Bind =>
  (fd, listen) => {
    const folder = fs.mkdtempSync(`${dirname(on.path)}/.s`)
    let directory = -1
    let inside: string | null = null
    try {
      directory = check(libc.open(folder, libc.O.DIRECTORY | libc.O.NOFOLLOW | libc.O.CLOEXEC))
      const facts = fs.fstatSync(directory)
      // Who may write in the directory above could have put another in its place.
      if (facts.uid !== process.geteuid?.() || (facts.mode & 0o077) !== 0) throw named("EPERM")
      const at = `/proc/self/fd/${directory}/s`
      check(libc.bind(fd, unixAddress(at), at.length + 3))
      inside = at
      listen()
      fs.chmodSync(at, on.mode)
      if (on.owner !== null) chown(on, at, on.owner)
      const { ino } = fs.lstatSync(at)
      fs.renameSync(at, on.path)
      return ino
    } finally {
      if (inside !== null) fs.rmSync(inside, { force: true })
      if (directory >= 0) libc.close(directory)
      removeEmpty(folder)
    }
  }

const removeEmpty = (folder: string): void => {
  try {
    fs.rmdirSync(folder)
  } catch {}
}

const unixAddress = (path: string): Uint8Array => {
  const bytes = Buffer.alloc(path.length + 3)
  bytes.writeUInt16LE(libc.AF_UNIX, 0)
  bytes.write(path, 2)
  return bytes
}

const chown = (on: Unix, at: string, owner: { readonly uid: number; readonly gid: number }) => {
  try {
    fs.lchownSync(at, owner.uid, owner.gid)
  } catch (error) {
    const text = `${ofName(errnoOf(error))}: '${on.path}'`
    throw worded(`Could not change ownership of socket file: ${text}`)
  }
}

const inodeOf = (path: string): number | null => {
  try {
    return fs.lstatSync(path).ino
  } catch {
    return null
  }
}

const check = (result: number): number => {
  if (result < 0) throw named(libc.errnoName(result))
  return result
}

const named = (code: string) => Object.assign(new Error(code), { code })

const ofName = (name: string): string => {
  const errno = libc.errnoOfName(name)
  return errno === null ? name : `[Errno ${errno}] ${libc.errnoText(errno)}`
}

const worded = (text: string) => new ListenFailure({ text, reason: text, errno: null })

const failure = (errno: string) => {
  const number = libc.errnoOfName(errno)
  const reason = number === null ? errno : libc.errnoText(number)
  return new ListenFailure({ text: ofName(errno), reason, errno })
}

const attempt = <A>(act: () => A): Effect.Effect<A, ListenFailure> =>
  Effect.try({
    try: act,
    catch: (error) => (error instanceof ListenFailure ? error : failure(errnoOf(error)))
  })
