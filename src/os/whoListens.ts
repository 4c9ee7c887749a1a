/**
 * Which process listens at an address, as the kernel's tables tell (proc_net(5)): the socket's inode, and who has a descriptor
 * of it. Looks at the descriptors of all processes that may be seen, so it is for the rare case that an address is taken.
 */
import { readdir, readFile, readlink } from "node:fs/promises"
import { isIPv4 } from "node:net"
import * as Effect from "effect/Effect"
import type { ListenOn } from "./ListenSockets.ts"

/** A look that takes longer tells nothing: the reason of a failure must not wait for it. */
const patienceMs = 2_000

export const whoListens = (on: ListenOn): Effect.Effect<string | null> =>
  Effect.tryPromise((signal) => look(on, signal)).pipe(
    Effect.timeoutOrElse({ duration: patienceMs, orElse: () => Effect.succeed(null) }),
    Effect.orElseSucceed(() => null)
  )

const look = async (on: ListenOn, signal: AbortSignal): Promise<string | null> => {
  const inodes = new Set(on.kind === "tcp" ? await tcpInodes(on) : await unixInodes(on.path))
  if (inodes.size === 0) return null
  const links = new Set([...inodes].map((inode) => `socket:[${inode}]`))
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue
    if (signal.aborted) return null
    if (await holds(entry, links)) return `${await nameOf(entry)} (pid ${entry})`
  }
  return null
}

const holds = async (pid: string, links: ReadonlySet<string>): Promise<boolean> => {
  for (const fd of await readdir(`/proc/${pid}/fd`).catch((): ReadonlyArray<string> => [])) {
    const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")
    if (links.has(target)) return true
  }
  return false
}

const nameOf = async (pid: string): Promise<string> => {
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")
  return name.trim().replace(/[^\x20-\x7e]/g, "?") || "a process"
}

const lines = async (path: string): Promise<ReadonlyArray<ReadonlyArray<string>>> =>
  (await readFile(path, "utf8").catch(() => ""))
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))

const LISTEN = "0A"

const tcpInodes = async ({
  host,
  port
}: ListenOn & { readonly kind: "tcp" }): Promise<ReadonlyArray<string>> => {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0")
  const found: Array<string> = []
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const [, local = "", , state, , , , , , inode = ""] of await lines(table)) {
      const [address = "", number] = local.split(":")
      if (state === LISTEN && number === wanted && mayClash(address, host)) found.push(inode)
    }
  }
  return found
}

/** Of an address in hexadecimal digits, each word of four bytes in the byte order of the machine. */
const mayClash = (address: string, host: string): boolean => {
  if (/^0+$/.test(address) || !isIPv4(host) || host === "0.0.0.0") return true
  const bytes = Uint8Array.from(host.split(".").map(Number)).reverse()
  return address === Buffer.from(bytes).toString("hex").toUpperCase()
}

/** Flag of a socket that listens, __SO_ACCEPTCON. */
const ACCEPTS = 0x10000

const unixInodes = async (path: string): Promise<ReadonlyArray<string>> =>
  (await lines("/proc/net/unix")).flatMap(([, , , flags = "", , , inode = "", ...name]) =>
    (Number.parseInt(flags, 16) & ACCEPTS) !== 0 && name.join(" ") === path ? [inode] : []
  )
