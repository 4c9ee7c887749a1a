/** A first program for somebody who has none; never overwrites. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { errnoOf } from "../os/errnoOf.ts"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { screen } from "./screen.ts"

export const init = Command.make(
  "init",
  {
    directory: Argument.Directory("directory").pipe(
      Argument.withMetavar(""),
      Argument.withDescription("Where to make programs/ (default: here)"),
      Argument.optional
    )
  },
  Effect.fnUntraced(function* ({ directory }) {
    const shown = yield* screen
    const folder = join(
      Option.getOrElse(directory, () => shown.terminal.directory),
      "programs"
    )
    const file = join(folder, "clock.ts")
    if (existsSync(folder)) {
      return yield* new CliFailure({
        text: `${folder} exists already; nothing was written.`,
        hint: "Add files to it, and look at them with: reeve plan",
        code: exitCodes.failed
      })
    }
    yield* Effect.try({
      try: () => {
        mkdirSync(folder, { recursive: true })
        writeFileSync(file, starter, { flag: "wx" })
      },
      catch: (error) =>
        new CliFailure({
          text: `Cannot write ${file}: ${errnoOf(error)}.`,
          hint: null,
          code: exitCodes.failed
        })
    })
    yield* shown.line(
      [`Wrote ${file}.`, "Next: reeve up, then change the file and save it."].join("\n")
    )
  })
).pipe(
  Command.withDescription(
    "Make a programs/ directory with a first program, clock.ts, in it. Never overwrites."
  ),
  Command.withShortDescription("Make programs/ with a first program"),
  Command.withExamples([
    { command: "reeve init && reeve up", description: "From nothing to running" }
  ])
)

const starter = `/** A program that tells the time. Save this file while \`reeve up\` runs, and it follows. */
import { defineProgram } from "reeve"

export const clock = defineProgram({
  command: ["node", "-e", "setInterval(() => console.log(new Date().toISOString()), 1000)"],
  stop: { timeout: "2 seconds" }
})
`
