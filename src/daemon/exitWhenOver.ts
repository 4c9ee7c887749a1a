/** `--exit-when`: resolves with the exit status and why, when the daemon is to end by itself. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type ExitWhen, exitWhen } from "../core/exitWhen.ts"
import { Events } from "../events/Events.ts"
import { Supervisor } from "../supervise/Supervisor.ts"

/** Null: never. To be begun when the first apply is over. */
export const exitWhenOver = (wanted: ExitWhen | null) =>
  wanted === null ? Effect.never : watch(wanted)

const watch = Effect.fnUntraced(function* (wanted: ExitWhen) {
  const events = yield* Events
  const supervisor = yield* Supervisor
  const stream = yield* events.subscribe
  const look = Effect.map(supervisor.snapshot, (instances) => exitWhen(wanted, instances))
  const first = yield* look
  if (first !== null) return first
  // An event is told before the state that it leads to is complete, hence the pause.
  const found = yield* stream.pipe(
    Stream.filter(({ body }) => body.kind === "state" || body.kind === "removed"),
    Stream.mapEffect(() => Effect.andThen(Effect.sleep("50 millis"), look)),
    Stream.filter((end) => end !== null),
    Stream.runHead
  )
  return found._tag === "Some" ? found.value : yield* Effect.never
}, Effect.scoped)
