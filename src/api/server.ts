/**
 * The API's server: the contract's handlers on one unix socket. It appears at its path when it can answer, and vanishes with
 * the scope. Request bodies, headers and the number of connections are limited; streams end when the daemon stops.
 */

import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import type { LateFront } from "../os/http/lateFront.ts"
import { unixHttpServer } from "../os/http/unixHttpServer.ts"
import { openApiPath, ReeveApi } from "./contract.ts"
import { DaemonLive } from "./handlers/daemon.ts"
import { InstancesLive } from "./handlers/instances.ts"
import { OutputLive } from "./handlers/output.ts"
import { PlansLive } from "./handlers/plans.ts"
import { LargeBodies } from "./largeBodies.ts"
import { OpenedStreams } from "./openedStreams.ts"

const Routes = HttpApiBuilder.layer(ReeveApi, { openapiPath: openApiPath }).pipe(
  Layer.provide([InstancesLive, PlansLive, OutputLive, DaemonLive])
)

/** Serves until the scope closes. `front` has the first word about every request. */
export const serveApi = Effect.fnUntraced(function* (socket: string, front: LateFront) {
  const server = yield* unixHttpServer(socket)
  const context = yield* Layer.build(
    HttpRouter.serve(Layer.mergeAll(Routes, OpenedStreams, LargeBodies), {
      disableLogger: true,
      disableListenLog: true
    }).pipe(Layer.provide(server.layer))
  )
  yield* server.putInFront(front)
  yield* server.publish
  return { ...server, context: Context.omit()(context) }
})
