import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Client } from "../api/client.ts"
import { formatDuration, parseDuration } from "../domain/Duration.ts"
import type { State } from "../domain/State.ts"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { namesArgument } from "./flags.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

const states = [
  "running",
  "stopped",
  "exited",
  "fatal",
  "starting",
  "backoff",
  "stopping",
  "settled"
] as const

export const wait = Command.make(
  "wait",
  {
    names: namesArgument,
    for: Flag.Literals("for", states).pipe(
      Flag.withMetavar("STATE"),
      Flag.withDefault("running" as const),
      Flag.withDescription("State to wait for; settled: nothing is starting, stopping or retrying")
    ),
    timeout: Flag.String("timeout").pipe(
      Flag.withMetavar("DURATION"),
      Flag.withDefault("1 minute"),
      Flag.filterMap(
        (text) => Option.fromNullishOr(parseDuration(/^\d+$/.test(text) ? `${text}s` : text)),
        (text) => `${text} is no duration; write 30s, 2m or 1h30m`
      ),
      Flag.withDescription("How long to wait at most: 30s, 2m (default: 1 minute)")
    )
  },
  Effect.fnUntraced(function* ({ names, for: wanted, timeout }) {
    const shown = yield* screen
    const last = yield* withDaemon((client) =>
      Effect.scoped(untilAll(client, names, wanted)).pipe(
        Effect.timeoutOrElse({
          duration: Duration.millis(timeout),
          orElse: () => Effect.flatMap(client.list(names), (now) => tooLate(now, wanted, timeout))
        })
      )
    )
    yield* shown.line(last.map(({ spec, state }) => `${spec.address} ${state}`).join("\n"))
  })
).pipe(
  Command.withDescription(
    "Wait until every named instance is in a state. Exit 1 when it takes too long."
  ),
  Command.withShortDescription("Wait for a state"),
  Command.withExamples([
    { command: "reeve wait web", description: "Until web is RUNNING" },
    { command: "reeve wait all --for settled --timeout 10s", description: "After a boot" }
  ])
)

type Wanted = (typeof states)[number]

/** Looks, then looks again at each event: subscribed before the first look, so that nothing is missed. */
const untilAll = Effect.fnUntraced(function* (
  client: Client,
  names: ReadonlyArray<string>,
  wanted: Wanted
) {
  const events = yield* client.followEvents({ name: null, after: null, limit: null })
  const ticks = Stream.merge(
    Stream.map(events, () => null),
    Stream.tick("1 second")
  )
  const matching = yield* Stream.concat(Stream.make(null), ticks).pipe(
    Stream.mapEffect(() => client.list(names)),
    Stream.filter((list) => list.every(({ state }) => fits(state, wanted))),
    Stream.take(1),
    Stream.runCollect
  )
  return matching[0] ?? []
})

const fits = (state: State, wanted: Wanted): boolean =>
  wanted === "settled"
    ? !["STARTING", "STOPPING", "BACKOFF"].includes(state)
    : state === wanted.toUpperCase()

const tooLate = (
  list: ReadonlyArray<{ readonly state: State; readonly spec: { readonly address: string } }>,
  wanted: Wanted,
  timeout: number
) =>
  Effect.fail(
    new CliFailure({
      text: `Not ${wanted} after ${formatDuration(timeout)}: ${list
        .filter(({ state }) => !fits(state, wanted))
        .map(({ spec, state }) => `${spec.address} is ${state}`)
        .join(", ")}.`,
      hint: "reeve describe NAME says why.",
      code: exitCodes.failed
    })
  )
