/** What the tests of supervisord mode's servers have in common: a directory, a client in it, and a server's settings. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { HttpServerSettings } from "../../src/domain/SupervisordConfig.ts"
import { Client } from "./httpServer.ts"

export const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "reeve-http-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)
export const client = (target: string | number) =>
  Effect.acquireRelease(
    Effect.sync(() => new Client(target)),
    (client) => Effect.sync(() => client.leave())
  )
export const nobody = { username: null, password: null }
export const unix = (
  file: string,
  more: Partial<Extract<HttpServerSettings, { kind: "unix" }>> = {}
) => ({
  kind: "unix" as const,
  section: "unix_http_server",
  ...nobody,
  file,
  mode: 0o700,
  owner: null,
  ...more
})
