import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { jsonFlag } from "./flags.ts"
import { operate } from "./operate.ts"

export const scale = Command.make(
  "scale",
  {
    program: Argument.String("program").pipe(
      Argument.withMetavar(""),
      Argument.withDescription("A program of the files, in TypeScript")
    ),
    instances: Argument.Int("instances").pipe(
      Argument.withMetavar(""),
      Argument.withDescription("How many instances to run"),
      Argument.filter(
        (count) => count >= 1,
        (count) => `${count} is no number of instances; use 1 or more`
      )
    ),
    json: jsonFlag
  },
  ({ program, instances, json }) =>
    operate(json, (client, who) => client.scale({ program, instances, who }))
).pipe(
  Command.withDescription(
    "Run another number of instances than the files say, until `reeve release`. Instances that stay are not touched."
  ),
  Command.withShortDescription("Set the number of instances by hand"),
  Command.withExamples([{ command: "reeve scale worker 4", description: "Four workers" }])
)
