import { existsSync } from "node:fs"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { DaemonInfo } from "../api/messages.ts"
import { localDateTime } from "../os/localTime.ts"
import { processFacts } from "../os/procStat.ts"
import { renderEvent } from "./render/events.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

export const down = Command.make(
  "down",
  {},
  Effect.fnUntraced(function* () {
    const shown = yield* screen
    yield* withDaemon(
      Effect.fnUntraced(function* (client, socket) {
        const info = yield* client.info
        const progress = yield* client
          .followEvents({ name: null, after: null, limit: null })
          .pipe(
            Effect.flatMap(
              Stream.runForEach((event) =>
                event.body.kind === "state"
                  ? shown.note(renderEvent(event, shown.style, localDateTime))
                  : Effect.void
              )
            ),
            Effect.ignore,
            Effect.forkScoped({ startImmediately: true })
          )
        yield* client.shutdown({ who: shown.terminal.user })
        yield* untilGone(info, socket)
        yield* Effect.sync(() => progress.interruptUnsafe())
        yield* shown.line("reeve is stopped, and everything it ran.")
      }, Effect.scoped)
    )
  })
).pipe(
  Command.withDescription(
    "Stop every program, in the reverse order of their start, then reeve itself; waits until both are gone."
  ),
  Command.withShortDescription("Stop every program, then reeve itself"),
  Command.withExamples([{ command: "reeve down", description: "The end of reeve up -d" }])
)

/** The keeper ends last. Programs may take their whole stop timeout, so there is no limit here: Ctrl-C ends the waiting only. */
const untilGone = (info: DaemonInfo, socket: string) =>
  Effect.suspend(() => {
    const { pid, startTicks } = info.keeper ?? info.daemon
    const facts = processFacts(pid)
    const lives = facts !== null && facts.startTicks === startTicks && facts.state !== "Z"
    return Effect.succeed(lives || existsSync(socket))
  }).pipe(Effect.repeat({ schedule: Schedule.spaced("50 millis"), while: (lives) => lives }))
