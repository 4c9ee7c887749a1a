/** The HTTP servers of the configuration and what they answer. Requests wait until every process has a state. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { GroupRegister } from "../../config/GroupRegister.ts"
import { ConfigurationLive } from "../../supervisord/ConfigurationLive.ts"
import type { HttpRoute } from "../../supervisord/HttpRoute.ts"
import { logtailRoute, mainlogtailRoute } from "../../supervisord/http/logRoutes.ts"
import { rpcRoute } from "../../supervisord/http/rpcRoute.ts"
import { serveHttp } from "../../supervisord/http/serveHttp.ts"
import { RpcLive } from "../../supervisord/RpcLive.ts"
import { SupervisordControl } from "../../supervisord/SupervisordControl.ts"
import { webRoutes } from "../../supervisord/web/webRoutes.ts"
import { BootFailure } from "../BootFailure.ts"

export const serve = Effect.fnUntraced(function* (options: {
  readonly control: SupervisordControl["Service"]
  readonly booted: Effect.Effect<void>
}) {
  const { config } = (yield* GroupRegister).last()
  const services = yield* Layer.build(
    Layer.provideMerge(
      RpcLive,
      Layer.merge(ConfigurationLive, Layer.succeed(SupervisordControl, options.control))
    )
  )
  const routes = yield* Effect.gen(function* () {
    const fixed = yield* Effect.all([rpcRoute, logtailRoute, mainlogtailRoute])
    return [...fixed, ...(yield* webRoutes(config))]
  }).pipe(Effect.provide(services))
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
