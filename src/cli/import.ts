import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"

export const importIni = Command.make(
  "import",
  {
    file: Argument.Path("file").pipe(
      Argument.withMetavar(""),
      Argument.withDescription("A supervisord.conf or other .ini")
    )
  },
  Effect.fnUntraced(function* ({ file }) {
    const { importHere } = yield* Effect.promise(() => import("./importHere.ts"))
    yield* importHere(file)
  })
).pipe(
  Command.withDescription(
    "Print the TypeScript that means the same as a supervisord ini file, with what it includes."
  ),
  Command.withShortDescription("Turn supervisord ini into TypeScript"),
  Command.withExamples([
    {
      command: "reeve import /etc/supervisor/supervisord.conf > programs/all.ts",
      description: "Move from supervisord"
    }
  ])
)
