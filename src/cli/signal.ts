import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { jsonFlag, namesArgument } from "./flags.ts"
import { operate } from "./operate.ts"

export const signal = Command.make(
  "signal",
  {
    signal: Argument.String("signal").pipe(
      Argument.withMetavar(""),
      Argument.withDescription("HUP, USR1, RTMIN+1, … with or without SIG, or a number")
    ),
    names: namesArgument,
    group: Flag.Boolean("group").pipe(
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("To the whole process group instead of the process alone")
    ),
    json: jsonFlag
  },
  ({ signal: name, names, group, json }) =>
    operate(json, (client, who) =>
      client.signal({ signal: name, targets: names, scope: group ? "group" : "process", who })
    )
).pipe(
  Command.withDescription(
    "Send a signal to running instances. What comes of it is up to the program, and to its `restart`."
  ),
  Command.withShortDescription("Send a signal to instances"),
  Command.withExamples([
    { command: "reeve signal HUP web", description: "Ask web to reload" },
    { command: "reeve signal USR1 all --group", description: "To every process of every program" }
  ])
)
