import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { jsonFlag, namesArgument } from "./flags.ts"
import { operate } from "./operate.ts"
import { termFlags, termsOf } from "./termFlags.ts"

export const stop = Command.make(
  "stop",
  { names: namesArgument, ...termFlags, json: jsonFlag },
  ({ names, json, ...given }) =>
    operate(json, (client, who) =>
      Effect.flatMap(termsOf(given), (terms) => client.stop({ targets: names, who, ...terms }))
    )
).pipe(
  Command.withDescription(
    "Stop instances by hand and wait until they are stopped. They stay down, whatever is saved, " +
      "until `reeve start` or `reeve release`, or for as long as --for says."
  ),
  Command.withShortDescription("Stop instances by hand; they stay down"),
  Command.withExamples([
    { command: "reeve stop web", description: "Stop web until it is started or released" },
    {
      command: 'reeve stop web --reason "disk swap" --for 2h',
      description: "The same, for two hours at most"
    },
    { command: "reeve stop all", description: "Stop everything, keep reeve running" }
  ])
)
