import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { programInstances } from "../domain/limits.ts"
import { jsonFlag } from "./flags.ts"
import { operate } from "./operate.ts"
import { termFlags, termsOf } from "./termFlags.ts"

export const scale = Command.make(
  "scale",
  {
    program: Argument.String("program").pipe(
      Argument.withMetavar(""),
      Argument.withDescription("A program that TypeScript files declare")
    ),
    instances: Argument.Int("instances").pipe(
      Argument.withMetavar(""),
      Argument.withDescription(`How many instances to run: 1 to ${programInstances}`),
      Argument.filter(
        (count) => count >= 1 && count <= programInstances,
        () => `a whole number from 1 to ${programInstances}`
      )
    ),
    ...termFlags,
    json: jsonFlag
  },
  ({ program, instances, json, ...given }) =>
    operate(json, (client, who) =>
      Effect.flatMap(termsOf(given), (terms) => client.scale({ program, instances, who, ...terms }))
    )
).pipe(
  Command.withDescription(
    "Run another number of instances than the files say, until `reeve release`, or for as long as --for says. " +
      "Instances that stay are not touched."
  ),
  Command.withShortDescription("Set the number of instances by hand"),
  Command.withExamples([
    { command: "reeve scale worker 4", description: "Four workers" },
    {
      command: "reeve scale worker 8 --for 1h30m",
      description: "Eight, for the next hour and a half"
    },
    { command: "reeve release worker", description: "As many as the files say again" }
  ])
)
