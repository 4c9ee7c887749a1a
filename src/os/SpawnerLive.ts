/**
 * The Spawner on this machine: opens the three descriptors, starts the process by `startProcess`, where needed through an
 * exec chain, and notes the pid so that the Reaper knows it. Never waits, never decides, leaves no descriptor open.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { noteStarted } from "./children.ts"
import { type Chain, execChain } from "./execChain.ts"
import * as libc from "./libc.ts"
import { startTicksOf } from "./procStat.ts"
import { type Spawned, Spawner, SpawnFailure, type SpawnRequest } from "./Spawner.ts"
import { StartTicks } from "./StartTicks.ts"
import { startOpenFiles } from "./startOpenFiles.ts"
import { openFilesMethod, startProcess, withStartOpenFiles } from "./startProcess.ts"
import { unattainableLimit } from "./unattainableLimit.ts"

export const SpawnerLive = Layer.sync(Spawner, () => ({
  spawn: (request: SpawnRequest) =>
    Effect.suspend(() => {
      const result = spawn(request)
      return result instanceof SpawnFailure ? Effect.fail(result) : Effect.succeed(result)
    })
}))

const spawn = (asked: SpawnRequest): Spawned | SpawnFailure => {
  const request = announcing(asked)
  const unfit = holdsNul(request)
  if (unfit !== null) return failure("spawn", "EINVAL", `${unfit} holds a NUL character`)
  const method = openFilesMethod()
  const refused = unattainableLimit(request.limits)
  if (refused !== null) return failure("spawn", "ENOTSUP", refused)
  const chain = execChain(request, method === "prlimit" ? openFilesNow() : null)
  if (chain.kind === "impossible") return failure("spawn", "ENOTSUP", chain.detail)
  const opened: Array<number> = []
  try {
    const descriptors = open(request, opened)
    if (descriptors instanceof SpawnFailure) return descriptors
    return start(request, chain, descriptors, method === "window")
  } finally {
    for (const fd of opened) libc.close(fd)
  }
}

/** The variables of sd_listen_fds(3), but for LISTEN_PID, which the exec chain sets: before the start nobody knows it. */
const announcing = (request: SpawnRequest): SpawnRequest => {
  const { sockets } = request
  if (sockets.length === 0) return request
  const environment = new Map(request.environment)
  environment.delete("LISTEN_PID")
  environment.set("LISTEN_FDS", String(sockets.length))
  environment.set("LISTEN_FDNAMES", sockets.map(({ name }) => name).join(":"))
  return { ...request, environment }
}

type Descriptors = ReadonlyArray<number | null>

const start = (
  request: SpawnRequest,
  chain: Chain & { readonly kind: "chain" },
  descriptors: Descriptors,
  window: boolean
): Spawned | SpawnFailure => {
  const act = () =>
    startProcess({
      file: chain.file,
      argv: chain.argv,
      environment: Array.from(chain.environment, ([name, value]) => `${name}=${value}`),
      directory: request.directory,
      descriptors
    })
  const from = startTicks.now()
  const pid = window ? withStartOpenFiles(act) : act()
  if (pid < 0) return failure("spawn", libc.errnoName(pid), request.file)
  // The entry is there: a child that ended is kept until it is reaped, which happens in a later turn.
  const spawned = { pid, startTicks: startTicks.of(pid, from) }
  noteStarted(pid, request.spawnId)
  return spawned
}

const startTicks = new StartTicks({ now: libc.bootMicros, read: startTicksOf })

/**
 * FIFOs are opened read-write, so that the child never sees end of file or a broken pipe whatever becomes of reeve
 * (design 8, 9); and here instead of in the child, so that a failure names its step.
 */
const open = (request: SpawnRequest, opened: Array<number>): Descriptors | SpawnFailure => {
  const opening = (path: string, flags: number, call: "open" | "pipe") => {
    const fd = libc.open(path, flags | libc.O.CLOEXEC | libc.O.NOCTTY)
    if (fd < 0) return failure(call, libc.errnoName(fd), path)
    opened.push(fd)
    return fd
  }
  const channel = (path: string | null) =>
    path === null
      ? opening("/dev/null", libc.O.RDWR, "open")
      : opening(path, libc.O.RDWR | libc.O.NOFOLLOW, "pipe")
  const { stdin } = request
  const input = (): number | SpawnFailure => {
    switch (stdin.kind) {
      case "null":
        return channel(null)
      case "fifo":
        return channel(stdin.path)
      case "file":
        return opening(stdin.path, libc.O.RDONLY | libc.O.NONBLOCK, "open")
      case "socket":
        return stdin.fd
    }
  }
  const zero = input()
  if (typeof zero !== "number") return zero
  // Opened without blocking, in case the path is a FIFO without a writer; the program gets an ordinary descriptor.
  if (stdin.kind === "file") libc.fcntl(zero, libc.F_SETFL, 0)
  const one = channel(request.stdout)
  if (typeof one !== "number") return one
  const two = request.stderr === "stdout" ? one : channel(request.stderr)
  if (typeof two !== "number") return two
  const { readyPipe } = request
  const first = [zero, one, two, ...request.sockets.map(({ fd }) => fd)]
  if (readyPipe === null) return first
  const ready = channel(readyPipe.path)
  if (typeof ready !== "number") return ready
  const between = Array.from({ length: readyPipe.fd - first.length }, () => null)
  return [...first, ...between, ready]
}

const failure = (call: SpawnFailure["call"], errno: string, detail: string) =>
  new SpawnFailure({ call, errno, detail })

export const openFilesNow = (): libc.Rlimit | null => {
  const now = libc.prlimit(0, libc.RLIMIT.NOFILE)
  return typeof now === "number" ? null : { soft: startOpenFiles(), hard: now.hard }
}

/** A C string ends at a NUL, so one would cut a word silently. Gives what holds it, never its value. */
const holdsNul = (request: SpawnRequest): string | null => {
  if (request.file.includes("\0") || request.argv.some((word) => word.includes("\0"))) {
    return "the command"
  }
  if (request.directory?.includes("\0")) return "the directory"
  for (const [name, value] of request.environment) {
    if (name.includes("\0") || value.includes("\0")) return "the environment"
  }
  return null
}
