import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { ExitWith } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { jsonFlag } from "./flags.ts"
import { pathsOfCommand } from "./pathsOfCommand.ts"
import { columns } from "./render/columns.ts"
import { screen } from "./screen.ts"

export const doctor = Command.make(
  "doctor",
  { json: jsonFlag },
  Effect.fnUntraced(function* ({ json }) {
    const { style, ...shown } = yield* screen
    const paths = yield* pathsOfCommand(null)
    const { examine } = yield* Effect.promise(() => import("./examine.ts"))
    const findings = yield* examine(paths)
    if (json) yield* shown.json(findings)
    else {
      const paint = { good: style.green, warning: style.yellow, bad: style.red }
      const rows = findings.map(({ grade, subject, text }) => [
        { text: grade, paint: paint[grade] },
        { text: subject },
        { text }
      ])
      yield* shown.line(columns(rows).join("\n"))
    }
    if (findings.some(({ grade }) => grade === "bad")) {
      return yield* new ExitWith({ code: exitCodes.failed })
    }
  })
).pipe(
  Command.withDescription(
    "Look at what reeve needs from this machine: Node, util-linux, limits, directories, git."
  ),
  Command.withShortDescription("Look at what reeve needs from this machine"),
  Command.withExamples([{ command: "reeve doctor", description: "Before the first reeve up" }])
)
