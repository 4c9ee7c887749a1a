/** What programs print: the ends of their logs, and with -f what comes. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { LogLine } from "../api/messages.ts"
import { labelWidth, renderLogLine } from "../core/renderLogLine.ts"
import { jsonFlag, optionalNamesArgument } from "./flags.ts"
import { followOn } from "./followOn.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

export const logs = Command.make(
  "logs",
  {
    names: optionalNamesArgument,
    follow: Flag.Boolean("follow").pipe(
      Flag.withAlias("f"),
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("Go on with what comes")
    ),
    lines: Flag.Int("lines").pipe(
      Flag.withAlias("n"),
      Flag.withMetavar("N"),
      Flag.withDefault(20),
      Flag.filter(
        (count) => count >= 0,
        () => "0 or more"
      ),
      Flag.withDescription("Lines of each stream to begin with (default: 20)")
    ),
    prefix: Flag.Boolean("prefix").pipe(
      Flag.withDefault(true),
      Flag.withDescription("Name the instance before each line (--no-prefix: the lines alone)")
    ),
    json: jsonFlag
  },
  Effect.fnUntraced(function* ({ names, follow, lines, prefix, json }) {
    const shown = yield* screen
    yield* withDaemon(
      Effect.fnUntraced(function* (client) {
        const addresses = (yield* client.list(names)).map(({ spec }) => spec.address)
        const style = {
          labelWidth: labelWidth(addresses),
          colour: shown.colour,
          prefix: prefix && (names.length !== 1 || addresses.length > 1)
        }
        const print = (line: LogLine) =>
          shown.line(
            json
              ? JSON.stringify(line)
              : renderLogLine(
                  { label: line.address, channel: line.channel, text: line.text },
                  style
                )
          )
        if (follow) {
          // What was written between two daemons is in the files, and not shown here.
          let begin = lines
          const listen = Effect.suspend(() => client.follow(names, begin)).pipe(
            Effect.tap(() =>
              Effect.sync(() => {
                begin = 0
              })
            ),
            Effect.flatMap(Stream.runForEach(print)),
            Effect.scoped
          )
          return yield* followOn(listen, shown.note)
        }
        yield* Effect.forEach(yield* client.tail(names, lines), print, { discard: true })
      })
    )
  })
).pipe(
  Command.withDescription("Print what programs wrote: of all, or of those named, merged."),
  Command.withShortDescription("Print output of programs"),
  Command.withExamples([
    { command: "reeve logs -f", description: "All output from now on" },
    { command: "reeve logs -n 100 web", description: "The last 100 lines of web" }
  ])
)
