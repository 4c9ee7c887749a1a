import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import type { Client, ClientError } from "../api/client.ts"
import { type Cause, causesOf, startedAfter } from "../core/causes.ts"
import type { Event } from "../domain/Event.ts"
import type { InstanceStatus } from "../domain/Status.ts"
import { localDateTime } from "../os/localTime.ts"
import { jsonFlag, namesArgument } from "./flags.ts"
import { actionsOn, type Chain, renderWhy } from "./render/why.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

/** Events of one instance that are looked through; a cause before that is not found. */
const eventsBack = 10_000

export const why = Command.make(
  "why",
  { names: namesArgument, json: jsonFlag },
  Effect.fnUntraced(function* ({ json, names }) {
    const shown = yield* screen
    const chains = yield* withDaemon(
      Effect.fnUntraced(function* (client) {
        return yield* Effect.forEach(yield* client.list(names), (one) => chainOf(client, one, null))
      })
    )
    if (json) return yield* shown.json(chains.map(asJson))
    yield* shown.line(
      chains.map((chain) => renderWhy(chain, shown.style, localDateTime)).join("\n\n")
    )
  })
).pipe(
  Command.withDescription(
    "Tell why an instance is what it is: from now back to what somebody did, or to the generation and commit that " +
      "declared it, with what that changed."
  ),
  Command.withShortDescription("Tell why an instance is what it is"),
  Command.withExamples([
    { command: "reeve why api:1", description: "Who or what restarted it, and for which commit?" }
  ])
)

/** `until`: what happened later has no part in it; null: all has. */
const chainOf = (
  client: Client,
  instance: InstanceStatus,
  until: number | null
): Effect.Effect<Chain, ClientError> =>
  Effect.gen(function* () {
    const name = instance.spec.address
    const events = yield* client.events({ name, after: null, limit: eventsBack })
    const causes = causesOf(until === null ? events : events.filter(({ at }) => at <= until))
    const last = causes.at(-1)
    const generation =
      last?.kind === "generation"
        ? yield* Effect.catchTag(client.generation(last.number), "UnknownGeneration", () =>
            Effect.succeed(null)
          )
        : null
    return { instance, causes, generation, followed: yield* followedBy(client, events, causes) }
  })

/**
 * The chain of the one that it followed: programs cannot follow each other in a circle. What is down while that restarts was
 * stopped before it.
 */
const followedBy = (
  client: Client,
  events: ReadonlyArray<Event>,
  causes: ReadonlyArray<Cause>
): Effect.Effect<Chain | null, ClientError> =>
  Effect.gen(function* () {
    const cause = causes.find(({ kind }) => kind === "stopped")
    if (cause?.kind !== "stopped" || cause.reason.kind !== "followed") return null
    const [first] = yield* Effect.orElseSucceed(client.list([cause.reason.on]), () => [])
    return first === undefined
      ? null
      : yield* chainOf(client, first, startedAfter(events, cause.at))
  })

interface AsJson {
  readonly address: string
  readonly followed: AsJson | null
  readonly [member: string]: unknown
}

const asJson = ({ causes, followed, generation, instance }: Chain): AsJson => {
  const { process, reason, since, spec, state } = instance
  const { address, key } = spec
  return {
    address,
    state,
    reason,
    since,
    pid: process?.pid ?? null,
    causes,
    followed: followed === null ? null : asJson(followed),
    generation:
      generation === null
        ? null
        : {
            number: generation.number,
            acceptedAt: generation.acceptedAt,
            who: generation.who,
            git: generation.git,
            outcome: generation.outcome,
            rollbackOf: generation.rollbackOf,
            reason: generation.reason,
            actions: actionsOn(generation, key)
          }
  }
}
