/**
 * supervisord's clients under `reeve up`: XML-RPC and the following of logs on reeve's own socket, which is private, so that
 * nobody is asked for a password. Loaded when everything is up: nothing waits for this code but a client that needs it.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { httpFront } from "../../os/http/httpFront.ts"
import { logtailRoute, mainlogtailRoute } from "../../supervisord/http/logRoutes.ts"
import { rpcRoute } from "../../supervisord/http/rpcRoute.ts"
import { serveExchanges } from "../../supervisord/http/serveHttp.ts"
import { RpcLive } from "../../supervisord/RpcLive.ts"
import { SupervisordControl } from "../../supervisord/SupervisordControl.ts"
import { upServices } from "../../supervisord/up/upServices.ts"
import type { Control } from "../control.ts"
import type { Surroundings } from "../lifecycle.ts"
import { clientConfig } from "./clientConfig.ts"
import { clientControl } from "./clientControl.ts"

export const serveClients = Effect.fnUntraced(function* (
  { keeperPid, log, options }: Surroundings,
  control: Control
) {
  const config = clientConfig({ ...options, logfile: log.file() })
  const pid = keeperPid ?? process.pid
  const services = yield* Layer.build(
    RpcLive.pipe(
      Layer.provideMerge(upServices({ config, manual: options.manual })),
      Layer.provideMerge(
        Layer.succeed(SupervisordControl, clientControl({ config, control, log, pid }))
      )
    )
  )
  const routes = yield* Effect.all([rpcRoute, logtailRoute, mainlogtailRoute]).pipe(
    Effect.provide(services)
  )
  return yield* httpFront(yield* serveExchanges(routes))
})
