/** `reeve up`: what it takes and what it says of itself. The work is in bringUp, which is loaded when it is needed. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { entriesOfCommand } from "./entriesOfCommand.ts"
import { pathsArgument } from "./flags.ts"
import { pathsOfCommand } from "./pathsOfCommand.ts"

export const up = Command.make(
  "up",
  {
    paths: pathsArgument,
    detach: Flag.Boolean("detach").pipe(
      Flag.withAlias("d"),
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("Go on in the background; returns when the boot succeeded")
    ),
    manual: Flag.Boolean("manual").pipe(
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("A save waits for reeve apply")
    ),
    quiet: Flag.Boolean("quiet").pipe(
      Flag.withAlias("q"),
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("Do not show what programs print")
    ),
    replaceKeeper: Flag.Boolean("replace-keeper").pipe(
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription(
        "Start nothing: the keeper that runs here becomes the installed one, under its pid"
      )
    ),
    exitWhen: Flag.Literals("exit-when", ["fatal", "all-exited"]).pipe(
      Flag.withMetavar("WHEN"),
      Flag.optional,
      Flag.withDescription(
        "End by itself, for containers. fatal: stop everything and exit with 1 once a program is FATAL; " +
          "all-exited: once nothing runs and nothing will, with 0 if all exits were expected, else 1"
      )
    )
  },
  Effect.fnUntraced(function* ({ paths, detach, manual, quiet, replaceKeeper, exitWhen }) {
    if (replaceKeeper) {
      const { renewKeeper } = yield* Effect.promise(() => import("./renewKeeper.ts"))
      return yield* renewKeeper
    }
    const entries = yield* entriesOfCommand(paths)
    const places = yield* pathsOfCommand(entries[0] ?? null)
    const { bringUp } = yield* Effect.promise(() => import("./bringUp.ts"))
    const asked = { detach, manual, quiet, exitWhen: Option.getOrNull(exitWhen) }
    yield* bringUp({ entries, places, ...asked })
  })
).pipe(
  Command.withDescription(
    "Start everything that the files declare, keep it running, and follow every save. In the " +
      "foreground: the plan, then the output of all programs; Ctrl-C stops them in order."
  ),
  Command.withShortDescription("Start what the files declare, and follow every save"),
  Command.withExamples([
    { command: "reeve up", description: "programs/ of this project, in the foreground" },
    { command: "reeve up -d", description: "The same, in the background" },
    {
      command: "reeve up --manual deploy/",
      description: "Other files; saves wait for reeve apply"
    },
    {
      command: "reeve up --exit-when fatal",
      description: "In a container that another one replaces"
    },
    {
      command: "reeve up --replace-keeper",
      description: "After reeve upgrade, when that says so; programs and daemon stay"
    }
  ])
)
