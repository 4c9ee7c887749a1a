import * as Clock from "effect/Clock"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { placePlan } from "../core/placePlan.ts"
import { planJson } from "../core/planJson.ts"
import { renderPlan } from "../core/renderPlan.ts"
import { renderProblems } from "../core/renderProblems.ts"
import type { Desired } from "../domain/Desired.ts"
import type { Plan } from "../domain/Plan.ts"
import type { Problem } from "../domain/Problem.ts"
import type { SavedPlan } from "../domain/SavedPlan.ts"
import { localDateTime } from "../os/localTime.ts"
import { writePrivately } from "../os/writePrivately.ts"
import { CliFailure, ExitWith } from "./CliFailure.ts"
import { exitCodes, planExitCodes } from "./exitCodes.ts"
import { jsonFlag, pathsArgument } from "./flags.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

export const plan = Command.make(
  "plan",
  {
    paths: pathsArgument,
    out: Flag.Path("out").pipe(
      Flag.optional,
      Flag.withDescription("Save the plan in FILE, for reeve apply FILE"),
      Flag.withMetavar("FILE")
    ),
    rev: Flag.String("rev").pipe(
      Flag.optional,
      Flag.withDescription("Plan a git revision of the files instead: a commit, tag or branch"),
      Flag.withMetavar("REVISION")
    ),
    exitCode: Flag.Boolean("exit-code").pipe(
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("Exit 0 when there is nothing to do, 2 when there is, 1 on an error")
    ),
    json: jsonFlag
  },
  Effect.fnUntraced(function* ({ paths, out, rev, exitCode, json }) {
    const shown = yield* screen
    const run = Effect.gen(function* () {
      const found = yield* planned(paths, Option.getOrNull(rev), Option.isSome(out))
      if (found.warnings.length > 0)
        yield* shown.note(renderProblems(found.warnings, { color: shown.colour }))
      if (json) yield* shown.line(planJson(found.plan))
      else yield* shown.line(yield* planText(found.plan))
      if (Option.isSome(out) && found.desired !== null) {
        yield* save(out.value, {
          plan: found.plan,
          desired: found.desired,
          ...(Option.isSome(rev) ? { revision: rev.value } : {})
        })
      }
      return found.plan.actions.length
    })
    if (!exitCode) return yield* Effect.asVoid(run)
    const actions = yield* Effect.catchTag(run, "CliFailure", (failure) =>
      Effect.fail(new CliFailure({ ...failure, code: planExitCodes.error }))
    )
    if (actions > 0) return yield* new ExitWith({ code: planExitCodes.actions })
  })
).pipe(
  Command.withDescription(
    "Show what applying the files would do, and why; changes nothing. Without a daemon, or with " +
      "paths, the files are read here and compared with what reeve last recorded. With --rev it is about a git " +
      "revision of the files: what would going back to it do?"
  ),
  Command.withShortDescription("Show what would change, and why"),
  Command.withExamples([
    { command: "reeve plan", description: "What would a save do?" },
    { command: "reeve plan --out next.plan", description: "Keep it, for reeve apply next.plan" },
    { command: "reeve plan --rev v1.2", description: "What would going back to v1.2 do?" },
    { command: "reeve plan --exit-code --json", description: "For scripts" }
  ])
)

interface Planned {
  readonly plan: Plan
  readonly desired: Desired | null
  readonly warnings: ReadonlyArray<Problem>
}

/** The daemon's own plan; where none runs, or where other files are named, one made here. */
const planned = (paths: ReadonlyArray<string>, rev: string | null, content: boolean) => {
  const here = Effect.flatMap(
    Effect.promise(() => import("./planHere.ts")),
    ({ planHere }) => planHere(paths, rev)
  )
  if (paths.length > 0) return here
  return withDaemon((client) => client.plan(content, rev)).pipe(
    Effect.map((answer): Planned => answer),
    Effect.catchTag("CliFailure", (failure) =>
      failure.code === exitCodes.lockOrNoDaemon ? here : Effect.fail(failure)
    )
  )
}

/** `declared`: what runs is what …, if not what the files declare. */
export const planText = Effect.fnUntraced(function* (shownPlan: Plan, declared?: string) {
  const { colour, terminal } = yield* screen
  const now = yield* Clock.currentTimeMillis
  const width = terminal.outIsTerminal ? terminal.columns : Number.POSITIVE_INFINITY
  return renderPlan(placePlan(shownPlan, terminal.directory), {
    colour,
    width,
    now,
    dateTime: localDateTime,
    ...(declared === undefined ? {} : { declared })
  }).trimEnd()
})

const save = (path: string, saved: Omit<SavedPlan, "formatVersion">) =>
  Effect.mapError(
    writePrivately(path, `${JSON.stringify({ formatVersion: 1, ...saved }, null, 2)}\n`),
    (errno) =>
      new CliFailure({
        text: `Cannot write the plan to ${path}: ${errno}.`,
        hint: null,
        code: exitCodes.failed
      })
  )
