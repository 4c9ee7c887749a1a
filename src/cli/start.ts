import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { jsonFlag, namesArgument } from "./flags.ts"
import { operate } from "./operate.ts"
import { termFlags, termsOf } from "./termFlags.ts"

export const waitFlag = Flag.Boolean("wait").pipe(
  Flag.withDefault(true),
  Flag.withDescription("Wait until it is RUNNING or has failed (--no-wait: only ask for it)")
)

export const start = Command.make(
  "start",
  { names: namesArgument, wait: waitFlag, ...termFlags, json: jsonFlag },
  ({ names, wait, json, ...given }) =>
    operate(json, (client, who) =>
      Effect.flatMap(termsOf(given), (terms) =>
        client.start({ targets: names, who, wait, ...terms })
      )
    )
).pipe(
  Command.withDescription(
    "Start instances by hand. Ends a stop by hand; a program that the files do not start " +
      "(start.auto: false) keeps running until released, or for as long as --for says: " +
      "then what runs goes on, but is not started with reeve any more."
  ),
  Command.withShortDescription("Start instances by hand"),
  Command.withExamples([
    { command: "reeve start web", description: "Start web (all its instances)" },
    { command: "reeve start web:0 db", description: "Start two" },
    {
      command: 'reeve start report --reason "end of quarter" --for 3d',
      description: "Start what the files do not start, and keep it up for three days"
    }
  ])
)
