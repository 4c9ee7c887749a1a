/**
 * supervisord's two commands as help and completions list them. They have entries of their own (`src/main.ts`), which take
 * supervisord's flags; what is here runs only when something stands before the command's name.
 */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"

const words = Argument.String("words").pipe(
  Argument.withMetavar(""),
  Argument.withDescription("The options and words that the original takes"),
  Argument.variadic()
)

const listed = (name: string) =>
  Command.make(
    name,
    { words },
    () =>
      new CliFailure({
        text: `Nothing may stand before ${name}: it takes the options of the original only.`,
        hint: `See: reeve ${name} -h`,
        code: exitCodes.usage
      })
  )

export const supervisord = listed("supervisord").pipe(
  Command.withDescription(
    "Run a supervisord configuration unchanged, in supervisord's place: the same flags, messages, sockets and " +
      "exit codes. All flags: reeve supervisord -h"
  ),
  Command.withShortDescription("Run a supervisord configuration, with supervisord's flags"),
  Command.withExamples([
    {
      command: "reeve supervisord -n -c /etc/supervisor/supervisord.conf",
      description: "Stay in the foreground"
    }
  ])
)

export const supervisorctl = listed("supervisorctl").pipe(
  Command.withDescription(
    "Talk to a supervisord, or to reeve in its place: the same actions, output and exit codes, and the shell. All " +
      "flags: reeve supervisorctl -h"
  ),
  Command.withShortDescription("Control a supervisord, with supervisorctl's actions"),
  Command.withExamples([{ command: "reeve supervisorctl status", description: "What runs there?" }])
)
