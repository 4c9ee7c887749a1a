/**
 * The HTTP server's listening side on a unix socket. The socket is made inside a fresh directory that only reeve can enter,
 * given mode 0600, and moved to its path when requests can be answered: no client is ever let in before, and the umask,
 * which belongs to the whole process, is left alone.
 */
import { chmod, lstat, mkdtemp, rename, rm, unlink } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import { dirname, join } from "node:path"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export class SocketFailure extends Data.TaggedError("SocketFailure")<{
  readonly path: string
  readonly errno: string
}> {}

/** Sockets that send nothing, or slowly, are closed after these; clients beyond `connections` are turned away. */
const limits = { headersMs: 10_000, requestMs: 60_000, idleMs: 5_000, checkMs: 5_000 }
const connections = 512

export interface UnixHttpServer {
  /** Makes the socket visible at its path; from now on clients come in. */
  readonly publish: Effect.Effect<void, SocketFailure, Scope.Scope>
  /** Ends every connection, whatever it is doing. */
  readonly hangUp: Effect.Effect<void>
  readonly layer: ReturnType<typeof NodeHttpServer.layer>
}

/** The directory of `path` must exist. A stale socket at `path` is replaced: the caller holds the lock. */
export const unixHttpServer = (
  path: string
): Effect.Effect<UnixHttpServer, SocketFailure, Scope.Scope> =>
  Effect.map(privateDirectory(path), (directory) => {
    const hidden = join(directory, "s")
    const server = listener()
    return {
      layer: NodeHttpServer.layer(() => server, {
        path: hidden,
        gracefulShutdownTimeout: "1 second"
      }),
      publish: Effect.acquireRelease(
        attempt(path, () => show(hidden, path)),
        (inode) => Effect.promise(() => removeOwn(path, inode))
      ).pipe(Effect.asVoid),
      hangUp: Effect.sync(() => server.closeAllConnections())
    }
  })

const listener = (): Server => {
  const server = createServer({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    connectionsCheckingInterval: limits.checkMs
  })
  server.maxConnections = connections
  return server
}

const privateDirectory = (path: string) =>
  Effect.acquireRelease(
    attempt(path, () => mkdtemp(join(dirname(path), "."))),
    (directory) => Effect.promise(() => rm(directory, { recursive: true, force: true }))
  )

const show = async (hidden: string, path: string): Promise<number> => {
  await chmod(hidden, 0o600)
  await rename(hidden, path)
  return (await lstat(path)).ino
}

/** Another daemon may have put its own there meanwhile. */
const removeOwn = async (path: string, inode: number): Promise<void> => {
  const found = await lstat(path).catch(() => null)
  if (found?.ino === inode) await unlink(path).catch(() => undefined)
}

const attempt = <A>(path: string, run: () => Promise<A>): Effect.Effect<A, SocketFailure> =>
  Effect.tryPromise({
    try: run,
    catch: (error) =>
      new SocketFailure({
        path,
        errno: error instanceof Error && "code" in error ? String(error.code) : String(error)
      })
  })
