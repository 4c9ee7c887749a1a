/**
 * The daemon's end that is none for its programs: for the next daemon it is the same as a sudden death of this one, but that
 * nothing is cut in the middle. It ends the process itself: the finalizers of services would take back what is to stay.
 */
import * as Effect from "effect/Effect"
import { Events } from "../events/Events.ts"
import { LogPlane } from "../logs/LogPlane.ts"
import { ConsoleWriter } from "../os/ConsoleWriter.ts"
import type { UnixHttpServer } from "../os/http/unixHttpServer.ts"
import { Supervisor } from "../supervise/Supervisor.ts"
import type { Control } from "./control.ts"
import type { Surroundings } from "./lifecycle.ts"
import type { Asked, Way } from "./succession.ts"

type Server = Pick<UnixHttpServer, "finish" | "hangUp" | "vanish">

export const letGo = Effect.fnUntraced(function* (
  { log, pipe, tell }: Surroundings,
  control: Control,
  server: Server,
  { way, who }: Asked & { readonly way: Exclude<Way, { readonly kind: "stop" }> }
) {
  const { emit } = yield* Events
  const text = textOf(way)
  yield* Effect.logInfo(`${text} (${who})`)
  tell.line(`reeve: ${text}`)
  yield* emit({ kind: "daemon", text: `${text} (${who})` })
  // Streams end now, and what is asked is answered while there is still somebody at work.
  yield* control.ended
  yield* server.finish
  yield* (yield* Supervisor).leave
  yield* (yield* LogPlane).leave
  yield* server.hangUp
  if (way.kind === "leave") yield* server.vanish
  yield* (yield* ConsoleWriter).flush(1000)
  yield* Effect.timeoutOrElse(Effect.promise(log.close), {
    duration: "1 second",
    orElse: () => Effect.void
  })
  if (way.kind === "leave") pipe.leaving()
  else pipe.replacing(way.daemon, process.argv.slice(2))
  return yield* Effect.sync((): never => process.exit(0))
})

const textOf = (way: Exclude<Way, { readonly kind: "stop" }>): string => {
  switch (way.kind) {
    case "leave":
      return "ending; the programs go on, and the next reeve up takes them over"
    case "replace":
      return `making way for ${way.daemon}; the programs go on`
  }
}
