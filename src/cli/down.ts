import { existsSync } from "node:fs"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { DaemonInfo } from "../api/messages.ts"
import { processFacts } from "../os/procStat.ts"
import { progressOf } from "./progress.ts"
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
        const stopped = Effect.andThen(
          client.shutdown({ who: shown.terminal.user }),
          untilGone(info, socket)
        )
        yield* progressOf(client, shown)(stopped)
        yield* shown.line("reeve is stopped, and everything it ran.")
      })
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
