import { existsSync } from "node:fs"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { DaemonInfo } from "../api/messages.ts"
import type { InstanceStatus } from "../domain/Status.ts"
import { isAlive, type ProcessIdentity } from "../os/isAlive.ts"
import { jsonFlag } from "./flags.ts"
import { progressOf } from "./progress.ts"
import { columns } from "./render/columns.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

export const down = Command.make(
  "down",
  {
    leave: Flag.Boolean("leave").pipe(
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription(
        "End reeve alone: its programs go on, and the next reeve up takes them over"
      )
    ),
    json: jsonFlag
  },
  Effect.fnUntraced(function* ({ json, leave }) {
    const shown = yield* screen
    const who = shown.terminal.user
    const left = yield* withDaemon(
      Effect.fnUntraced(function* (client, socket) {
        const info = yield* client.info
        const before = leave ? yield* client.list([]) : []
        const ended = Effect.andThen(client.shutdown({ who, leave }), untilGone(info, socket))
        yield* leave || json ? ended : progressOf(client, shown)(ended)
        return before.flatMap(livingProcess)
      })
    )
    if (json) yield* shown.json({ left })
    else if (leave) yield* shown.line(leftText(left))
    else yield* shown.line("reeve is stopped, and everything it ran.")
  })
).pipe(
  Command.withDescription(
    "Stop every program, in the reverse order of their start, then reeve itself; waits until both are gone. " +
      "With --leave the programs go on without reeve."
  ),
  Command.withShortDescription("Stop every program, then reeve itself"),
  Command.withExamples([
    { command: "reeve down", description: "The end of reeve up -d" },
    { command: "reeve down --leave", description: "reeve ends, its programs do not" }
  ])
)

interface Left {
  readonly address: string
  readonly pid: number
}

const livingProcess = ({ process, spec }: InstanceStatus): ReadonlyArray<Left> =>
  process !== null && isAlive(process) ? [{ address: spec.address, pid: process.pid }] : []

const leftText = (left: ReadonlyArray<Left>): string => {
  if (left.length === 0) return "reeve has ended; none of its programs was running."
  const rows = left.map(({ address, pid }) => [{ text: `  ${address}` }, { text: `pid ${pid}` }])
  const count = left.length === 1 ? "This program goes on" : `These ${left.length} programs go on`
  return [
    "reeve has ended, and nobody supervises its programs now.",
    `${count}, and the next reeve up takes over what lives then:`,
    columns(rows).join("\n")
  ].join("\n")
}

/** The keeper ends last. Programs may take their whole stop timeout, so there is no limit here: Ctrl-C ends the waiting only. */
const untilGone = (info: DaemonInfo, socket: string) =>
  Effect.suspend(() => {
    const last: ProcessIdentity = info.keeper ?? info.daemon
    return Effect.succeed(isAlive(last) || existsSync(socket))
  }).pipe(Effect.repeat({ schedule: Schedule.spaced("50 millis"), while: (lives) => lives }))
