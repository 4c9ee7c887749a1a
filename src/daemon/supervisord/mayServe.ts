/**
 * Whether the servers of a new configuration could listen, tried for a moment while the old ones still do: an address that
 * somebody else has would otherwise be found when everything is stopped already.
 */
import * as Effect from "effect/Effect"
import type { HttpServerSettings } from "../../domain/SupervisordConfig.ts"
import { serveHttp } from "../../supervisord/http/serveHttp.ts"

type Servers = ReadonlyArray<HttpServerSettings>

/** Null: nothing stands in the way; else supervisord's sentence. What this daemon listens on itself is not tried. */
export const mayServe = (own: Servers, servers: Servers): Effect.Effect<string | null> => {
  const others = servers.filter((server) => !own.some((mine) => overlap(mine, server)))
  return Effect.scoped(serveHttp({ servers: others }, [])).pipe(
    Effect.match({ onFailure: ({ text }) => text, onSuccess: () => null })
  )
}

/** One port is one place, whatever the interfaces: `*:9001` is in the way of `127.0.0.1:9001`. */
const overlap = (a: HttpServerSettings, b: HttpServerSettings): boolean => {
  if (a.kind === "inet") return b.kind === "inet" && a.port === b.port
  return b.kind === "unix" && a.file === b.file
}
