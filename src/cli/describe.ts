import * as Clock from "effect/Clock"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { localDateTime } from "../os/localTime.ts"
import { jsonFlag, namesArgument } from "./flags.ts"
import { renderDescribe } from "./render/describe.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

const options = { names: namesArgument, json: jsonFlag }

interface Options {
  readonly names: ReadonlyArray<string>
  readonly json: boolean
}

const show = Effect.fnUntraced(function* ({ names, json }: Options) {
  const { style, ...shown } = yield* screen
  const instances = yield* withDaemon((client) => client.list(names))
  if (json) return yield* shown.json(instances)
  const now = yield* Clock.currentTimeMillis
  yield* shown.line(
    instances
      .map((instance) => renderDescribe(instance, { style, now, dateTime: localDateTime }))
      .join("\n\n")
  )
})

const text = Command.withDescription(
  "Show everything about an instance: its state and why, the next try, its logs, its definition."
)

export const describe = Command.make("describe", options, show).pipe(
  text,
  Command.withShortDescription("Show everything about an instance"),
  Command.withAlias("show"),
  Command.withExamples([{ command: "reeve describe web", description: "Why does web not run?" }])
)

export const inspect = Command.make("inspect", options, show).pipe(text, Command.unlisted)
