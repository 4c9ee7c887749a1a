import * as Clock from "effect/Clock"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { localDateTime } from "../os/localTime.ts"
import { ExitWith } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { jsonFlag, optionalNamesArgument } from "./flags.ts"
import { isHealthy } from "./render/status.ts"
import { statusReport } from "./render/statusReport.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

const options = {
  names: optionalNamesArgument,
  check: Flag.Boolean("check").pipe(
    Flag.withDefault(false),
    Flag.withoutNegation,
    Flag.withDescription("Exit 3 when one of them is not healthy")
  ),
  json: jsonFlag
}

interface Options {
  readonly names: ReadonlyArray<string>
  readonly check: boolean
  readonly json: boolean
}

const show = Effect.fnUntraced(function* ({ names, check, json }: Options) {
  const screened = yield* screen
  const { info, instances, standing } = yield* withDaemon((client) =>
    Effect.all(
      { instances: client.list(names), standing: client.reconciler, info: client.info },
      { concurrency: "unbounded" }
    )
  )
  const now = yield* Clock.currentTimeMillis
  const { colour, terminal } = screened
  if (json) yield* screened.json(instances)
  else {
    const { notes, table } = statusReport(
      { instances, standing, supervision: info },
      { colour, directory: terminal.directory, dateTime: localDateTime, now }
    )
    if (table !== null) yield* screened.line(table)
    for (const note of notes) yield* screened.note(note)
  }
  if (check && !instances.every(isHealthy)) {
    return yield* new ExitWith({ code: exitCodes.unhealthy })
  }
})

const describeCommand = Command.withDescription(
  "Show each instance: its name, its state, and what there is to say about it."
)

export const status = Command.make("status", options, show).pipe(
  describeCommand,
  Command.withShortDescription("Show what runs"),
  Command.withAlias("ls"),
  Command.withExamples([
    { command: "reeve status", description: "Everything" },
    { command: "reeve status web --json", description: "One program, for scripts" },
    { command: "reeve status --check", description: "For monitoring, by its exit code" }
  ])
)

/** A second alias: the library has room for one. */
export const ps = Command.make("ps", options, show).pipe(describeCommand, Command.unlisted)
