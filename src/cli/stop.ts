import * as Command from "effect/cli/Command"
import { jsonFlag, namesArgument } from "./flags.ts"
import { operate } from "./operate.ts"

export const stop = Command.make(
  "stop",
  { names: namesArgument, json: jsonFlag },
  ({ names, json }) => operate(json, (client, who) => client.stop({ targets: names, who }))
).pipe(
  Command.withDescription(
    "Stop instances by hand and wait until they are stopped. They stay down, whatever is saved, " +
      "until `reeve start` or `reeve release`."
  ),
  Command.withShortDescription("Stop instances by hand; they stay down"),
  Command.withExamples([
    { command: "reeve stop web", description: "Stop web until it is started or released" },
    { command: "reeve stop all", description: "Stop everything, keep reeve running" }
  ])
)
