/** What happened, from the journal: the past, and with -f what comes. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Event } from "../domain/Event.ts"
import { localDateTime } from "../os/localTime.ts"
import { jsonFlag } from "./flags.ts"
import { followOn } from "./followOn.ts"
import { renderEvent } from "./render/events.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

export const events = Command.make(
  "events",
  {
    name: Argument.String("name").pipe(
      Argument.withMetavar(""),
      Argument.withDescription("One instance (default: all)"),
      Argument.optional
    ),
    follow: Flag.Boolean("follow").pipe(
      Flag.withAlias("f"),
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("Go on with what comes")
    ),
    limit: Flag.Int("lines").pipe(
      Flag.withAlias("n"),
      Flag.withMetavar("N"),
      Flag.withDefault(50),
      Flag.filter(
        (count) => count >= 0,
        () => "0 or more"
      ),
      Flag.withDescription("Events to begin with (default: 50)")
    ),
    json: jsonFlag
  },
  Effect.fnUntraced(function* ({ name, follow, limit, json }) {
    const shown = yield* screen
    const print = (event: Event) =>
      shown.line(json ? JSON.stringify(event) : renderEvent(event, shown.style, localDateTime))
    yield* withDaemon(
      Effect.fnUntraced(function* (client) {
        const query = { name: Option.getOrNull(name), after: null, limit }
        const past = yield* client.events(query)
        yield* Effect.forEach(past, print, { discard: true })
        if (!follow) return
        let after = past.at(-1)?.id ?? null
        const next = (event: Event) =>
          Effect.suspend(() => {
            after = event.id
            return print(event)
          })
        const listen = Effect.suspend(() => client.followEvents({ ...query, after })).pipe(
          Effect.flatMap(Stream.runForEach(next)),
          Effect.scoped
        )
        yield* followOn(listen, shown.note)
      })
    )
  })
).pipe(
  Command.withDescription(
    "Print what happened: state changes, exits, generations, what was done by hand. Kept over restarts of reeve."
  ),
  Command.withShortDescription("Print what happened"),
  Command.withExamples([
    { command: "reeve events -f", description: "What happens from now on" },
    { command: "reeve events web -n 10", description: "The last ten of web" }
  ])
)
