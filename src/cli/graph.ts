/** `reeve graph`: what programs need of each other, as the files say. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { CliFailure } from "./CliFailure.ts"
import { entriesOfCommand } from "./entriesOfCommand.ts"
import { exitCodes } from "./exitCodes.ts"
import { jsonFlag } from "./flags.ts"

export const graph = Command.make(
  "graph",
  {
    names: Argument.String("name").pipe(
      Argument.withMetavar(""),
      Argument.withDescription("Program or group, with all that it needs (default: all programs)"),
      Argument.variadic()
    ),
    format: Flag.Literals("format", ["text", "dot", "mermaid"]).pipe(
      Flag.withMetavar("FORM"),
      Flag.withDefault("text" as const),
      Flag.withDescription("text: a tree; dot: for Graphviz; mermaid: for Markdown")
    ),
    reverse: Flag.Boolean("reverse").pipe(
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("The other way round: who needs it")
    ),
    files: Flag.Path("file").pipe(
      Flag.withMetavar("PATH"),
      Flag.withDescription(
        "File or directory of programs, any number of times (default: the nearest programs/)"
      ),
      Flag.atLeast(0)
    ),
    json: jsonFlag
  },
  Effect.fnUntraced(function* ({ names, format, reverse, files, json }) {
    if (json && format !== "text") {
      return yield* new CliFailure({
        text: `--json and --format ${format} exclude each other.`,
        hint: null,
        code: exitCodes.usage
      })
    }
    const entries = yield* entriesOfCommand(files)
    const { graphHere } = yield* Effect.promise(() => import("./graphHere.ts"))
    yield* graphHere(entries, { names, reverse, form: json ? "json" : format })
  })
).pipe(
  Command.withDescription(
    "Show what programs need of each other (dependsOn), as the files say: below each program what it needs, with the " +
      "condition and what becomes of it when that is lost. Touches nothing that runs."
  ),
  Command.withShortDescription("Show what programs need of each other"),
  Command.withExamples([
    { command: "reeve graph", description: "All programs, as a tree" },
    { command: "reeve graph api", description: "api, and all that it needs" },
    { command: "reeve graph --reverse db", description: "Who needs db?" },
    { command: "reeve graph --format dot | dot -Tsvg > programs.svg", description: "A picture" },
    { command: "reeve graph --format mermaid", description: "For a README" }
  ])
)
