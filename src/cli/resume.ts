import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import type { ResumeAnswer } from "../api/messages.ts"
import { localDateTime } from "../os/localTime.ts"
import { ExitWith } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { jsonFlag } from "./flags.ts"
import { planText } from "./plan.ts"
import { progressOf } from "./progress.ts"
import { renderStanding } from "./render/standing.ts"
import { exitAsApplied, reportApplied } from "./reportApplied.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

export const resume = Command.make(
  "resume",
  { json: jsonFlag },
  Effect.fnUntraced(function* ({ json }) {
    const shown = yield* screen
    const who = shown.terminal.user
    const answer = yield* withDaemon((client) => {
      const work = client.resume({ who })
      return json ? work : progressOf(client, shown)(work)
    })
    if (json) yield* shown.json(answer)
    else yield* report(answer)
    const { applied, pin, status } = answer
    if (pin === null) return
    if (status.problems.length > 0) return yield* new ExitWith({ code: exitCodes.failed })
    if (status.pending !== null) return yield* new ExitWith({ code: exitCodes.held })
    if (applied !== null) yield* exitAsApplied(applied)
  })
).pipe(
  Command.withDescription(
    "Let the files decide again after a rollback: what they say now is applied, with every guard, as after a save."
  ),
  Command.withShortDescription("Let the files decide again after a rollback"),
  Command.withExamples([
    { command: "reeve plan", description: "What will resume do?" },
    { command: "reeve resume", description: "Do it" }
  ])
)

const report = Effect.fnUntraced(function* ({ applied, pin, status }: ResumeAnswer) {
  const { colour, terminal, ...shown } = yield* screen
  if (pin === null) return yield* shown.line("Nothing is pinned: the files decide already.")
  yield* shown.line(`Generation ${pin.generation} is not pinned any more: the files decide again.`)
  if (applied !== null) {
    yield* shown.line(`\n${yield* planText(applied.plan)}`)
    yield* reportApplied(applied)
  }
  const placed = { colour, directory: terminal.directory, dateTime: localDateTime }
  const standing = renderStanding(status, placed)
  if (standing.length > 0) yield* shown.note(standing.join("\n"))
})
