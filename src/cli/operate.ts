/** The commands that do something by hand: one row an instance, exit 1 when one of them failed. */
import * as Effect from "effect/Effect"
import type { Client, ClientError } from "../api/client.ts"
import type { Row } from "../api/messages.ts"
import { ExitWith } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { renderRows } from "./render/rows.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

export const operate = (
  json: boolean,
  run: (client: Client, who: string) => Effect.Effect<ReadonlyArray<Row>, ClientError>
) =>
  Effect.gen(function* () {
    const show = yield* screen
    const rows = yield* withDaemon((client) => run(client, show.terminal.user))
    if (json) yield* show.json(rows)
    else if (rows.length > 0) yield* show.line(renderRows(rows, show.style))
    if (rows.some((row) => row.outcome === "failed")) {
      return yield* new ExitWith({ code: exitCodes.failed })
    }
  })
