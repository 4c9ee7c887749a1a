/**
 * Listeners over events, log plane and supervisor: it hears what happens and what listeners say, and writes to those that are
 * ready. No listener can hold it up: what it writes waits at the listener's stdin, what it reads is bounded by the protocol.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { ticksBetween, untilNextTick } from "../core/listener/ticks.ts"
import { LogPlane } from "../logs/LogPlane.ts"
import { keepAlive } from "../supervise/keepAlive.ts"
import { Supervisor } from "../supervise/Supervisor.ts"
import { Events } from "./Events.ts"
import { hearHappenings } from "./hearHappenings.ts"
import { hearOutput } from "./hearOutput.ts"
import { Listeners } from "./Listeners.ts"
import { Switchboard } from "./Switchboard.ts"
import { type Sender, sendWaiting } from "./sendWaiting.ts"

/** `server`: supervisord's identifier, told in each event. */
export const listenersLive = (options: { readonly server: string }) =>
  Layer.effect(
    Listeners,
    Effect.gen(function* () {
      const supervisor = yield* Supervisor
      const events = yield* Events
      const plane = yield* LogPlane
      const wakes = yield* Queue.sliding<null>(1)
      const ticking = yield* Queue.sliding<null>(1)
      const board = new Switchboard(() => {
        Queue.offerUnsafe(wakes, null)
      })

      const sender: Sender = { board, supervisor, events, server: options.server }
      const serve = Queue.take(wakes).pipe(
        Effect.andThen(sendWaiting(sender)),
        Effect.andThen(Effect.sync(() => board.wantsTicks && Queue.offerUnsafe(ticking, null)))
      )

      const happenings = yield* events.follow
      const output = yield* plane.events
      const hearing = { board, supervisor, plane, scope: yield* Scope.Scope }
      const heard = hearHappenings(hearing)
      // Those of an earlier daemon were added before anybody could hear of it.
      yield* heard.meetAll
      yield* keepAlive(
        "telling event listeners",
        Effect.forever(Effect.flatMap(happenings, heard.hear))
      )
      yield* keepAlive(
        "hearing event listeners",
        Stream.runForEach(output, hearOutput(hearing, heard.pidOf))
      )
      yield* keepAlive("sending to event listeners", Effect.forever(serve))
      yield* keepAlive(
        "ticks for event listeners",
        Effect.forever(Effect.andThen(Queue.take(ticking), tickWhileHeard(board)))
      )
      return {
        notify: (event) => board.notify(event),
        declare: (specs) => board.declare(specs),
        phaseOf: (key) => {
          const member = board.member(key)
          if (member === null || member.stream === null) return null
          return member.lives.get(member.stream)?.phase ?? "ACKNOWLEDGED"
        }
      } satisfies Listeners["Service"]
    })
  )

/** Armed only while a pool hears of ticks. */
const tickWhileHeard = Effect.fnUntraced(function* (board: Switchboard) {
  let before = yield* Clock.currentTimeMillis
  while (board.wantsTicks) {
    yield* Effect.sleep(untilNextTick(before))
    const now = yield* Clock.currentTimeMillis
    for (const event of ticksBetween(before, now)) board.notify(event)
    before = now
  }
})
