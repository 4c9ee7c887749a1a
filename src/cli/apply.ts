/** Applies the files, or a saved plan: the one command that may do what a guard held back. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SavedPlan } from "../domain/SavedPlan.ts"
import { readNamed } from "../os/writePrivately.ts"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { jsonFlag } from "./flags.ts"
import { planText } from "./plan.ts"
import { progressOf } from "./progress.ts"
import { exitAsApplied, reportApplied } from "./reportApplied.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

export const apply = Command.make(
  "apply",
  {
    file: Argument.Path("file").pipe(
      Argument.withMetavar(""),
      Argument.withDescription("A plan saved with reeve plan --out"),
      Argument.optional
    ),
    protectedToo: Flag.Boolean("yes-protected").pipe(
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("Stop programs with protect: true as well, where the plan says so")
    ),
    json: jsonFlag
  },
  Effect.fnUntraced(function* ({ file, protectedToo, json }) {
    const shown = yield* screen
    const saved = Option.isNone(file) ? null : yield* savedPlan(file.value)
    const who = shown.terminal.user
    const applied = yield* withDaemon((client) =>
      client
        .apply({
          who,
          protectedToo,
          wait: true,
          saved: saved === null ? null : contentOf(saved)
        })
        .pipe(json ? (effect) => effect : progressOf(client, shown))
    )
    if (json) yield* shown.json(applied)
    else {
      yield* shown.line(yield* planText(applied.plan))
      yield* reportApplied(applied)
    }
    yield* exitAsApplied(applied)
  })
).pipe(
  Command.withDescription(
    "Apply what the files say now, also what waits for confirmation; or apply a saved plan, if " +
      "nothing that it touches has moved since."
  ),
  Command.withShortDescription("Apply the files, or a saved plan"),
  Command.withExamples([
    { command: "reeve apply", description: "Confirm a pending plan" },
    { command: "reeve apply next.plan", description: "Apply exactly that plan" }
  ])
)

const readSaved = Schema.decodeUnknownEffect(Schema.fromJsonString(SavedPlan))

const savedPlan = Effect.fnUntraced(function* (path: string) {
  const text = yield* Effect.mapError(readNamed(path), (errno) =>
    failed(`Cannot read the plan ${path}: ${errno}.`)
  )
  return yield* Effect.mapError(readSaved(text), () =>
    failed(
      `${path} is not a plan that this version of reeve can read; make it with reeve plan --out.`
    )
  )
})

const failed = (text: string) => new CliFailure({ text, hint: null, code: exitCodes.failed })

const contentOf = ({ desired, plan, revision }: SavedPlan) => ({
  desired,
  basis: plan.basis,
  ...(revision === undefined ? {} : { revision })
})
