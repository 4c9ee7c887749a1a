/** The accepted generations, and one of them whole. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { localDateTime } from "../os/localTime.ts"
import { jsonFlag } from "./flags.ts"
import { planText } from "./plan.ts"
import { renderGeneration, renderHistory } from "./render/history.ts"
import { pinnedLine } from "./render/standing.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

export const generationArgument = (name: string) =>
  Argument.Int(name).pipe(
    Argument.withMetavar(""),
    Argument.withDescription("A generation, as reeve history numbers them"),
    Argument.filter(
      (number) => number > 0,
      () => "a number from 1 on"
    )
  )

const show = Command.make(
  "show",
  { number: generationArgument("number"), json: jsonFlag },
  Effect.fnUntraced(function* ({ number, json }) {
    const shown = yield* screen
    const generation = yield* withDaemon((client) => client.generation(number))
    if (json) return yield* shown.json(generation)
    yield* shown.line(renderGeneration(generation, shown.style, localDateTime))
    if (generation.plan !== null) yield* shown.line(`\n${yield* planText(generation.plan)}`)
  })
).pipe(
  Command.withDescription(
    "Show one generation: what it declares, and the plan that brought it about."
  ),
  Command.withShortDescription("Show one generation whole"),
  Command.withExamples([{ command: "reeve history show 7", description: "Generation 7" }])
)

export const history = Command.make(
  "history",
  {
    limit: Flag.Int("lines").pipe(
      Flag.withAlias("n"),
      Flag.withMetavar("N"),
      Flag.withDefault(20),
      Flag.filter(
        (count) => count >= 0,
        () => "0 or more"
      ),
      Flag.withDescription("Generations to show, newest first (default: 20)")
    ),
    json: jsonFlag
  },
  Effect.fnUntraced(function* ({ limit, json }) {
    const shown = yield* screen
    const { list, pin } = yield* withDaemon((client) =>
      Effect.all(
        {
          list: client.generations(limit),
          pin: Effect.map(client.reconciler, (standing) => standing.pin)
        },
        { concurrency: "unbounded" }
      )
    )
    if (json) return yield* shown.json(list)
    yield* shown.line(renderHistory(list, shown.style, localDateTime))
    if (pin !== null) yield* shown.note(`\n${pinnedLine(pin, localDateTime)}`)
  })
).pipe(
  Command.withSubcommands([show]),
  Command.withDescription(
    "List the generations, newest first: each is one accepted state of the files, with its commit and outcome."
  ),
  Command.withShortDescription("List what was accepted, and when"),
  Command.withExamples([
    { command: "reeve history", description: "What was accepted, when, with which outcome" },
    { command: "reeve history show 7", description: "Generation 7 whole" }
  ])
)
