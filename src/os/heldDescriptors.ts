/** Descriptors that the keeper holds for the daemons to come: FIFOs, which it never reads, and listening sockets. */
import { closeSync, constants, fstatSync, openSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { errnoOf } from "./errnoOf.ts"
import * as libc from "./libc.ts"

type Held = Map<string, number>

/** Null, or why it cannot be held. */
export const holdFifo = (held: Held, path: string): string | null => {
  if (held.has(path)) return null
  try {
    const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
    const fd = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
    if (fstatSync(fd).isFIFO()) held.set(path, fd)
    else closeSync(fd)
    return held.has(path) ? null : "EINVAL"
  } catch (error) {
    return errnoOf(error)
  }
}

export const holdAll = (held: Held, directory: string): void => {
  try {
    for (const name of readdirSync(directory)) holdFifo(held, join(directory, name))
  } catch {
    // There is none yet.
  }
}

/** Null, or why that descriptor of the process cannot be copied. */
export const copySocket = (
  sockets: Held,
  name: string,
  pid: number | null,
  fd: unknown
): string | null => {
  if (!isDescriptor(fd)) return "EBADF"
  const copy = libc.copyDescriptor(pid ?? 0, fd)
  if (copy < 0) return libc.errnoName(copy)
  if (!fstatSync(copy).isSocket()) {
    libc.close(copy)
    return "ENOTSOCK"
  }
  release(sockets, name)
  sockets.set(name, copy)
  return null
}

export const release = (held: Held, name: string): void => {
  const fd = held.get(name)
  if (fd !== undefined) libc.close(fd)
  held.delete(name)
}

const isDescriptor = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31
