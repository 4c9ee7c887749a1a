import * as Command from "effect/cli/Command"
import { jsonFlag, namesArgument } from "./flags.ts"
import { operate } from "./operate.ts"
import { waitFlag } from "./start.ts"

export const restart = Command.make(
  "restart",
  { names: namesArgument, wait: waitFlag, json: jsonFlag },
  ({ names, wait, json }) =>
    operate(json, (client, who) => client.restart({ targets: names, who, wait }))
).pipe(
  Command.withDescription(
    "Stop instances and start them again, with what the files say now. Programs with " +
      'update.strategy "overlap" get the new process first, as many at a time as an update replaces.'
  ),
  Command.withShortDescription("Restart instances"),
  Command.withExamples([{ command: "reeve restart web", description: "A new process for web" }])
)
