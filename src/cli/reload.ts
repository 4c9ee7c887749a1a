import * as Command from "effect/cli/Command"
import { jsonFlag, namesArgument } from "./flags.ts"
import { operate } from "./operate.ts"

export const reload = Command.make(
  "reload",
  { names: namesArgument, json: jsonFlag },
  ({ names, json }) => operate(json, (client, who) => client.reload({ targets: names, who }))
).pipe(
  Command.withDescription(
    "Tell instances to read their files anew, by the signal that `reload` of their program names. Their processes go on."
  ),
  Command.withShortDescription("Tell instances to read their files anew"),
  Command.withExamples([
    { command: "reeve reload nginx", description: "HUP, or what its `reload` says" }
  ])
)
