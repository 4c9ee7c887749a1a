/** Shows what going back would do, asks who sits at a terminal, and does it. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { canAsk, confirm } from "../os/confirm.ts"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { jsonFlag } from "./flags.ts"
import { generationArgument } from "./history.ts"
import { planText } from "./plan.ts"
import { progressOf } from "./progress.ts"
import { exitAsApplied, reportApplied } from "./reportApplied.ts"
import { screen } from "./screen.ts"
import { reasonFlag } from "./termFlags.ts"
import { withDaemon } from "./withDaemon.ts"

export const rollback = Command.make(
  "rollback",
  {
    number: generationArgument("number").pipe(
      Argument.withDescription("The generation to go back to (default: the one before this)"),
      Argument.optional
    ),
    reason: reasonFlag,
    protectedToo: Flag.Boolean("yes-protected").pipe(
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("Stop programs with protect: true as well, where the plan says so")
    ),
    yes: Flag.Boolean("yes").pipe(
      Flag.withAlias("y"),
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("Do not ask; without a terminal nobody is asked")
    ),
    json: jsonFlag
  },
  Effect.fnUntraced(function* ({ number, reason, protectedToo, yes, json }) {
    const shown = yield* screen
    const who = shown.terminal.user
    const applied = yield* withDaemon(
      Effect.fnUntraced(function* (client) {
        const { plan, to } = yield* client.rollbackPlan(Option.getOrNull(number), protectedToo)
        if (!json) {
          yield* shown.line(yield* planText(plan, `generation ${to} declares`))
          if (!yes && canAsk() && !(yield* confirm(`\nGo back to generation ${to}, and pin it?`))) {
            return yield* notDone
          }
        }
        const request = { to, who, reason: Option.getOrNull(reason), protectedToo, wait: true }
        const work = client.rollback(request)
        return yield* json ? work : progressOf(client, shown)(work)
      })
    )
    if (json) yield* shown.json(applied)
    else {
      yield* reportApplied(applied)
      yield* shown.line("It is pinned: saves wait until reeve resume.")
    }
    if (applied.outcome === "superseded") return yield* superseded
    yield* exitAsApplied(applied)
  })
).pipe(
  Command.withDescription(
    "Go back to an accepted generation, as it was stored: the files play no part, and may be gone. It is pinned: what is " +
      "saved afterwards is evaluated and shown, and waits for reeve resume."
  ),
  Command.withShortDescription("Go back to an earlier generation, and stay there"),
  Command.withExamples([
    { command: "reeve rollback", description: "To the one before the present" },
    {
      command: 'reeve rollback 12 --reason "13 leaks"',
      description: "To generation 12 of reeve history, saying why"
    }
  ])
)

const notDone = new CliFailure({
  text: "Nothing was changed.",
  hint: null,
  code: exitCodes.failed
})

const superseded = new CliFailure({
  text: "Something else was asked for meanwhile, and is done instead.",
  hint: "See: reeve history",
  code: exitCodes.failed
})
