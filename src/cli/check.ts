/** `reeve check`: reads all that would be applied and tells what is wrong with it; nothing is started, nothing is written. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { renderProblems } from "../core/renderProblems.ts"
import { CliFailure, ExitWith } from "./CliFailure.ts"
import { entriesOfCommand } from "./entriesOfCommand.ts"
import { exitCodes } from "./exitCodes.ts"
import { jsonFlag, pathsArgument } from "./flags.ts"
import { screen } from "./screen.ts"

export const check = Command.make(
  "check",
  {
    paths: pathsArgument,
    types: Flag.Boolean("types").pipe(
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("Run the project's own TypeScript compiler too")
    ),
    json: jsonFlag
  },
  Effect.fnUntraced(function* ({ paths, types, json }) {
    const shown = yield* screen
    const entries = yield* entriesOfCommand(paths)
    const { checkHere } = yield* Effect.promise(() => import("./checkHere.ts"))
    const { problems, programs, instances } = yield* checkHere(entries, types)
    const errors = problems.filter(({ severity }) => severity === "error").length
    if (json) yield* shown.json({ programs, instances, problems })
    else {
      if (problems.length > 0) yield* shown.note(renderProblems(problems, { color: shown.colour }))
      if (errors === 0) {
        yield* shown.line(
          `${counted(programs, "program")} (${counted(instances, "instance")}), no errors.`
        )
      }
    }
    if (errors === 0) return
    if (json) return yield* new ExitWith({ code: exitCodes.failed })
    return yield* new CliFailure({
      text: `${errors} ${errors === 1 ? "error" : "errors"}.`,
      hint: null,
      code: exitCodes.failed
    })
  })
).pipe(
  Command.withDescription(
    "Evaluate and check the files, and print all that is wrong with file:line:column. Touches nothing that runs."
  ),
  Command.withShortDescription("Check the files"),
  Command.withExamples([
    { command: "reeve check", description: "programs/ of this project" },
    { command: "reeve check --types programs/web.ts", description: "One file, with its types" },
    {
      command: "reeve check /etc/supervisor/supervisord.conf",
      description: "A whole configuration, as reeve supervisord reads it"
    }
  ])
)

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`
