import * as Clock from "effect/Clock"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { localDateTime } from "../os/localTime.ts"
import { ExitWith } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { jsonFlag, optionalNamesArgument } from "./flags.ts"
import { renderStanding } from "./render/standing.ts"
import { isHealthy, renderStatus } from "./render/status.ts"
import { renderSupervision } from "./render/supervision.ts"
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
  if (json) yield* screened.json(instances)
  else if (instances.length === 0) {
    yield* screened.note("Nothing is declared. See what the files say with: reeve plan")
  } else {
    yield* screened.line(renderStatus(instances, screened.style, { now, dateTime: localDateTime }))
  }
  const { colour, terminal } = screened
  const notes = [
    ...renderSupervision(info, now),
    ...renderStanding(standing, {
      colour,
      directory: terminal.directory,
      dateTime: localDateTime
    })
  ]
  if (!json && notes.length > 0) yield* screened.note(notes.join("\n"))
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
