import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Client } from "../api/client.ts"
import { hasCompleted } from "../core/dependency/conditions.ts"
import { isReady } from "../core/isReady.ts"
import { printable } from "../core/printable.ts"
import { formatDuration } from "../domain/Duration.ts"
import { State } from "../domain/State.ts"
import type { InstanceStatus } from "../domain/Status.ts"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { namesArgument, timeoutFlag } from "./flags.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

const states = [...State.literals, "ready", "completed", "settled"] as const

type Wanted = (typeof states)[number]

/** In any case. */
const readWanted = (text: string): Option.Option<Wanted> =>
  Option.fromNullishOr(states.find((state) => state.toLowerCase() === text.toLowerCase()))

export const wait = Command.make(
  "wait",
  {
    names: namesArgument,
    for: Flag.String("for").pipe(
      Flag.withMetavar("STATE"),
      Flag.withDefault("RUNNING"),
      Flag.filterMap(readWanted, () => states.join(", ")),
      Flag.withDescription(
        [
          `${State.literals.join(", ")} in any case;`,
          "ready: RUNNING, and ready by its probe;",
          "completed: ended as expected, as a task does;",
          "settled: nothing is starting, stopping or retrying (default: RUNNING)"
        ].join(" ")
      )
    ),
    timeout: timeoutFlag
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
  Command.withDescription("Wait until every named instance is in a state, for a limited time."),
  Command.withShortDescription("Wait for a state"),
  Command.withExamples([
    { command: "reeve wait web", description: "Until web is RUNNING" },
    { command: "reeve wait web --for ready", description: "Until its probe says so" },
    { command: "reeve wait migrate --for completed", description: "Until a task is done" },
    { command: "reeve wait all --for settled --timeout 10s", description: "After a boot" }
  ])
)

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
    Stream.filter((list) => list.every((instance) => fits(instance, wanted))),
    Stream.take(1),
    Stream.runCollect
  )
  return matching[0] ?? []
})

const fits = (instance: InstanceStatus, wanted: Wanted): boolean => {
  const { state } = instance
  if (wanted === "ready") return isReady(instance)
  if (wanted === "completed") return hasCompleted(instance)
  return wanted === "settled"
    ? !["STARTING", "STOPPING", "BACKOFF"].includes(state)
    : state === wanted
}

const lackText = (instance: InstanceStatus, wanted: Wanted): string => {
  const { ready, reason, spec, state } = instance
  if (wanted === "completed" && reason !== null && "text" in reason) {
    return `${spec.address} is ${state} (${printable(reason.text)})`
  }
  const seen = wanted === "ready" && state === "RUNNING" ? (ready?.last?.text ?? null) : null
  const why = seen === null ? "" : ` and not ready (${printable(seen)})`
  return `${spec.address} is ${state}${why}`
}

const tooLate = (list: ReadonlyArray<InstanceStatus>, wanted: Wanted, timeout: number) =>
  Effect.fail(
    new CliFailure({
      text: `Not ${wanted} after ${formatDuration(timeout)}: ${list
        .filter((instance) => !fits(instance, wanted))
        .map((instance) => lackText(instance, wanted))
        .join(", ")}.`,
      hint: "reeve describe NAME says why.",
      code: exitCodes.failed
    })
  )
