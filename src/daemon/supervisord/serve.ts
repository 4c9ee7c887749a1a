/** The HTTP servers of the configuration and what they answer. Requests wait until every process has a state. */
import * as Effect from "effect/Effect"
import { GroupRegister } from "../../config/GroupRegister.ts"
import type { HttpRoute } from "../../supervisord/HttpRoute.ts"
import { logtailRoute, mainlogtailRoute } from "../../supervisord/http/logRoutes.ts"
import { rpcRoute } from "../../supervisord/http/rpcRoute.ts"
import { serveHttp } from "../../supervisord/http/serveHttp.ts"
import { Rpc, RpcFault } from "../../supervisord/Rpc.ts"
import { SupervisordControl } from "../../supervisord/SupervisordControl.ts"
import { BootFailure } from "../BootFailure.ts"

export const serve = Effect.fnUntraced(function* (options: {
  readonly control: SupervisordControl["Service"]
  readonly booted: Effect.Effect<void>
}) {
  const { config } = (yield* GroupRegister).last()
  const routes = yield* Effect.all([rpcRoute, logtailRoute, mainlogtailRoute]).pipe(
    Effect.provideService(SupervisordControl, options.control),
    Effect.provideService(Rpc, { call: () => new RpcFault({ code: 1, text: "UNKNOWN_METHOD" }) })
  )
  const waiting = routes.map(
    (route): HttpRoute => ({
      matches: route.matches,
      answer: (request) => Effect.andThen(options.booted, route.answer(request))
    })
  )
  return yield* serveHttp(config, waiting).pipe(
    Effect.mapError(({ text }) => new BootFailure({ text, code: 2 }))
  )
})
