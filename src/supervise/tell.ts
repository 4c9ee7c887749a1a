/**
 * What happens to an instance is announced beside what its step does next: a process that follows one that has ended does not
 * wait for the journal. The step ends when all of it is written (`told`); until then what the instance is may be ahead of what
 * was announced.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { EventBody } from "../domain/Event.ts"
import type { Instance } from "./Instance.ts"
import type { Workshop } from "./Workshop.ts"

/** In the order of the calls. */
export const tell = (
  { events, scope }: Pick<Workshop, "events" | "scope">,
  instance: Instance,
  body: EventBody
): Effect.Effect<void> =>
  Effect.map(Effect.forkIn(events.emit(body), scope, { startImmediately: true }), (fiber) => {
    instance.telling = [...instance.telling, fiber]
  })

/** Ends when everything that was told so far is in the journal. */
export const told = (instance: Instance): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { telling } = instance
    instance.telling = []
    return Effect.forEach(telling, (fiber) => Effect.flatMap(Fiber.await(fiber), sayIfLost), {
      discard: true
    })
  })

/** A defect of the announcement is none of the step. */
const sayIfLost = (exit: Exit.Exit<void>): Effect.Effect<void> =>
  Exit.isSuccess(exit) || Exit.hasInterrupts(exit)
    ? Effect.void
    : Effect.logError("an event was not announced", exit.cause)
