/** How help and usage errors look: help when asked for; an error is one sentence, with where to read on. */
import * as CliOutput from "effect/cli/CliOutput"
import * as Effect from "effect/Effect"

export const presenter: CliOutput.Presenter = {
  present: (event) => {
    if (event._tag === "Version") {
      return Effect.sync(() => void process.stdout.write(`reeve ${event.version}\n`))
    }
    if (event._tag === "Help") return CliOutput.defaultPresenter.present(event)
    const sentences = event.errors.map(({ message }) => `reeve: ${message}`)
    return Effect.sync(() => {
      process.stderr.write(`${sentences.join("\n")}\nSee: ${event.commandPath.join(" ")} --help\n`)
    })
  }
}
