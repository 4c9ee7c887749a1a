import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { jsonFlag, namesArgument } from "./flags.ts"
import { operate } from "./operate.ts"

export const waitFlag = Flag.Boolean("wait").pipe(
  Flag.withDefault(true),
  Flag.withDescription("Wait until it is RUNNING or has failed (--no-wait: only ask for it)")
)

export const start = Command.make(
  "start",
  { names: namesArgument, wait: waitFlag, json: jsonFlag },
  ({ names, wait, json }) =>
    operate(json, (client, who) => client.start({ targets: names, who, wait }))
).pipe(
  Command.withDescription(
    "Start instances by hand. Ends a stop by hand; a program that the files do not start " +
      "(start.auto: false) keeps running until released."
  ),
  Command.withShortDescription("Start instances by hand"),
  Command.withExamples([
    { command: "reeve start web", description: "Start web (all its instances)" },
    { command: "reeve start web:0 db", description: "Start two" }
  ])
)
