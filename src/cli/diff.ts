import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { planJson } from "../core/planJson.ts"
import { jsonFlag } from "./flags.ts"
import { generationArgument } from "./history.ts"
import { planText } from "./plan.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

export const diff = Command.make(
  "diff",
  { from: generationArgument("from"), to: generationArgument("to"), json: jsonFlag },
  Effect.fnUntraced(function* ({ from, to, json }) {
    const shown = yield* screen
    const { plan } = yield* withDaemon((client) => client.diff(from, to))
    yield* shown.line(json ? planJson(plan) : yield* planText(plan))
  })
).pipe(
  Command.withDescription("Show what going from one generation to another would do."),
  Command.withShortDescription("Compare two generations"),
  Command.withExamples([{ command: "reeve diff 3 7", description: "From generation 3 to 7" }])
)
