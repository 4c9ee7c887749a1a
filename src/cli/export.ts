import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { entriesOfCommand } from "./entriesOfCommand.ts"
import { pathsArgument } from "./flags.ts"

export const exportDesired = Command.make(
  "export",
  {
    paths: pathsArgument,
    to: Flag.Literals("to", ["ini", "json"]).pipe(
      Flag.withMetavar("FORM"),
      Flag.withDescription("ini: supervisord's program sections; json: the whole desired state")
    )
  },
  Effect.fnUntraced(function* ({ paths, to }) {
    const entries = yield* entriesOfCommand(paths)
    const { exportHere } = yield* Effect.promise(() => import("./exportHere.ts"))
    yield* exportHere(entries, to)
  })
).pipe(
  Command.withDescription("Print the desired state in another form; what it cannot say is told."),
  Command.withShortDescription("Print the desired state as ini or JSON"),
  Command.withExamples([
    { command: "reeve export --to ini", description: "Back to supervisord" },
    { command: "reeve export --to json programs/web.ts", description: "For other tools" }
  ])
)
