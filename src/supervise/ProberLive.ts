/** The Prober over the network and the processes of this machine. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Definition } from "../domain/Definition.ts"
import { execLook } from "../os/probe/execLook.ts"
import { httpLook } from "../os/probe/httpLook.ts"
import { tcpLook } from "../os/probe/tcpLook.ts"
import { Launcher } from "./Launcher.ts"
import { type LookRequest, Prober } from "./Prober.ts"

export const ProberLive = Layer.effect(
  Prober,
  Effect.gen(function* () {
    const launcher = yield* Launcher
    return {
      look: (request: LookRequest) => {
        const { probe } = request
        switch (probe.kind) {
          case "http":
            return httpLook(probe)
          case "tcp":
            return tcpLook(probe.address)
          case "exec":
            return execute(launcher, request, probe.command)
        }
      }
    }
  })
)

/** As the program itself would be started now, with another command. */
const execute = (
  launcher: Launcher["Service"],
  { serverUrl, spawnId, spec }: LookRequest,
  command: Definition["command"]
) =>
  launcher
    .launch({ ...spec, definition: { ...spec.definition, command } }, spawnId, serverUrl)
    .pipe(
      Effect.flatMap(({ request }) => execLook(request)),
      Effect.catchTag("LaunchRefused", ({ text }) => Effect.succeed({ ok: false, text }))
    )
