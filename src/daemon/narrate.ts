/**
 * What the foreground tells while reeve runs: one line for each change that matters to somebody who watches. What follows by
 * itself (a start that succeeds, a stop on its way) is not told. Plans and rejected files come by reportText; the same lines
 * tell `reeve up -d` how the boot goes.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { EventBody } from "../domain/Event.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import { Events } from "../events/Events.ts"
import { Supervisor } from "../supervise/Supervisor.ts"
import { makeNarrator } from "./narrator.ts"

/** Subscribed when it returns; the effect that it gives tells for ever. */
export const narrate = Effect.fnUntraced(function* (tell: (text: string) => void) {
  const events = yield* Events
  const supervisor = yield* Supervisor
  const stream = yield* events.subscribe
  const narrator = makeNarrator()
  const say = (text: string | null) => {
    if (text !== null) tell(`reeve: ${text}`)
  }
  /** Until the next try; null when there is none. The time of it is known a moment after the change of state is told. */
  const pauseOf = (key: InstanceKey) =>
    supervisor
      .until(key, ({ nextAttemptAt, state }) => state !== "BACKOFF" || nextAttemptAt !== null)
      .pipe(
        Effect.timeoutOrElse({ duration: "1 second", orElse: () => supervisor.get(key) }),
        Effect.zip(Clock.currentTimeMillis),
        Effect.map(([{ nextAttemptAt }, now]) =>
          nextAttemptAt === null ? null : nextAttemptAt - now
        ),
        Effect.catchTag("NoSuchInstance", () => Effect.succeed(null))
      )
  const tellSlowStop = (body: EventBody) =>
    Effect.sleep(slowStop).pipe(Effect.andThen(Effect.sync(() => say(narrator.slowStop(body)))))
  return Effect.scoped(
    Stream.runForEach(stream, ({ body }) =>
      Effect.gen(function* () {
        const isState = body.kind === "state"
        const pause = isState && body.to === "BACKOFF" ? yield* pauseOf(body.instance) : null
        say(narrator.line(body, pause))
        if (isState && body.to === "STOPPING") yield* Effect.forkScoped(tellSlowStop(body))
      })
    )
  )
})

/** A stop that takes longer is told, so that it is seen what a Ctrl-C waits for. */
const slowStop = "2 seconds"
