/** How help and usage errors look: help when asked for; an error is one sentence, with where to read on. */
import type * as CliOutput from "effect/cli/CliOutput"
import * as Effect from "effect/Effect"
import { exitNotesOf } from "./exitNotes.ts"
import { renderHelp } from "./render/help.ts"
import { makeStyle, wantsColour } from "./render/style.ts"
import { usageSentence } from "./render/usageError.ts"

export const presenter: CliOutput.Presenter = {
  present: (event) =>
    Effect.sync(() => {
      switch (event._tag) {
        case "Version":
          return void process.stdout.write(`reeve ${event.version}\n`)
        case "Help":
          return void process.stdout.write(`${helpText(event)}\n`)
        case "InvalidInvocation": {
          const [first] = event.errors
          const sentence = first === undefined ? "Wrong usage." : usageSentence(first)
          const line = `reeve: ${sentence}\nSee: ${event.commandPath.join(" ")} --help\n`
          return void process.stderr.write(line)
        }
      }
    })
}

const helpText = ({ commandPath, helpDoc }: CliOutput.Presenter.Help): string =>
  renderHelp(helpDoc, {
    style: makeStyle(
      wantsColour({
        choice: colourChoice(process.argv),
        isTerminal: process.stdout.isTTY === true,
        variable: (name) => process.env[name]
      })
    ),
    width: process.stdout.columns ?? 100,
    exits: exitNotesOf(commandPath)
  })

/** Help is printed before flags are read. */
const colourChoice = (words: ReadonlyArray<string>): "auto" | "always" | "never" => {
  const text = words.join(" ")
  if (/ --color[= ]always\b/.test(text)) return "always"
  return / --color[= ]never\b/.test(text) ? "never" : "auto"
}
