import * as Command from "effect/cli/Command"
import { jsonFlag, namesArgument } from "./flags.ts"
import { operate } from "./operate.ts"

export const release = Command.make(
  "release",
  { names: namesArgument, json: jsonFlag },
  ({ names, json }) => operate(json, (client, who) => client.release({ targets: names, who }))
).pipe(
  Command.withDescription(
    "End what was done by hand (stop, start, scale): the files decide again, at once."
  ),
  Command.withShortDescription("Let the files decide again"),
  Command.withExamples([
    { command: "reeve release all", description: "Undo all that was done by hand" }
  ])
)
