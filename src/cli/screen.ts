/** How this command writes: text, JSON, colours. */
import * as Effect from "effect/Effect"
import { Terminal } from "../os/Terminal.ts"
import { ColorFlag } from "./flags.ts"
import { makeStyle, wantsColour } from "./render/style.ts"

export const screen = Effect.gen(function* () {
  const terminal = yield* Terminal
  const choice = yield* ColorFlag
  const colour = wantsColour({
    choice,
    isTerminal: terminal.outIsTerminal,
    variable: terminal.variable
  })
  return {
    terminal,
    colour,
    style: makeStyle(colour),
    line: (text: string) => terminal.out(`${text}\n`),
    note: (text: string) => terminal.err(`${text}\n`),
    json: (value: unknown) => terminal.out(`${JSON.stringify(value, null, 2)}\n`)
  }
})
