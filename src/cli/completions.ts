import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import { screen } from "./screen.ts"

/** `root` is asked for late: it contains this command. */
export const makeCompletions = (root: () => Command.Command.Any) =>
  Command.make(
    "completions",
    {
      shell: Argument.Literals("shell", ["bash", "zsh", "fish"]).pipe(
        Argument.withMetavar(""),
        Argument.withDescription("bash, zsh or fish")
      )
    },
    Effect.fnUntraced(function* ({ shell }) {
      const shown = yield* screen
      yield* shown.line(Completions.generate("reeve", shell, Completions.fromCommand(root())))
    })
  ).pipe(
    Command.withDescription("Print a completion script for a shell."),
    Command.withShortDescription("Print completions for bash, zsh or fish"),
    Command.withExamples([
      { command: "source <(reeve completions bash)", description: "For this bash" },
      { command: "source <(reeve completions zsh)", description: "For this zsh" },
      {
        command: "reeve completions fish > ~/.config/fish/completions/reeve.fish",
        description: "For every fish"
      }
    ])
  )
